import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { CellRegion } from "./pixels.ts";

const UPPER_HALF = 0x2580;
const SPACE = 0x20;

/** Draws RGB pixels, one above the other a cell, as half blocks: every pixel in its own colour, without loss. */
export function fitHalves(rgb: Uint8Array, grid: TextGrid, region: CellRegion): void {
  const stride = region.cols * 3;
  for (let row = 0; row < region.rows; row++) {
    let upper = row * 2 * stride;
    let cell = (region.top + row) * grid.cols + region.left;
    for (const end = cell + region.cols; cell < end; cell++, upper += 3) {
      const lower = upper + stride;
      const fg = ((rgb[upper] as number) << 16) | ((rgb[upper + 1] as number) << 8) | (rgb[upper + 2] as number);
      const bg = ((rgb[lower] as number) << 16) | ((rgb[lower + 1] as number) << 8) | (rgb[lower + 2] as number);
      grid.glyph[cell] = fg === bg ? SPACE : UPPER_HALF;
      grid.fg[cell] = fg;
      grid.bg[cell] = bg;
    }
  }
}
