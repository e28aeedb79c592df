import type { ImageFormat } from "#core/frame.ts";

/** What a piece of work on a picture takes: judged on the high side, by a table of measurements. */
export interface WorkCost {
  /** Most memory at one time, beyond the encoded bytes. */
  readonly bytes: number;
  /** Time of one core, in ms. */
  readonly ms: number;
}

/** Rows that are in memory at one time when a picture is decoded from top to bottom. */
const ROWS_AT_ONCE = 256;

/** The cost of a picture that is decoded row by row, or, `whole`, as one piece. */
export function decodeCost(picture: {
  readonly width: number;
  readonly height: number;
  readonly bytesPerPixel: number;
  readonly whole: boolean;
  readonly msPerMegapixel: number;
  readonly length: number;
  readonly msPerMegabyte: number;
}): WorkCost {
  const { width, height, bytesPerPixel, whole } = picture;
  const rows = whole ? height : Math.min(height, ROWS_AT_ONCE);
  const ms = (width * height * picture.msPerMegapixel + picture.length * picture.msPerMegabyte) / 1e6;
  return { bytes: width * rows * bytesPerPixel, ms };
}

const ENCODE_MS_PER_MEGAPIXEL: Record<ImageFormat, number> = { jpeg: 6, webp: 60, png: 30 };

/** The cost of this many pixels written as a picture. A JPEG goes out row by row. */
export function encodeCost(format: ImageFormat, width: number, height: number): WorkCost {
  const rows = format === "jpeg" ? Math.min(height, ROWS_AT_ONCE) : height;
  return { bytes: width * rows * 4, ms: (width * height * ENCODE_MS_PER_MEGAPIXEL[format]) / 1e6 };
}

/** The cost of raw pixels made or resized. */
export function pixelCost(width: number, height: number): WorkCost {
  return { bytes: width * height * 4, ms: (width * height * 5) / 1e6 };
}

/** The cost of one after the other, in one pipeline. */
export function together(a: WorkCost, b: WorkCost): WorkCost {
  return { bytes: a.bytes + b.bytes, ms: a.ms + b.ms };
}

/** The cost of a line of text, or of a look at a header. */
export const SMALL: WorkCost = { bytes: 1_000_000, ms: 5 };
