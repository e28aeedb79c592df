import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { ImageContent } from "#core/frame.ts";
import { plainPicture } from "#picture/testing.ts";
import { readPictureFile, writePictureFile } from "./picture-file.ts";

let content: ImageContent;
let file: Buffer;
beforeAll(async () => {
  content = await plainPicture(16, 12);
  file = Buffer.from(writePictureFile({ content, capturedAt: 1_700_000_000_123, gapMs: 300_000 }));
});

it("a picture comes back with its time, also where nothing is known of its source", () => {
  const { content: read, ...facts } = readPictureFile(file) ?? { content };
  expect(facts).toEqual({ capturedAt: 1_700_000_000_123, gapMs: 300_000 });
  expect({ ...read, bytes: Buffer.from(read.bytes) }).toEqual({ ...content, bytes: Buffer.from(content.bytes) });
  expect(readPictureFile(writePictureFile({ content, capturedAt: 5 }))).toMatchObject({ capturedAt: 5 });
});

it.each<[string, () => Uint8Array]>([
  ["nothing", () => new Uint8Array()],
  ["one that was cut off", () => file.subarray(0, file.length - 1)],
  ["one with something behind it", () => Buffer.concat([file, Buffer.from("x")])],
  ["a head alone", () => file.subarray(0, file.indexOf(10) + 1)],
  ["a picture without its head", () => content.bytes],
  ["a head without end", () => Buffer.alloc(100_000, "{")],
  ["a head that is no JSON", () => Buffer.from(`{capturedAt\n${"x".repeat(20)}`)],
  ["a time that is none", () => Buffer.from(`{"capturedAt":-1,"bytes":1}\nx`)],
  ["bytes that are no picture", () => Buffer.from(`{"capturedAt":1,"bytes":3}\nabc`)],
])("%s is no picture", (_what, bytes) => {
  expect(readPictureFile(bytes())).toBeUndefined();
});

it("any damage is found or harmless", () => {
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.nat(255), (at, value) => {
      const damaged = Buffer.from(file);
      damaged[at] = value;
      const read = readPictureFile(damaged);
      if (read) expect(read.content.width * read.content.height).toBeGreaterThan(0);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readPictureFile(bytes)));
});
