import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LIVE_HEADER_BYTES,
  LIVE_MAX_CHANNELS,
  decodeLiveFrame,
  encodeLiveFrame,
  readLiveClientMessage,
  type LiveFrameHeader,
} from "./live.ts";

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const side = fc.integer({ min: 1, max: 0xffff });
const header: fc.Arbitrary<LiveFrameHeader> = fc.record({
  channel: u32,
  format: fc.constantFrom("jpeg", "webp", "png"),
  seq: u32,
  capturedAt: fc.double({ noNaN: true, noDefaultInfinity: true }),
  width: side,
  height: side,
  substitute: fc.boolean(),
});

function messageOf(frame: LiveFrameHeader, picture: Uint8Array): ArrayBuffer {
  const message = new Uint8Array(LIVE_HEADER_BYTES + picture.length);
  encodeLiveFrame(frame, new DataView(message.buffer));
  message.set(picture, LIVE_HEADER_BYTES);
  return message.buffer;
}

describe("the binary message", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ minLength: 1, maxLength: 200 }), (frame, picture) => {
        expect(decodeLiveFrame(messageOf(frame, picture))).toEqual({ ...frame, bytes: picture });
      }),
    );
  });

  it("has the layout that the documentation states", () => {
    const message = messageOf(
      { channel: 7, format: "webp", seq: 258, capturedAt: 1, width: 640, height: 360, substitute: true },
      new Uint8Array([9]),
    );
    expect(Buffer.from(message).toString("hex")).toBe(
      "01020100" + "00000007" + "3ff0000000000000" + "00000102" + "0280" + "0168" + "09",
    );
  });

  it("wraps its sequence number instead of failing", () => {
    const frame = {
      channel: 1,
      format: "jpeg",
      seq: 2 ** 32 + 5,
      capturedAt: 0,
      width: 1,
      height: 1,
      substitute: false,
    } as const;
    expect(decodeLiveFrame(messageOf(frame, new Uint8Array(1)))?.seq).toBe(5);
  });

  it("is refused without a throw when it is none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const frame = decodeLiveFrame(new Uint8Array(bytes).buffer);
        if (frame) expect(bytes[0]).toBe(1);
      }),
      { numRuns: 2000 },
    );
    for (const bytes of [
      [],
      [1],
      Array.from({ length: LIVE_HEADER_BYTES }, () => 1),
      [2, 1, ...Buffer.alloc(30)],
      [1, 9, ...Buffer.alloc(30)],
    ])
      expect(decodeLiveFrame(new Uint8Array(bytes).buffer)).toBeUndefined();
  });
});

describe("a client's text message", () => {
  const wish = { name: "cam", width: 320, fps: 10 };
  it.each([
    { type: "watch", channels: [] },
    { type: "watch", channels: [wish, { name: "b" }], status: true },
    { type: "ack", channel: 1, seq: 4_294_967_295 },
    { type: "pause" },
    { type: "resume" },
  ])("is read: %j", (message) => {
    expect(readLiveClientMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ["", /JSON/],
    ["null", /./],
    ["[]", /./],
    ["{}", /type/],
    ['{"type":"dance"}', /type/],
    ['{"type":"watch"}', /channels/],
    ['{"type":"watch","channels":[{"name":""}]}', /channels\.0\.name/],
    ['{"type":"watch","channels":[{"name":"a","width":1e9}]}', /width/],
    ['{"type":"watch","channels":[{"name":"a","fps":0}]}', /fps/],
    ['{"type":"watch","channels":[{"name":"a","extra":1}]}', /channels\.0/],
    ['{"type":"ack","channel":-1,"seq":1}', /channel/],
    ['{"type":"ack","channel":1,"seq":1.5}', /seq/],
    ['{"type":"ack","channel":"1","seq":1}', /channel/],
    [
      JSON.stringify({ type: "watch", channels: Array.from({ length: LIVE_MAX_CHANNELS + 1 }, () => wish) }),
      /channels/,
    ],
  ])("is refused with a reason: %s", (text, reason) => {
    const read = readLiveClientMessage(text);
    expect(read.type).toBe("bad");
    expect("reason" in read && read.reason).toMatch(reason);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readLiveClientMessage(text)),
      { numRuns: 3000 },
    );
  });
});
