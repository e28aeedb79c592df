import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageFormat } from "#core/frame.ts";
import { loadEngine } from "./engine.ts";
import { imageContent } from "./inspect.ts";
import { cutPictures, PictureCutter } from "./picture-cutter.ts";
import { noisyPicture } from "./testing.ts";

const formats: readonly ImageFormat[] = ["jpeg", "png", "webp"];
const pictures = new Map<string, Buffer[]>();
let withThumbnail: Buffer;
beforeAll(async () => {
  for (const format of formats) {
    const some = [noisyPicture(40, 30, format), noisyPicture(41, 30, format), noisyPicture(42, 30, format)];
    pictures.set(
      format,
      (await Promise.all(some)).map(({ bytes }) => Buffer.from(bytes)),
    );
  }
  const [first, second] = get("jpeg");
  withThumbnail = withSegment(first, 0xe1, Buffer.concat([Buffer.from("Exif\0\0"), second]));
});

const get = (format: string) => (pictures.get(format) ?? expect.fail()) as [Buffer, Buffer, Buffer];

/** A JPEG with one more segment behind its start marker. */
function withSegment(jpeg: Buffer, code: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, code, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A photo as telephones write it: an index in its head, a further picture behind its end (CIPA DC-007). */
function multiPicture(main: Buffer, further: Buffer, little: boolean, gap = 0): Buffer {
  const index = Buffer.alloc(4 + 8 + 2 + 12 + 4 + 32);
  index.write("MPF\0");
  const at = 4;
  const u16 = (value: number, to: number) =>
    little ? index.writeUInt16LE(value, at + to) : index.writeUInt16BE(value, at + to);
  const u32 = (value: number, to: number) =>
    little ? index.writeUInt32LE(value, at + to) : index.writeUInt32BE(value, at + to);
  index.write(little ? "II" : "MM", at);
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0xb002, 10);
  u16(7, 12);
  u32(32, 14);
  u32(26, 18);
  const length = main.length + 4 + index.length;
  // The offset counts from the TIFF header, which lies behind the start marker, the segment's head and "MPF".
  u32(length, 26 + 4);
  u32(further.length, 26 + 16 + 4);
  u32(length + gap - 10, 26 + 16 + 8);
  return Buffer.concat([withSegment(main, 0xe2, index), Buffer.alloc(gap, 7), further]);
}

/** The pictures, by bytes that come in pieces of this size. */
function cut(bytes: Buffer, piece = bytes.length) {
  const cutter = new PictureCutter();
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece)
    for (const picture of cutter.push(bytes.subarray(at, at + piece))) found.push(Buffer.from(picture));
  const rest = cutter.end();
  return { found, rest: rest && Buffer.from(rest) };
}

describe.each(formats)("pictures one straight after the other: %s", (format) => {
  it.each([1, 7, 100, 1_000_000])("are cut apart, in pieces of %i bytes", (piece) => {
    expect(cut(Buffer.concat(get(format)), piece)).toEqual({ found: get(format), rest: undefined });
  });

  it("may have padding between and behind them", () => {
    const padding = Buffer.alloc(700);
    const body = Buffer.concat(get(format).flatMap((picture) => [picture, padding, Buffer.from("\r\n")]));
    expect(cut(body, 50)).toEqual({ found: get(format), rest: undefined });
  });

  it("leave the last one, which is cut off, to the end", () => {
    const [first, second] = get(format);
    const half = second.subarray(0, 300);
    expect(cut(Buffer.concat([first, half]))).toEqual({ found: [first], rest: half });
  });

  it("are told when their first is complete, without a byte of the next", () => {
    expect(new PictureCutter().push(get(format)[0])).toHaveLength(1);
  });
});

describe("one JPEG", () => {
  it("with a thumbnail in it is one picture", () => {
    expect(cut(withThumbnail, 11)).toEqual({ found: [withThumbnail], rest: undefined });
    expect(cutPictures(withThumbnail)).toEqual([withThumbnail]);
  });

  it.each([
    ["little-endian", true, 0],
    ["big-endian", false, 0],
    ["with a gap", true, 90],
  ])("with a further picture that its index lists is one picture: %s", (_name, little, gap) => {
    const [main, further, next] = get("jpeg");
    const photo = multiPicture(main, further, little, gap);
    const shown = photo.subarray(0, photo.length - further.length - gap);
    expect(imageContent(photo).bytes).toEqual(shown);
    for (const piece of [13, photo.length]) expect(cut(photo, piece)).toEqual({ found: [shown], rest: undefined });
    expect(cut(Buffer.concat([photo, next])).found).toEqual([shown, next]);
  });

  it("with a film behind it is one picture", () => {
    const [main, second] = get("jpeg");
    const film = Buffer.concat([Buffer.from("\0\0\0\x18ftypmp42"), second.subarray(300, 500)]);
    expect(cut(Buffer.concat([main, film]))).toEqual({ found: [main], rest: undefined });
  });

  it("of a progressive kind, with tables between its scans, is one picture", async () => {
    const engine = await loadEngine();
    const progressive = await engine(get("png")[0]).jpeg({ progressive: true }).toBuffer();
    expect(cut(Buffer.concat([progressive, progressive])).found).toEqual([progressive, progressive]);
  });

  it.each([
    ["an index that ends at once", Buffer.from("MPF\0MM\0*\0\0\0\x08")],
    ["an index that begins behind its end", Buffer.from("MPF\0MM\0*\x7f\xff\xff\xff\0\0\0\0", "latin1")],
    ["an index with more fields than bytes", Buffer.from("MPF\0MM\0*\0\0\0\x08\xff\xff", "latin1")],
    [
      "an index whose entries lie nowhere",
      Buffer.from("MPF\0MM\0*\0\0\0\x08\0\x01\xb0\x02\0\x07\xff\xff\xff\xff\xff\xff\xff\xf0", "latin1"),
    ],
  ])("with %s is a picture without further ones", (_name, segment) => {
    const [first, second] = get("jpeg");
    const odd = withSegment(first, 0xe2, segment);
    expect(cut(Buffer.concat([odd, second])).found).toEqual([odd, second]);
  });
});

it("keeps bytes that are no picture whole, for a refusal in words", () => {
  for (const text of ["hello", "hello, this is no picture at all"])
    expect(cut(Buffer.from(text), 3)).toEqual({ found: [], rest: Buffer.from(text) });
  expect(cut(Buffer.alloc(0))).toEqual({ found: [], rest: undefined });
});

it("counts what came since the last picture, also when it keeps none of it", () => {
  const cutter = new PictureCutter();
  const [first] = get("jpeg");
  cutter.push(Buffer.concat([first, Buffer.alloc(500)]));
  cutter.push(Buffer.alloc(40));
  expect(cutter.unfinishedBytes).toBe(540);
});

it("gives the same pictures however any bytes are cut, and never throws", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.constantFrom(...formats).chain((format) => fc.constantFrom(...[0, 1, 2].map((i) => ({ format, i })))),
          fc.uint8Array({ maxLength: 60 }),
        ),
        { maxLength: 5 },
      ),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
      fc.integer({ min: 1, max: 2000 }),
      (parts, edits, piece) => {
        const bytes = Buffer.concat(
          parts.map((part) => ("format" in part ? (get(part.format)[part.i] ?? part) : part) as Buffer),
        );
        if (bytes.length > 0) for (const [at, value] of edits) bytes[at % bytes.length] = value;
        expect(cut(bytes, piece)).toEqual(cut(bytes));
        expect(Buffer.concat(cutPictures(bytes)).length).toBeLessThanOrEqual(bytes.length);
      },
    ),
    { numRuns: 200 },
  );
});
