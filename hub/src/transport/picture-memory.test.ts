import { describe, expect, it } from "vitest";
import { framed, joined, pictureMemory } from "./picture-memory.ts";

const picture = () => joined([Buffer.from("pic"), Buffer.from("ture")], 7);

function write(bytes: Uint8Array, head: string, tail: string): Buffer {
  const buffer = framed(head.length, bytes, tail.length);
  buffer.write(head);
  buffer.write(tail, head.length + bytes.length);
  return buffer;
}

describe("a picture with room around it", () => {
  it("is framed where it lies, once; a second frame is a copy and leaves the first alone", () => {
    const bytes = picture();
    const first = write(bytes, "one:", "!");
    const second = write(bytes, "second:", "?");
    expect(first.buffer).toBe(bytes.buffer);
    expect(second.buffer).not.toBe(bytes.buffer);
    expect([String(first), String(second), String(bytes)]).toEqual(["one:picture!", "second:picture?", "picture"]);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["the beginning of one", (bytes) => bytes.subarray(0, 3)],
    ["the end of one", (bytes) => bytes.subarray(3)],
    ["another view of one", (bytes) => bytes.subarray()],
    ["one from elsewhere", () => Buffer.from("pic")],
  ])("%s is copied, as others may have what is beside it", (_name, part) => {
    const bytes = picture();
    const own = part(bytes);
    const before = String(Buffer.from(own));
    expect(String(write(own, "head:", ":tail"))).toBe(`head:${before}:tail`);
    expect(String(bytes)).toBe("picture");
  });

  it("is copied for a header that is longer than the room, and never overrun", () => {
    const bytes = picture();
    const long = "h".repeat(5000);
    expect(String(write(bytes, long, "t".repeat(5000)))).toBe(`${long}picture${"t".repeat(5000)}`);
    expect(String(write(bytes, "h", "t".repeat(16)))).toBe(`hpicture${"t".repeat(16)}`);
  });

  it("has no room before it is finished", () => {
    const bytes = pictureMemory.allocate(3);
    bytes.set(Buffer.from("abc"));
    expect(framed(1, bytes, 1).buffer).not.toBe(bytes.buffer);
  });
});
