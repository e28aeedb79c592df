import { colourAtDepth, type ColourDepth } from "./ansi-pen.ts";
import { glyphWidth } from "./glyph-width.ts";
import type { TextGrid } from "./grid.ts";

/** Unchanged cells that are written again rather than jumped over: a jump takes four bytes. */
export const BRIDGE_CELLS = 4;

/** The glyph as a terminal may get it: never a control, and a wide one only before the space that it covers. */
export function shownGlyph(grid: TextGrid, i: number, x: number): number {
  const glyph = grid.glyph[i] as number;
  const width = glyphWidth(glyph);
  if (width === 1) return glyph;
  if (width === 0) return 0x20;
  return x + 1 < grid.cols && grid.glyph[i + 1] === 0x20 ? glyph : 0x3f;
}

/** Whether any of the cells from `start` to before `end` holds a wide character. */
export function hasWide(grid: TextGrid, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if ((grid.glyph[i] as number) > 0x10ff && glyphWidth(grid.glyph[i] as number) === 2) return true;
  return false;
}

/** Whether a cell looks the same in two grids of one size, as far as the depth can show. */
export function looksSame(grid: TextGrid, base: TextGrid, i: number, depth: ColourDepth): boolean {
  if (grid.glyph[i] !== base.glyph[i] || grid.attr[i] !== base.attr[i]) return false;
  return (
    sameColour(grid.fg[i] as number, base.fg[i] as number, depth) &&
    sameColour(grid.bg[i] as number, base.bg[i] as number, depth)
  );
}

/** Bytes that a glyph takes as UTF-8. */
export function utf8Length(glyph: number): number {
  return glyph < 0x80 ? 1 : glyph < 0x800 ? 2 : glyph < 0x10000 ? 3 : 4;
}

function sameColour(a: number, b: number, depth: ColourDepth): boolean {
  return a === b || (depth !== "24bit" && colourAtDepth(a, depth) === colourAtDepth(b, depth));
}
