import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { GLYPH_SETS } from "./glyph-set.ts";
import type { CellRegion } from "./pixels.ts";

/**
 * Below this gain a cell is drawn flat: under one level of error a sub-cell, where only noise would choose a shape.
 * In units of a twelfth of a squared level.
 */
const FLAT_GAIN = 36;

/** The rounded third of a sum of three bytes. */
const THIRD = Uint8Array.from({ length: 3 * 255 + 1 }, (_, sum) => Math.round(sum / 3));

/**
 * Draws RGB pixels, two by two a cell, as quadrant blocks in two colours: of the eight ways to part four
 * sub-cells in two, the one with the least squared error, exactly.
 *
 * Parting a set in A and B lowers the squared error by |mean(A) − mean(B)|² · nA·nB/4. With the three
 * differences h1 (top − bottom), h2 (left − right) and h3 (main − other diagonal) that is |h|²/4 for a half
 * and |±h1 ±h2 ±h3|²/12 for a corner, so all seven gains come from six dot products. All in integers.
 */
export function fitQuadrants(rgb: Uint8Array, grid: TextGrid, region: CellRegion): void {
  const glyphs = GLYPH_SETS.quadrant.patterns;
  const { glyph, fg, bg } = grid;
  const stride = region.cols * 6;
  for (let row = 0; row < region.rows; row++) {
    let at = row * 2 * stride;
    let cell = (region.top + row) * grid.cols + region.left;
    for (const end = cell + region.cols; cell < end; cell++, at += 6) {
      const r0 = rgb[at] as number;
      const g0 = rgb[at + 1] as number;
      const b0 = rgb[at + 2] as number;
      const r1 = rgb[at + 3] as number;
      const g1 = rgb[at + 4] as number;
      const b1 = rgb[at + 5] as number;
      const below = at + stride;
      const r2 = rgb[below] as number;
      const g2 = rgb[below + 1] as number;
      const b2 = rgb[below + 2] as number;
      const r3 = rgb[below + 3] as number;
      const g3 = rgb[below + 4] as number;
      const b3 = rgb[below + 5] as number;

      const rTop = r0 + r1;
      const gTop = g0 + g1;
      const bTop = b0 + b1;
      const rBottom = r2 + r3;
      const gBottom = g2 + g3;
      const bBottom = b2 + b3;
      const rSkew = r0 - r1;
      const gSkew = g0 - g1;
      const bSkew = b0 - b1;
      const rLean = r2 - r3;
      const gLean = g2 - g3;
      const bLean = b2 - b3;
      const rh1 = rTop - rBottom;
      const gh1 = gTop - gBottom;
      const bh1 = bTop - bBottom;
      const rh2 = rSkew + rLean;
      const gh2 = gSkew + gLean;
      const bh2 = bSkew + bLean;
      const rh3 = rSkew - rLean;
      const gh3 = gSkew - gLean;
      const bh3 = bSkew - bLean;

      const e1 = rh1 * rh1 + gh1 * gh1 + bh1 * bh1;
      const e2 = rh2 * rh2 + gh2 * gh2 + bh2 * bh2;
      const e3 = rh3 * rh3 + gh3 * gh3 + bh3 * bh3;
      const c12 = 2 * (rh1 * rh2 + gh1 * gh2 + bh1 * bh2);
      const c13 = 2 * (rh1 * rh3 + gh1 * gh3 + bh1 * bh3);
      const c23 = 2 * (rh2 * rh3 + gh2 * gh3 + bh2 * bh3);
      const sum = e1 + e2 + e3;

      // The last sub-cell is always background: the complement of each pattern would look the same.
      let pattern = 0;
      let gain = FLAT_GAIN;
      if (3 * e1 > gain) {
        gain = 3 * e1;
        pattern = 3;
      }
      if (3 * e2 > gain) {
        gain = 3 * e2;
        pattern = 5;
      }
      if (3 * e3 > gain) {
        gain = 3 * e3;
        pattern = 6;
      }
      if (sum + c12 + c13 + c23 > gain) {
        gain = sum + c12 + c13 + c23;
        pattern = 1;
      }
      if (sum - c12 - c13 + c23 > gain) {
        gain = sum - c12 - c13 + c23;
        pattern = 2;
      }
      if (sum - c12 + c13 - c23 > gain) {
        gain = sum - c12 + c13 - c23;
        pattern = 4;
      }
      if (sum + c12 - c13 - c23 > gain) pattern = 7;

      glyph[cell] = glyphs[pattern] as number;
      switch (pattern) {
        case 0: {
          const flat =
            (((rTop + rBottom + 2) >> 2) << 16) | (((gTop + gBottom + 2) >> 2) << 8) | ((bTop + bBottom + 2) >> 2);
          fg[cell] = flat;
          bg[cell] = flat;
          break;
        }
        case 3:
          fg[cell] = (((rTop + 1) >> 1) << 16) | (((gTop + 1) >> 1) << 8) | ((bTop + 1) >> 1);
          bg[cell] = (((rBottom + 1) >> 1) << 16) | (((gBottom + 1) >> 1) << 8) | ((bBottom + 1) >> 1);
          break;
        case 5:
          fg[cell] = (((r0 + r2 + 1) >> 1) << 16) | (((g0 + g2 + 1) >> 1) << 8) | ((b0 + b2 + 1) >> 1);
          bg[cell] = (((r1 + r3 + 1) >> 1) << 16) | (((g1 + g3 + 1) >> 1) << 8) | ((b1 + b3 + 1) >> 1);
          break;
        case 6:
          fg[cell] = (((r1 + r2 + 1) >> 1) << 16) | (((g1 + g2 + 1) >> 1) << 8) | ((b1 + b2 + 1) >> 1);
          bg[cell] = (((r0 + r3 + 1) >> 1) << 16) | (((g0 + g3 + 1) >> 1) << 8) | ((b0 + b3 + 1) >> 1);
          break;
        case 1:
          fg[cell] = (r0 << 16) | (g0 << 8) | b0;
          bg[cell] = third(r1 + rBottom, g1 + gBottom, b1 + bBottom);
          break;
        case 2:
          fg[cell] = (r1 << 16) | (g1 << 8) | b1;
          bg[cell] = third(r0 + rBottom, g0 + gBottom, b0 + bBottom);
          break;
        case 4:
          fg[cell] = (r2 << 16) | (g2 << 8) | b2;
          bg[cell] = third(rTop + r3, gTop + g3, bTop + b3);
          break;
        default:
          fg[cell] = third(rTop + r2, gTop + g2, bTop + b2);
          bg[cell] = (r3 << 16) | (g3 << 8) | b3;
      }
    }
  }
}

function third(r: number, g: number, b: number): number {
  return ((THIRD[r] as number) << 16) | ((THIRD[g] as number) << 8) | (THIRD[b] as number);
}
