import { execFile } from "node:child_process";
import { once } from "node:events";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { ManualClock } from "#core/manual-clock.ts";
import sharp from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import access from "../../access/module.ts";
import http from "../../http/module.ts";
import mjpeg from "../../outputs/mjpeg/module.ts";
import store from "../../store/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import push from "./module.ts";

const jpegs: Buffer[] = [];
let png: Buffer;
beforeAll(async () => {
  const plain = (background: string) => sharp({ create: { width: 32, height: 24, channels: 3, background } });
  for (const background of ["#900", "#090", "#009"]) jpegs.push(await plain(background).jpeg().toBuffer());
  png = await plain("#345").png().toBuffer();
});

const start = (settings: Readonly<Record<string, unknown>> = {}, clock?: ManualClock) =>
  bootHub([store, access, http, mjpeg, push], settings, clock ? { clock } : {});

/** Everything that the channel showed, as one Buffer each. */
function watch(hub: TestHub, name = "cam"): Buffer[] {
  const shown: Buffer[] = [];
  hub.channels.open(name).add({
    offer: ({ content }) => void (content.kind === "image" && shown.push(Buffer.from(content.bytes))),
    close: () => undefined,
  });
  return shown;
}

/** A body of unknown length. */
function body(hub: TestHub, type?: string): ClientRequest {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...(type ? { "content-type": type } : {}) };
  const request = requestHttp(`${hub.publicUrl}/ingest/cam`, { method: "PUT", headers });
  onTestFinished(() => void request.destroy());
  request.on("error", () => undefined);
  return request;
}

async function answerTo(request: ClientRequest): Promise<{ readonly status: number; readonly says: unknown }> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, says: await json(response) };
}

describe("several pictures in one plain body", () => {
  it.each(["image/jpeg", undefined, "application/octet-stream", "video/x-motion-jpeg"])(
    "are published one by one, as they come: type %s",
    async (type) => {
      const hub = await start();
      const shown = watch(hub);
      const request = body(hub, type);
      for (const [i, jpeg] of jpegs.entries()) {
        request.write(jpeg);
        await until("the picture", () => shown.length === i + 1);
      }
      request.end();
      expect(await answerTo(request)).toEqual({ status: 200, says: { accepted: 3, refused: 0 } });
      expect(shown).toEqual(jpegs);
    },
  );

  it("that come at once are all published, and bad ones among them are counted", async () => {
    const hub = await start();
    const shown = watch(hub);
    const [first, second, third] = jpegs as [Buffer, Buffer, Buffer];
    const damaged = Buffer.from(second);
    damaged.writeUInt16BE(0, damaged.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    const request = body(hub);
    request.end(Buffer.concat([first, damaged, Buffer.alloc(100), third, second.subarray(0, -20)]));
    expect(await answerTo(request)).toEqual({ status: 200, says: { accepted: 2, refused: 2 } });
    expect(shown).toEqual([first, third]);
  });

  it("may be PNGs", async () => {
    const hub = await start();
    const request = body(hub, "image/png");
    request.end(Buffer.concat([png, png]));
    expect(await answerTo(request)).toEqual({ status: 200, says: { accepted: 2, refused: 0 } });
  });

  it("come from ffmpeg as it writes a plain film of JPEGs", async () => {
    const hub = await start();
    const shown = watch(hub);
    const film = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10", "-t", "2"];
    const to = ["-f", "mjpeg", "-method", "PUT", `${hub.publicUrl}/ingest/cam?token=${ADMIN_TOKEN}`];
    await promisify(execFile)("ffmpeg", [...film, ...to]);
    await until("all", () => shown.length === 20);
    for (const picture of shown) expect((await sharp(picture).metadata()).width).toBe(64);
  });

  it("are no way to have more than one picture's bytes kept, or rubbish read without end", async () => {
    const hub = await start({ "push.maxBytes": 5000 });
    for (const more of [
      Buffer.alloc(6000),
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xdb]), Buffer.alloc(6000, 1)]),
    ]) {
      const request = body(hub);
      request.write(jpegs[0]);
      request.write(more);
      expect(await answerTo(request)).toMatchObject({
        status: 413,
        says: { detail: expect.stringMatching(/more than 5000 bytes/) },
      });
    }
  });

  it("are as many bodies without end as others, and told so", async () => {
    const hub = await start({ "push.maxConnections": 1 });
    const first = body(hub);
    first.write(Buffer.concat(jpegs));
    await until("two", () => (hub.channels.get("cam")?.published ?? 0) >= 2);
    const second = body(hub);
    second.write(Buffer.concat(jpegs));
    expect(await answerTo(second)).toMatchObject({ status: 503 });
  });
});

describe("a plain body", () => {
  it("of one picture, a thumbnail in it and padding behind it is one picture", async () => {
    const hub = await start();
    const shown = watch(hub);
    const [picture, thumbnail] = jpegs as [Buffer, Buffer];
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(thumbnail.length + 2, 2);
    const photo = Buffer.concat([picture.subarray(0, 2), head, thumbnail, picture.subarray(2)]);
    const request = body(hub);
    request.end(Buffer.concat([photo, Buffer.alloc(99)]));
    expect(await answerTo(request)).toEqual({ status: 200, says: { seq: 1 } });
    expect(shown).toEqual([photo]);
  });

  it("goes on for minutes while pictures come, and is over when none does", async () => {
    const clock = new ManualClock();
    const hub = await start({}, clock);
    const shown = watch(hub);
    const request = body(hub, "image/jpeg");
    const answer = answerTo(request);
    for (let i = 1; i <= 4; i++) {
      request.write(jpegs[0]);
      await until("the picture", () => shown.length === i);
      clock.advance(20_000);
    }
    request.write(jpegs[0]?.subarray(0, 50));
    clock.advance(40_000);
    expect(await answer).toMatchObject({
      status: 400,
      says: { detail: expect.stringMatching(/nothing whole for 30 s/) },
    });
  });

  it("of several whose announced length is too large is told how to send them", async () => {
    const hub = await start({ "push.maxBytes": 1000 });
    const reply = await fetch(`${hub.publicUrl}/ingest/cam`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      body: Uint8Array.from(Buffer.concat([...jpegs, ...jpegs])),
    });
    expect(reply.status).toBe(413);
    expect(await reply.json()).toMatchObject({ detail: expect.stringMatching(/without Content-Length/) });
  });
});

it("several pictures in one WebSocket message are published one by one, and refused by their own number", async () => {
  const hub = await start();
  const shown = watch(hub);
  const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=cam&token=${ADMIN_TOKEN}`);
  onTestFinished(() => ws.terminate());
  await once(ws, "open");
  ws.send(Buffer.concat(jpegs));
  await until("all", () => shown.length === 3);
  expect(shown).toEqual(jpegs);
  const refusal = once(ws, "message");
  ws.send(Buffer.concat([jpegs[0] ?? png, (jpegs[1] ?? png).subarray(0, -20)]));
  expect(JSON.parse(String((await refusal)[0]))).toMatchObject({ type: "refused", seq: 5 });
});
