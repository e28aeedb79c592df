import { BRIDGE_CELLS, hasWide, looksSame, shownGlyph, utf8Length } from "./ansi-cells.ts";
import { AnsiPen, type ColourDepth } from "./ansi-pen.ts";
import { glyphWidth } from "./glyph-width.ts";
import type { TextGrid } from "./grid.ts";

export { diffToAnsiBytes, gridToAnsiBytes, gridToAnsiTextBytes } from "./ansi-bytes.ts";
export type { ColourDepth } from "./ansi-pen.ts";
export { parseAnsiLines } from "./ansi-parse.ts";

const RESET = "\x1b[0m";
const CLEAR = "\x1b[2J";

/**
 * The whole grid for a terminal: each row after a cursor position, SGR on change only, reset before and after.
 * Nothing is cleared and lines never wrap, so that a terminal of the grid's size or larger does not flicker.
 */
export function gridToAnsi(grid: TextGrid, depth: ColourDepth): string {
  const pen = new AnsiPen(depth);
  let text = RESET;
  for (let y = 0; y < grid.rows; y++) text += `\x1b[${y + 1};1H${writeCells(grid, y, 0, grid.cols, pen)}`;
  return text + RESET;
}

/** One string per row without cursor positions; each starts from the terminal's defaults and resets at its end. */
export function gridToAnsiLines(grid: TextGrid, depth: ColourDepth): string[] {
  return Array.from({ length: grid.rows }, (_, y) => {
    const text = writeCells(grid, y, 0, grid.cols, new AnsiPen(depth));
    return text.includes("\x1b") ? text + RESET : text;
  });
}

/**
 * What turns a terminal that shows `base` into one that shows `grid`: only cells that look different at this depth.
 * Empty when none does. Grids of different sizes give a cleared screen and the whole grid.
 */
export function diffToAnsi(grid: TextGrid, base: TextGrid, depth: ColourDepth): string {
  if (grid.cols !== base.cols || grid.rows !== base.rows) return RESET + CLEAR + gridToAnsi(grid, depth);
  const pen = new AnsiPen(depth);
  let text = "";
  for (let y = 0; y < grid.rows; y++) text += diffRow(grid, base, y, depth, pen);
  return text === "" ? "" : RESET + text + RESET;
}

function diffRow(grid: TextGrid, base: TextGrid, y: number, depth: ColourDepth, pen: AnsiPen): string {
  const start = y * grid.cols;
  const end = start + grid.cols;
  let i = start;
  while (i < end && looksSame(grid, base, i, depth)) i++;
  if (i === end) return "";
  // Half of a wide character cannot be replaced alone.
  if (hasWide(grid, start, end) || hasWide(base, start, end)) {
    return `\x1b[${y + 1};1H${writeCells(grid, y, 0, grid.cols, pen)}`;
  }
  let text = `\x1b[${y + 1};${i - start + 1}H`;
  while (i < end) {
    let next = i + 1;
    while (next < end && !looksSame(grid, base, next, depth)) next++;
    text += writeCells(grid, y, i - start, next - start, pen);
    i = next;
    while (next < end && looksSame(grid, base, next, depth)) next++;
    if (next === end) break;
    text += bridge(grid, i, next, pen, y);
    i = next;
  }
  return text;
}

/** Gets the cursor over unchanged cells: by writing them when they are few and need no SGR, else by a jump. */
function bridge(grid: TextGrid, from: number, to: number, pen: AnsiPen, y: number): string {
  const start = y * grid.cols;
  const jump = to - from === 1 ? "\x1b[C" : `\x1b[${to - from}C`;
  if (to - from > BRIDGE_CELLS) return jump;
  let bytes = 0;
  for (let i = from; i < to; i++) {
    if (!pen.suits(grid.glyph[i] as number, grid.fg[i] as number, grid.bg[i] as number, grid.attr[i] as number))
      return jump;
    bytes += utf8Length(shownGlyph(grid, i, i - start));
  }
  return bytes <= jump.length ? writeCells(grid, y, from - start, to - start, pen) : jump;
}

function writeCells(grid: TextGrid, y: number, from: number, to: number, pen: AnsiPen): string {
  let text = "";
  for (let x = from; x < to; x++) {
    const i = y * grid.cols + x;
    const glyph = shownGlyph(grid, i, x);
    text += pen.changeTo(glyph, grid.fg[i] as number, grid.bg[i] as number, grid.attr[i] as number);
    text += String.fromCodePoint(glyph);
    if (glyph > 0xff && glyphWidth(glyph) === 2) x++;
  }
  return text;
}
