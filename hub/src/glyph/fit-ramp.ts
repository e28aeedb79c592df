import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { type Dither, quantiseLevels } from "./dither.ts";
import { inkColour } from "./ink.ts";
import type { CellRegion } from "./pixels.ts";
import { lumaPlane, valuePlane } from "./planes.ts";

/** Lightest to densest, for light ink on a dark ground. */
export const DEFAULT_RAMP = " .:-=+*#%@";

/**
 * Draws RGB pixels, one a cell, as characters of a ramp (code points, lightest first, two or more). In colour the
 * next denser character is taken and its ink dimmed to the exact tone, so there is nothing to dither.
 */
export function fitRamp(
  rgb: Uint8Array,
  grid: TextGrid,
  region: CellRegion,
  ramp: Uint32Array,
  dither: Dither,
  coloured: boolean,
): void {
  const top = ramp.length - 1;
  const levels = coloured
    ? valuePlane(rgb).map((value) => Math.ceil((value * top) / 255))
    : quantiseLevels(lumaPlane(rgb), region.cols, region.rows, ramp.length, dither);
  for (let row = 0, i = 0; row < region.rows; row++) {
    let cell = (region.top + row) * grid.cols + region.left;
    for (let col = 0; col < region.cols; col++, cell++, i++) {
      const level = levels[i] as number;
      grid.glyph[cell] = ramp[level] as number;
      if (coloured && level > 0) grid.fg[cell] = inkColour(rgb, i * 3, 3, 1, 1, level / top);
    }
  }
}
