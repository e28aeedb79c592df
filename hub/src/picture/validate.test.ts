// needs: ffmpeg
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { crc32, deflateSync } from "node:zlib";
import type { ImageContent, ImageFormat } from "#core/frame.ts";
import { imageContent } from "./inspect.ts";
import { noisyPicture } from "./testing.ts";
import { PictureCheck, validatePicture } from "./validate.ts";

const formats: readonly ImageFormat[] = ["jpeg", "webp", "png"];
const good = new Map<ImageFormat, ImageContent>();

beforeAll(async () => {
  for (const format of formats) good.set(format, await noisyPicture(160, 120, format));
});

const get = (format: ImageFormat) => good.get(format) ?? expect.fail();

/** Sound on the outside, and its data do not make a picture. */
function damaged(format: ImageFormat): Buffer {
  const bytes = Buffer.from(get(format).bytes);
  const middle = bytes.length >> 1;
  // The scan ends long before the picture is full.
  if (format === "jpeg") return Buffer.concat([bytes.subarray(0, middle), Buffer.from([0xff, 0xd9])]);
  // The first partition is said to be longer than the file (RFC 6386, 9.1).
  if (format === "webp") bytes.fill(0xff, 21, 23);
  if (format === "png") bytes.fill(0x55, middle, middle + 400);
  return bytes;
}

describe("validating by decoding", () => {
  it.each(formats)("lets a good %s through", async (format) => {
    await expect(validatePicture(get(format))).resolves.toBeUndefined();
  });

  it("lets through what ffmpeg and cameras make", async () => {
    const input = ["-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1"];
    const bytes = execFileSync("ffmpeg", ["-v", "error", ...input, "-c:v", "mjpeg", "-f", "image2pipe", "-"]);
    await expect(validatePicture(imageContent(bytes))).resolves.toBeUndefined();
    // UVC cameras put bytes between the picture and its end marker.
    const padded = Buffer.concat([bytes.subarray(0, -2), Buffer.alloc(5), bytes.subarray(-2)]);
    await expect(validatePicture(imageContent(padded))).resolves.toBeUndefined();
  });

  it.each(formats)("refuses a %s that is sound on the outside only", async (format) => {
    const content = imageContent(damaged(format));
    await expect(validatePicture(content)).rejects.toMatchObject({
      code: "bad-picture",
      message: expect.stringMatching(/does not decode: /),
    });
  });

  it("refuses a bomb of 30,000 × 30,000 pixels without decoding it", async () => {
    const bytes = pngOf(30_000, 30_000);
    expect(bytes.length).toBeLessThan(1_000_000);
    const claim: ImageContent = { kind: "image", format: "png", bytes, width: 1, height: 1 };
    await expect(validatePicture(claim)).rejects.toMatchObject({ code: "too-large" });
  });

  it("refuses a bomb that hides behind a small size", async () => {
    // The canvas of an animated WebP or the strips of others are the decoder's business: it has the same limit.
    const bytes = pngOf(5000, 5000);
    const limits = { maxBytes: 1e6, maxPixels: 24_999_999 };
    const claim: ImageContent = { kind: "image", format: "png", bytes, width: 5000, height: 5000 };
    await expect(validatePicture(claim, { limits })).rejects.toMatchObject({ code: "too-large" });
  });
});

/** A valid black PNG of one bit a pixel, whatever its size, in few bytes. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

describe("the check of one producer's pictures", () => {
  it("decodes the first and every n-th, and only looks at the structure of the others", async () => {
    const check = new PictureCheck({ decodeEvery: 3 });
    const decodes: boolean[] = [];
    for (let i = 0; i < 7; i++) {
      const admitted = check.admit(get("jpeg").bytes);
      decodes.push(admitted instanceof Promise);
      expect(await admitted).toMatchObject({ width: 160, height: 120 });
    }
    expect(decodes).toEqual([true, false, false, true, false, false, true]);
  });

  it("decodes the next picture again after a bad one", async () => {
    const check = new PictureCheck({ decodeEvery: 3 });
    await expect(check.admit(damaged("jpeg"))).rejects.toThrow(/does not decode/);
    await expect(check.admit(damaged("jpeg"))).rejects.toThrow(/does not decode/);
    await check.admit(get("jpeg").bytes);
    expect(check.admit(damaged("jpeg"))).toMatchObject({ kind: "image" });
    expect(() => check.admit(get("jpeg").bytes.subarray(0, 100))).toThrow(/cut off/);
  });

  it("keeps to its own limits", () => {
    const check = new PictureCheck({ limits: { maxBytes: 1e6, maxPixels: 100 } });
    expect(() => check.admit(get("jpeg").bytes)).toThrow(expect.objectContaining({ code: "too-large" }));
  });
});
