import type { ImageFormat } from "#core/frame.ts";

/** What decoding a picture takes, judged by its structure: on the high side, by a table of measurements. */
export interface DecodeCost {
  /** Most memory at one time, beyond the encoded bytes. */
  readonly bytes: number;
  /** Time of one core, in ms. */
  readonly ms: number;
}

/** What the outermost structure of a picture says, before anything is decoded. */
export interface Structure {
  readonly format: ImageFormat;
  /** Pixels, at least 1. */
  readonly width: number;
  readonly height: number;
  /** Bytes that belong to the picture; what follows is padding. */
  readonly length: number;
  readonly cost: DecodeCost;
}

/**
 * Rows that are in memory at one time when a picture is decoded from top to bottom.
 */
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
}): DecodeCost {
  const { width, height, bytesPerPixel, whole } = picture;
  const rows = whole ? height : Math.min(height, ROWS_AT_ONCE);
  const ms = (width * height * picture.msPerMegapixel + picture.length * picture.msPerMegabyte) / 1e6;
  return { bytes: width * rows * bytesPerPixel, ms };
}
