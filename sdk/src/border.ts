import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Pace } from "./pace-meter.ts";

/** Smallest grid that has room for a box and something in it, in cells per side. */
const SMALLEST = 3;
const LINE_COLOUR = 0x808080;

/** Rows and columns that a border leaves for what is inside. */
export function insideOf({ cols, rows }: { readonly cols: number; readonly rows: number }): {
  readonly cols: number;
  readonly rows: number;
} {
  if (cols < SMALLEST || rows < SMALLEST)
    throw new RangeError(`a border needs ${SMALLEST} × ${SMALLEST} cells, not ${cols} × ${rows}`);
  return { cols: cols - 2, rows: rows - 2 };
}

/** A box around a grid, with a title on the left of its upper edge and the pace on the right, as far as they fit. */
export function withBorder(inside: TextGrid, title: string, pace: Pace): TextGrid {
  const [cols, rows] = [inside.cols + 2, inside.rows + 2];
  const grid = createGrid(cols, rows);
  for (let y = 0; y < inside.rows; y++) {
    const [from, to] = [y * inside.cols, (y + 1) * cols + 1];
    for (const plane of ["glyph", "fg", "bg", "attr"] as const)
      grid[plane].set(inside[plane].subarray(from, from + inside.cols), to);
  }
  for (let y = 0; y < rows; y++) {
    const [left, middle, right] = y === 0 ? "┌─┐" : y === rows - 1 ? "└─┘" : "│ │";
    write(grid, 0, y, left ?? "");
    if (middle !== " ") write(grid, 1, y, (middle ?? "").repeat(cols - 2));
    write(grid, cols - 1, y, right ?? "");
  }
  const figures = describe(pace);
  const room = cols - 4 - (figures === "" ? 0 : figures.length + 1);
  if (figures !== "" && room >= -1) write(grid, cols - 2 - figures.length, 0, figures);
  const label = ` ${title.slice(0, Math.max(0, room - 2))} `;
  if (title !== "" && room > 2) write(grid, 2, 0, label);
  return grid;
}

function describe({ fps, frameMs }: Pace): string {
  return fps === undefined || frameMs === undefined ? "" : ` ${fps.toFixed(1)} fps · ${frameMs.toFixed(1)} ms `;
}

/** The box is drawn in characters of one code unit and one cell each. */
function write(grid: TextGrid, x: number, y: number, text: string): void {
  for (let k = 0; k < text.length; k++) {
    const at = y * grid.cols + x + k;
    grid.glyph[at] = text.charCodeAt(k);
    grid.fg[at] = LINE_COLOUR;
  }
}
