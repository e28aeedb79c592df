/** A picture as plain bytes: sRGB, row by row, three or four (straight alpha) bytes a pixel, no padding. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** A rectangle of cells in a grid: where the picture is; cells outside it stay blank. */
export interface CellRegion {
  readonly left: number;
  readonly top: number;
  readonly cols: number;
  readonly rows: number;
}

/** Perceived lightness of an sRGB colour by Rec. 601, 0–255, in integers. */
export function luma(r: number, g: number, b: number): number {
  return (r * 19595 + g * 38470 + b * 7471 + 32768) >> 16;
}
