import { HubError } from "#contract/errors.ts";
import type { ImageContent, ImageFormat } from "#core/frame.ts";
import { readJpeg } from "./jpeg.ts";
import { readPng } from "./png.ts";
import type { Structure } from "./structure.ts";
import { readWebp } from "./webp.ts";
import type { WorkCost } from "./work-cost.ts";

/** Bounds on a picture from outside. */
export interface PictureLimits {
  readonly maxBytes: number;
  /** Width × height. */
  readonly maxPixels: number;
  /** Memory that decoding it may take; {@link MAX_DECODE_BYTES} unless told. */
  readonly maxDecodeBytes?: number;
}

/** 8K video has 33 million pixels. */
export const DEFAULT_LIMITS: PictureLimits = { maxBytes: 20_000_000, maxPixels: 40_000_000 };

/** Memory that decoding one picture may take: that of a WebP with the most pixels. Less in a small container. */
export const MAX_DECODE_BYTES = Math.min(160_000_000, Math.max(32_000_000, memoryHere() / 4));

/** What this process may use, in bytes; 0 says that Node cannot tell. */
function memoryHere(): number {
  const bytes = process.constrainedMemory();
  return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
}

/** The format that the first bytes announce; undefined when they announce none that frames carry. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpeg";
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (startsWith(bytes, ascii("RIFF")) && startsWith(bytes, ascii("WEBP"), 8)) return "webp";
  return undefined;
}

/**
 * Checks the structure of a picture from outside and reads its size, without decoding: a few µs.
 *
 * @throws {HubError} `bad-picture`, `too-large`; the message is for the sender.
 */
export function inspectPicture(bytes: Uint8Array, limits: PictureLimits = DEFAULT_LIMITS): Structure {
  if (bytes.length > limits.maxBytes)
    throw new HubError("too-large", `the picture has ${bytes.length} bytes; at most ${limits.maxBytes} are taken`);
  const structure = readStructure(bytes);
  const { width, height } = structure;
  if (width * height > limits.maxPixels)
    throw new HubError(
      "too-large",
      `the picture is ${width}×${height} pixels; at most ${limits.maxPixels} pixels are taken`,
    );
  const { maxDecodeBytes = MAX_DECODE_BYTES } = limits;
  if (structure.cost.bytes > maxDecodeBytes)
    throw new HubError(
      "too-large",
      `decoding this ${structure.format.toUpperCase()} would take ${megabytes(structure.cost.bytes)} MB of memory, ` +
        `and ${megabytes(maxDecodeBytes)} MB is the most: send it smaller, or neither interlaced nor progressive`,
    );
  return structure;
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

const costs = new WeakMap<ImageContent, WorkCost>();

/** What decoding a picture takes that was inspected before, or is of our own making. */
export function costOf(content: ImageContent): WorkCost {
  let cost = costs.get(content);
  if (!cost) costs.set(content, (cost = readStructure(content.bytes).cost));
  return cost;
}

/**
 * The content of a frame, from bytes that were inspected. Padding behind the picture is left out.
 * The content keeps a view of `bytes`, which must not be changed afterwards.
 *
 * @throws {HubError} as {@link inspectPicture}
 */
export function imageContent(bytes: Uint8Array, limits?: PictureLimits): ImageContent {
  const { format, width, height, length, cost } = inspectPicture(bytes, limits);
  const picture = length < bytes.length ? bytes.subarray(0, length) : bytes;
  const content: ImageContent = { kind: "image", format, width, height, bytes: picture };
  costs.set(content, cost);
  return content;
}

const envelopes: ReadonlyMap<number, ImageFormat> = new Map([
  [0x6a, "jpeg"],
  [0x77, "webp"],
]);

/**
 * The picture in a one-byte envelope: `j` before a JPEG, `w` before a WebP. A bare picture is given back as it is.
 *
 * @throws {HubError} `bad-picture` when the envelope says one format and the bytes are another.
 */
export function openEnvelope(bytes: Uint8Array): Uint8Array {
  const announced = envelopes.get(bytes[0] ?? 0);
  if (!announced) return bytes;
  const inner = bytes.subarray(1);
  const format = sniffFormat(inner);
  if (format === announced) return inner;
  const byte = String.fromCharCode(bytes[0] ?? 0);
  throw new HubError(
    "bad-picture",
    `the envelope "${byte}" announces ${names[announced]}, but what follows ${format ? `is ${names[format]}` : `is none (${describe(inner)})`}`,
  );
}

const names: Record<ImageFormat, string> = { jpeg: "a JPEG", webp: "a WebP", png: "a PNG" };

function readStructure(bytes: Uint8Array): Structure {
  switch (sniffFormat(bytes)) {
    case "jpeg":
      return readJpeg(bytes);
    case "png":
      return readPng(bytes);
    case "webp":
      return readWebp(bytes);
    case undefined:
      throw new HubError("bad-picture", `this is no JPEG, WebP or PNG: ${describe(bytes)}`);
  }
}

/** What people send by mistake, by the first bytes (AVIF and HEIC have `ftyp` at 4). */
function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return "it is empty";
  if (startsWith(bytes, ascii("GIF8"))) return "it is a GIF";
  if (startsWith(bytes, ascii("BM"))) return "it is a BMP";
  if (startsWith(bytes, ascii("<"))) return "it is HTML, XML or SVG text";
  if (startsWith(bytes, ascii("ftyp"), 4)) return "it is an AVIF, HEIC or MP4";
  return `it begins with ${[...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}

function startsWith(bytes: Uint8Array, prefix: ArrayLike<number>, at = 0): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
