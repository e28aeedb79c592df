import { MultipartParser } from "@lightwell/wire/multipart.ts";
import { expect, it } from "vitest";
import { Frame } from "#core/frame.ts";
import { imageContent } from "#picture/inspect.ts";
import { plainPicture } from "#picture/testing.ts";
import { pictureMemory } from "#transport/picture-memory.ts";
import { mjpegPart } from "./part.ts";

it("a camera's picture becomes a part where it was put together; the same picture in another frame is copied", async () => {
  const { bytes } = await plainPicture(64, 48);
  const stream = Buffer.concat([Buffer.from(`--x\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]);
  const [received] = new MultipartParser("x", {}, pictureMemory).push(stream);
  const content = imageContent(received?.body ?? bytes);
  const first = mjpegPart(new Frame(1, 1_700_000_000_123, content));
  const written = Buffer.from(first ?? "");
  const second = mjpegPart(new Frame(2, 1_800_000_000_456, content));
  expect(first?.buffer).toBe(content.bytes.buffer);
  expect(second?.buffer).not.toBe(content.bytes.buffer);
  expect(first?.equals(written)).toBe(true);
  expect(written.includes("X-Timestamp: 1700000000.123000\r\n\r\n")).toBe(true);
  expect(Buffer.from(content.bytes).equals(Buffer.from(bytes))).toBe(true);
});
