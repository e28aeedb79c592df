import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { GlyphSet } from "./glyph-set.ts";
import type { CellRegion } from "./pixels.ts";

/** Squared distance of the two ends of a cell's colours below which it is drawn flat. */
const FLAT_SPAN = 12;

/**
 * Draws RGB pixels as sextants or octants in two colours: the sub-cells are split half-way along the line
 * between the two most different colours, then each joins the nearer of the two means, once more.
 *
 * Not exact, as there are 31 and 127 ways to part a cell, but a fraction of a decibel from trying them all.
 */
export function fitSplit(rgb: Uint8Array, grid: TextGrid, region: CellRegion, set: GlyphSet): void {
  const { across, down, patterns } = set;
  const subCells = across * down;
  const last = subCells - 1;
  const everything = (1 << subCells) - 1;
  const stride = region.cols * across * 3;
  const offsets = Int32Array.from({ length: subCells }, (_, i) => Math.floor(i / across) * stride + (i % across) * 3);
  const reds = new Int32Array(subCells);
  const greens = new Int32Array(subCells);
  const blues = new Int32Array(subCells);

  for (let row = 0; row < region.rows; row++) {
    let at = row * down * stride;
    let cell = (region.top + row) * grid.cols + region.left;
    for (const end = cell + region.cols; cell < end; cell++, at += across * 3) {
      let rSum = 0;
      let gSum = 0;
      let bSum = 0;
      for (let i = 0; i < subCells; i++) {
        const from = at + (offsets[i] as number);
        rSum += reds[i] = rgb[from] as number;
        gSum += greens[i] = rgb[from + 1] as number;
        bSum += blues[i] = rgb[from + 2] as number;
      }
      const one = farthest(reds, greens, blues, rSum / subCells, gSum / subCells, bSum / subCells);
      const r1 = reds[one] as number;
      const g1 = greens[one] as number;
      const b1 = blues[one] as number;
      const other = farthest(reds, greens, blues, r1, g1, b1);
      let rAxis = r1 - (reds[other] as number);
      let gAxis = g1 - (greens[other] as number);
      let bAxis = b1 - (blues[other] as number);

      let pattern = 0;
      if (rAxis * rAxis + gAxis * gAxis + bAxis * bAxis > FLAT_SPAN) {
        const twice =
          rAxis * (r1 + (reds[other] as number)) +
          gAxis * (g1 + (greens[other] as number)) +
          bAxis * (b1 + (blues[other] as number));
        pattern = sideOf(reds, greens, blues, rAxis, gAxis, bAxis, twice / 2);
      }
      let r = 0;
      let g = 0;
      let b = 0;
      let count = 0;
      for (let pass = 0; pattern !== 0 && pass < 2; pass++) {
        r = g = b = count = 0;
        for (let i = 0; i < subCells; i++) {
          const inside = (pattern >> i) & 1;
          count += inside;
          r += (reds[i] as number) * inside;
          g += (greens[i] as number) * inside;
          b += (blues[i] as number) * inside;
        }
        if (pass === 1) break;
        const rMean = r / count;
        const gMean = g / count;
        const bMean = b / count;
        const rRest = (rSum - r) / (subCells - count);
        const gRest = (gSum - g) / (subCells - count);
        const bRest = (bSum - b) / (subCells - count);
        rAxis = rMean - rRest;
        gAxis = gMean - gRest;
        bAxis = bMean - bRest;
        const level = (rAxis * (rMean + rRest) + gAxis * (gMean + gRest) + bAxis * (bMean + bRest)) / 2;
        const refined = sideOf(reds, greens, blues, rAxis, gAxis, bAxis, level);
        if (refined === pattern || refined === 0 || refined === everything) break;
        pattern = refined;
      }

      if (pattern === 0) {
        const flat = mean(rSum, gSum, bSum, subCells);
        grid.glyph[cell] = 0x20;
        grid.fg[cell] = flat;
        grid.bg[cell] = flat;
        continue;
      }
      const inside = mean(r, g, b, count);
      const outside = mean(rSum - r, gSum - g, bSum - b, subCells - count);
      // The last sub-cell is always background, so that one look has one spelling.
      const swap = (pattern >> last) & 1;
      grid.glyph[cell] = patterns[swap ? everything ^ pattern : pattern] as number;
      grid.fg[cell] = swap ? outside : inside;
      grid.bg[cell] = swap ? inside : outside;
    }
  }
}

function farthest(reds: Int32Array, greens: Int32Array, blues: Int32Array, r: number, g: number, b: number): number {
  let best = -1;
  let at = 0;
  for (let i = 0; i < reds.length; i++) {
    const dr = (reds[i] as number) - r;
    const dg = (greens[i] as number) - g;
    const db = (blues[i] as number) - b;
    const distance = dr * dr + dg * dg + db * db;
    if (distance > best) {
      best = distance;
      at = i;
    }
  }
  return at;
}

/** Bits of the sub-cells whose projection on the axis is above `level`. */
function sideOf(
  reds: Int32Array,
  greens: Int32Array,
  blues: Int32Array,
  r: number,
  g: number,
  b: number,
  level: number,
): number {
  let bits = 0;
  for (let i = 0; i < reds.length; i++) {
    if ((reds[i] as number) * r + (greens[i] as number) * g + (blues[i] as number) * b > level) bits |= 1 << i;
  }
  return bits;
}

function mean(r: number, g: number, b: number, count: number): number {
  return (Math.round(r / count) << 16) | (Math.round(g / count) << 8) | Math.round(b / count);
}
