import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import type { GlyphSet } from "./glyph-set.ts";
import type { CellRegion } from "./pixels.ts";

/** Squared distance between any two palette colours, at `one << 8 | other`. */
let distances: Uint32Array | undefined;

/**
 * Draws sub-cells that are palette colours already, one index each, as blocks in two palette colours.
 * A cell with more than two takes the pair that serves all its sub-cells best, each drawn in the nearer of the two.
 */
export function fitIndexed(indices: Uint8Array, grid: TextGrid, region: CellRegion, set: GlyphSet): void {
  const { across, down, patterns } = set;
  const table = (distances ??= measureDistances());
  const subCells = across * down;
  const stride = region.cols * across;
  const offsets = Int32Array.from({ length: subCells }, (_, i) => Math.floor(i / across) * stride + (i % across));
  const cellIndices = new Uint8Array(subCells);
  const distinct = new Uint8Array(subCells);

  for (let row = 0; row < region.rows; row++) {
    let at = row * down * stride;
    let cell = (region.top + row) * grid.cols + region.left;
    for (const end = cell + region.cols; cell < end; cell++, at += across) {
      // From the last sub-cell back: it is always background, so that one look has one spelling.
      let kinds = 0;
      for (let i = subCells - 1; i >= 0; i--) {
        const index = indices[at + (offsets[i] as number)] as number;
        cellIndices[i] = index;
        let known = 0;
        while (known < kinds && distinct[known] !== index) known++;
        if (known === kinds) distinct[kinds++] = index;
      }
      let bg = distinct[0] as number;
      let fg = kinds === 1 ? bg : (distinct[1] as number);
      if (kinds > 2) {
        const pair = bestPair(cellIndices, distinct, kinds, table);
        const last = distinct[0] as number;
        const [one, other] = [pair >> 8, pair & 255];
        const oneIsNearer = nearer(last, one, other, table);
        bg = oneIsNearer ? one : other;
        fg = oneIsNearer ? other : one;
      }
      let pattern = 0;
      for (let i = 0; i < subCells - 1 && kinds > 1; i++) {
        if (!nearer(cellIndices[i] as number, bg, fg, table)) pattern |= 1 << i;
      }
      grid.glyph[cell] = patterns[pattern] as number;
      grid.fg[cell] = XTERM_PALETTE[fg] as number;
      grid.bg[cell] = XTERM_PALETTE[bg] as number;
    }
  }
}

function nearer(index: number, one: number, other: number, table: Uint32Array): boolean {
  return (table[(index << 8) | one] as number) <= (table[(index << 8) | other] as number);
}

function bestPair(indices: Uint8Array, distinct: Uint8Array, kinds: number, table: Uint32Array): number {
  let best = Infinity;
  let pair = 0;
  for (let i = 0; i < kinds; i++) {
    const one = distinct[i] as number;
    for (let j = i + 1; j < kinds; j++) {
      const other = distinct[j] as number;
      let error = 0;
      for (let at = 0; at < indices.length && error < best; at++) {
        const row = (indices[at] as number) << 8;
        error += Math.min(table[row | one] as number, table[row | other] as number);
      }
      if (error < best) {
        best = error;
        pair = (one << 8) | other;
      }
    }
  }
  return pair;
}

function measureDistances(): Uint32Array {
  return Uint32Array.from({ length: 1 << 16 }, (_, at) => {
    const one = XTERM_PALETTE[at >> 8] as number;
    const other = XTERM_PALETTE[at & 255] as number;
    const r = (one >> 16) - (other >> 16);
    const g = ((one >> 8) & 255) - ((other >> 8) & 255);
    const b = (one & 255) - (other & 255);
    return r * r + g * g + b * b;
  });
}
