import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { type Dither, quantiseLevels } from "./dither.ts";
import type { GlyphSet } from "./glyph-set.ts";
import { inkColour } from "./ink.ts";
import type { CellRegion } from "./pixels.ts";
import { lumaPlane, valuePlane } from "./planes.ts";

/**
 * Draws RGB pixels as dots on the ground that the grid has already: a sub-cell is lit or not, and their density
 * makes the tone. For one colour in any block set, and for braille always, whose dots leave most of a cell's ground bare.
 */
export function fitDots(
  rgb: Uint8Array,
  grid: TextGrid,
  region: CellRegion,
  set: GlyphSet,
  dither: Dither,
  coloured: boolean,
): void {
  const { across, down, patterns } = set;
  const stride = region.cols * across;
  const plane = coloured ? valuePlane(rgb) : lumaPlane(rgb);
  const lit = quantiseLevels(plane, stride, region.rows * down, 2, dither);
  for (let row = 0; row < region.rows; row++) {
    let cell = (region.top + row) * grid.cols + region.left;
    for (let col = 0; col < region.cols; col++, cell++) {
      const start = row * down * stride + col * across;
      let pattern = 0;
      let bit = 0;
      for (let y = 0, at = start; y < down; y++, at += stride) {
        for (let x = 0; x < across; x++) pattern |= (lit[at + x] as number) << bit++;
      }
      grid.glyph[cell] = patterns[pattern] as number;
      if (coloured && pattern !== 0) grid.fg[cell] = inkColour(rgb, start * 3, stride * 3, across, down, 0);
    }
  }
}
