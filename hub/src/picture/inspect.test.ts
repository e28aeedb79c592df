// needs: ffmpeg
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { HubError } from "#contract/errors.ts";
import type { ImageFormat } from "#core/frame.ts";
import { imageContent, inspectPicture, openEnvelope, sniffFormat } from "./inspect.ts";
import { interlacedPng, scanBomb } from "./bombs.fixture.ts";
import { noisyPicture } from "./testing.ts";
import { loadEngine } from "./engine.ts";

const formats: readonly ImageFormat[] = ["jpeg", "webp", "png"];
const pictures = new Map<string, Buffer>();

beforeAll(async () => {
  for (const format of formats) pictures.set(format, Buffer.from((await noisyPicture(76, 50, format)).bytes));
  const engine = await loadEngine();
  const source = () => engine((pictures.get("png") ?? expect.fail()) as Buffer);
  pictures.set("progressive", await source().jpeg({ progressive: true }).toBuffer());
  pictures.set(
    "with EXIF",
    await source()
      .withExif({ IFD0: { Copyright: "me" } })
      .jpeg()
      .toBuffer(),
  );
  pictures.set("lossless", await source().webp({ lossless: true }).toBuffer());
  pictures.set(
    "extended",
    await source()
      .withExif({ IFD0: { Copyright: "me" } })
      .ensureAlpha(0.5)
      .webp()
      .toBuffer(),
  );
  pictures.set("grey", await source().greyscale().jpeg().toBuffer());
  for (const encoder of ["mjpeg", "png"]) pictures.set(`ffmpeg ${encoder}`, byFfmpeg(encoder));
});

function byFfmpeg(encoder: string): Buffer {
  const input = ["-f", "lavfi", "-i", "testsrc2=size=76x50", "-frames:v", "1"];
  return execFileSync("ffmpeg", ["-v", "error", ...input, "-c:v", encoder, "-f", "image2pipe", "-"]);
}

const get = (name: string): Buffer => Buffer.from(pictures.get(name) ?? expect.fail(`no picture "${name}"`));

const [SOI, EOI] = [
  [0xff, 0xd8],
  [0xff, 0xd9],
];
const sof = (width: number, height: number, precision = 8) => [
  ...[0xff, 0xc0, 0, 11, precision],
  ...[height >> 8, height & 255, width >> 8, width & 255],
  ...[1, 1, 0x11, 0],
];
const sos = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
const jpeg = (...parts: number[][]) => Buffer.from([SOI, ...parts].flat());

describe("inspecting a good picture", () => {
  it.each([
    ["jpeg", "jpeg"],
    ["progressive", "jpeg"],
    ["with EXIF", "jpeg"],
    ["grey", "jpeg"],
    ["ffmpeg mjpeg", "jpeg"],
    ["webp", "webp"],
    ["lossless", "webp"],
    ["extended", "webp"],
    ["png", "png"],
    ["ffmpeg png", "png"],
  ])("reads format, size and extent: %s", (name, format) => {
    const bytes = get(name);
    expect(inspectPicture(bytes)).toMatchObject({ format, width: 76, height: 50, length: bytes.length });
  });

  it.each(["jpeg", "progressive", "webp", "extended", "png"])("leaves out what is behind it: %s", (name) => {
    const bytes = get(name);
    for (const tail of [Buffer.alloc(1), Buffer.alloc(4096), Buffer.from("a film"), Buffer.from([0xff, 0, 0xff])]) {
      const padded = Buffer.concat([bytes, tail]);
      expect(imageContent(padded)).toMatchObject({ width: 76, height: 50, bytes });
    }
  });

  it("takes fill bytes before markers, restart markers and tables between scans", () => {
    const bytes = jpeg(
      [0xff, 0xff, 0xff, 0xfe, 0, 2],
      sof(3, 2),
      sos,
      [1, 0xff, 0, 0xff, 0xd0, 2],
      [0xff, 0xfe, 0, 3, 0xff],
      sos,
      [7],
      EOI,
    );
    expect(inspectPicture(Buffer.concat([bytes, Buffer.alloc(3)]))).toMatchObject({ length: bytes.length });
  });
});

describe("inspecting a bad picture", () => {
  it.each(["jpeg", "progressive", "with EXIF", "webp", "lossless", "extended", "png"])(
    "finds every cut but the last byte's padding: %s",
    (name) => {
      const bytes = get(name);
      for (let length = 0; length < bytes.length - 1; length += 7)
        expect(() => inspectPicture(bytes.subarray(0, length)), `${length} of ${bytes.length}`).toThrow(HubError);
      expect(() => inspectPicture(bytes.subarray(0, bytes.length >> 1))).toThrow(/was cut off/);
    },
  );

  const png = (edit: (bytes: Buffer) => void) => () => {
    const bytes = get("png");
    edit(bytes);
    return bytes;
  };
  const webp = (name: string, edit: (bytes: Buffer) => void) => () => {
    const bytes = get(name);
    edit(bytes);
    return bytes;
  };

  it.each<[string, () => Uint8Array, RegExp]>([
    ["nothing", () => Buffer.alloc(0), /no JPEG, WebP or PNG: it is empty/],
    ["a GIF", () => Buffer.from("GIF89a...."), /it is a GIF/],
    ["a BMP", () => Buffer.from("BM......"), /it is a BMP/],
    ["a page", () => Buffer.from("<!doctype html>"), /it is HTML/],
    ["an AVIF", () => Buffer.from("\0\0\0\x1cftypavif"), /AVIF/],
    ["text", () => Buffer.from("hello"), /begins with 68 65 6c 6c 6f/],
    ["a JPEG of three bytes", () => Buffer.from([0xff, 0xd8, 0xff]), /cut off/],
    ["a JPEG without a scan", () => jpeg(sof(3, 2), EOI), /holds no picture/],
    ["a JPEG with a scan before its size", () => jpeg(sos, [1, 2], EOI), /before it says its size/],
    ["a JPEG with two sizes", () => jpeg(sof(3, 2), sof(3, 2), sos, EOI), /two frame headers/],
    ["a JPEG of no height", () => jpeg(sof(3, 0), sos, EOI), /3×0 pixels/],
    ["a JPEG of 12 bits", () => jpeg(sof(3, 2, 12), sos, EOI), /12 bits per sample/],
    ["a JPEG with a short frame header", () => jpeg([0xff, 0xc0, 0, 4, 8, 0], sos, EOI), /frame header is too short/],
    ["a JPEG with a segment of no length", () => jpeg([0xff, 0xe0, 0, 1], sof(3, 2)), /has no length/],
    ["a JPEG with a segment beyond its end", () => jpeg([0xff, 0xe0, 0xff, 0xff, 1]), /cut off/],
    ["a JPEG with garbage between segments", () => jpeg([0xff, 0xfe, 0, 2], [0x12, 0x34]), /no marker at byte 6/],
    ["a JPEG without an end", () => jpeg(sof(3, 2), sos, [1, 2, 3, 4]), /cut off/],
    ["a JPEG that another one cuts short", () => jpeg(sof(3, 2), sos, [1, 2], SOI, [0xff, 0xdb]), /another one begins/],
    ["a JPEG that ends with 0xff", () => jpeg(sof(3, 2), sos, [1, 2, 0xff]), /cut off/],
    ["a PNG without a header chunk", png((b) => b.write("tEXt", 12)), /header chunk/],
    ["a PNG of no width", png((b) => b.writeUInt32BE(0, 16)), /0×50 pixels/],
    ["a PNG with a chunk beyond its end", png((b) => b.writeUInt32BE(0xffffffff, 33)), /cut off/],
    [
      "a PNG without data",
      () => Buffer.concat([get("png").subarray(0, 33), get("png").subarray(-12)]),
      /no picture data/,
    ],
    [
      "a WebP longer than its bytes",
      webp("webp", (b) => b.writeUInt32LE(0x7fffffff, 4)),
      /cut off \(\d+ of 2147483655 bytes\)/,
    ],
    ["a WebP shorter than its header", webp("webp", (b) => b.writeUInt32LE(3, 4)), /no room for a picture/],
    [
      "a WebP with a chunk beyond its end",
      webp("webp", (b) => b.writeUInt32LE(0xffffffff, 16)),
      /longer than the file/,
    ],
    ["a WebP of an unknown kind", webp("webp", (b) => b.write("ABCD", 12)), /"ABCD" chunk/],
    ["a WebP without a key frame", webp("webp", (b) => b.writeUInt8(1, 20)), /key frame/],
    ["a WebP of no width", webp("webp", (b) => b.writeUInt16LE(0, 26)), /0×50 pixels/],
    ["a lossless WebP without signature", webp("lossless", (b) => b.writeUInt8(0, 20)), /signature/],
    ["a WebP with another canvas", webp("extended", (b) => b.writeUInt8(200, 24)), /different sizes/],
  ])("names what is wrong: %s", (_, make, reason) => {
    expect(() => inspectPicture(make())).toThrow(reason);
  });

  it("refuses a picture of 30,000 × 30,000 pixels by its header alone", () => {
    const bomb = () => inspectPicture(jpeg(sof(30_000, 30_000), sos, EOI));
    expect(bomb).toThrow(expect.objectContaining({ code: "too-large" }));
    expect(bomb).toThrow(/30000×30000 pixels; at most 40000000 pixels/);
  });

  it("refuses a JPEG with thousands of scans, wherever it ends, and takes one with the scans that programs write", () => {
    const bomb = scanBomb(640, 480, 800);
    const refused = expect.objectContaining({
      code: "too-large",
      message: expect.stringContaining("800 scans, and 64"),
    });
    expect(() => inspectPicture(bomb)).toThrow(refused);
    expect(() => inspectPicture(Buffer.concat([bomb, Buffer.alloc(9)]))).toThrow(refused);
    expect(inspectPicture(scanBomb(640, 480, 20))).toMatchObject({ width: 640, height: 480 });
  });

  it("refuses what would take hundreds of MB to decode, and takes the same picture when it comes row by row", () => {
    const bomb = interlacedPng(6000, 6000);
    const refused = expect.objectContaining({ code: "too-large", message: expect.stringContaining("216 MB") });
    expect(() => inspectPicture(bomb)).toThrow(refused);
    const plain = Buffer.from(bomb);
    plain[8 + 8 + 12] = 0;
    expect(inspectPicture(plain).cost.bytes).toBeLessThan(20_000_000);
    expect(() =>
      inspectPicture(scanBomb(9000, 4400, 4), { maxBytes: 1e6, maxPixels: 4e7, maxDecodeBytes: 5e7 }),
    ).toThrow(expect.objectContaining({ message: expect.stringContaining("79 MB") }));
  });

  it("refuses more bytes than the limit before it looks at them", () => {
    const limits = { maxBytes: 10, maxPixels: 100 };
    expect(() => inspectPicture(Buffer.alloc(11), limits)).toThrow(expect.objectContaining({ code: "too-large" }));
    expect(() => inspectPicture(get("jpeg"), { maxBytes: 1e6, maxPixels: 76 * 50 - 1 })).toThrow(/76×50 pixels/);
    expect(inspectPicture(get("jpeg"), { maxBytes: 1e6, maxPixels: 76 * 50 }).width).toBe(76);
  });
});

describe("inspecting anything at all", () => {
  /** Throws a HubError or gives facts that hold; nothing else. */
  const inspectCalmly = (bytes: Uint8Array) => {
    try {
      const { width, height, length } = inspectPicture(bytes);
      expect(width * height).toBeGreaterThan(0);
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      expect(["bad-picture", "too-large"]).toContain(error.code);
    }
  };

  it("never fails otherwise: random bytes behind each magic", () => {
    const magics = [
      [],
      [...SOI, 0xff],
      [...Buffer.from("RIFF\x20\0\0\0WEBPVP8 ")],
      [...Buffer.from("RIFF\x40\0\0\0WEBPVP8X")],
      [...Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "latin1")],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 200 }), (magic, tail) =>
        inspectCalmly(Uint8Array.from([...magic, ...tail])),
      ),
      { numRuns: 20_000 },
    );
  });

  it("never fails otherwise: real pictures with bytes changed, cut out or doubled", () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255), kind: fc.nat(2) });
    fc.assert(
      fc.property(fc.nat(100), fc.array(change, { minLength: 1, maxLength: 8 }), (which, changes) => {
        const names = [...pictures.keys()];
        let bytes = get(names[which % names.length] ?? "jpeg");
        for (const { at, value, kind } of changes) {
          // Most structure is at the beginning.
          const index = Math.floor(bytes.length * at ** 4);
          if (kind === 0) bytes[index] = value;
          else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + value)]);
          else bytes = Buffer.concat([bytes.subarray(0, index), bytes.subarray(Math.max(0, index - value))]);
        }
        inspectCalmly(bytes);
      }),
      { numRuns: 20_000 },
    );
  });

  it("gets through megabytes of markers", () => {
    // A quadratic walk would take hours.
    const stuffed = Buffer.alloc(4_000_000, Buffer.from([0xff, 0x00]));
    const scans = Buffer.concat([jpeg(sof(3, 2), sos), stuffed]);
    const segments = Buffer.concat([jpeg(), Buffer.alloc(4_000_000, Buffer.from([0xff, 0xfe, 0, 2]))]);
    for (const bytes of [scans, segments]) expect(() => inspectPicture(bytes)).toThrow(/cut off/);
  });
});

describe("the one-byte envelope", () => {
  const enclose = (letter: string, bytes: Uint8Array) => Buffer.concat([Buffer.from(letter), bytes]);

  it("is taken off a JPEG and a WebP", () => {
    expect(openEnvelope(enclose("j", get("jpeg")))).toEqual(get("jpeg"));
    expect(openEnvelope(enclose("w", get("webp")))).toEqual(get("webp"));
  });

  it("is not needed", () => {
    for (const format of formats) expect(openEnvelope(get(format))).toEqual(get(format));
    expect(openEnvelope(Buffer.alloc(0))).toHaveLength(0);
  });

  it.each([
    ["j", "webp", /"j" announces a JPEG, but what follows is a WebP/],
    ["w", "jpeg", /"w" announces a WebP, but what follows is a JPEG/],
    ["j", "png", /is a PNG/],
  ])("that contradicts its content is refused: %s before a %s", (letter, name, reason) => {
    expect(() => openEnvelope(enclose(letter, get(name)))).toThrow(reason);
  });

  it("around nothing, or around text, is refused", () => {
    expect(() => openEnvelope(Buffer.from("j"))).toThrow(/is none \(it is empty\)/);
    expect(() => openEnvelope(Buffer.from("just text"))).toThrow(expect.objectContaining({ code: "bad-picture" }));
  });
});

it("sniffs by magic alone", () => {
  for (const format of formats) expect(sniffFormat(get(format).subarray(0, 12))).toBe(format);
  for (const other of ["RIFF....WAVE", "\u0089PNG", "", "hello"])
    expect(sniffFormat(Buffer.from(other, "latin1"))).toBeUndefined();
});
