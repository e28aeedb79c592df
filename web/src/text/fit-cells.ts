import type { CellSize } from "./text-screen.ts";

/** Device pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** Cells. */
export interface GridSize {
  readonly cols: number;
  readonly rows: number;
}

/** A cell is about twice as high as wide; so much more or less fills a window better and is hardly seen. */
const FLATTEST = 1.86;
const TALLEST = 2.16;

/** The largest cells of whole device pixels with which a grid fits. */
export function fitCells(room: Room, { cols, rows }: GridSize): CellSize {
  const widest = Math.max(1, Math.floor(room.width / cols));
  const highest = Math.max(1, Math.floor(room.height / rows));
  const width = Math.max(1, Math.min(widest, Math.floor(highest / FLATTEST)));
  return { width, height: Math.max(1, Math.min(highest, Math.floor(width * TALLEST))) };
}

/** More pixels some browsers refuse to draw (iOS: 4096 × 4096). */
const MOST_PIXELS = 4096 * 4096;

/** Cells of this many device pixels across, or fewer where a canvas of them would be too large. */
export function cellsOfWidth(wanted: number, { cols, rows }: GridSize): CellSize {
  const most = Math.floor(Math.sqrt(MOST_PIXELS / (2 * cols * rows)));
  const width = Math.max(1, Math.min(most, Math.round(wanted)));
  return { width, height: width * 2 };
}

/** What the hub gives at most. */
const MOST = { cols: 400, rows: 120 };
const LEAST = { cols: 20, rows: 5 };
/** A phone still gets as many columns as a terminal. */
const USUAL_COLS = 80;
/** CSS pixels across a cell, unless somebody chose: letters that are read with ease. */
export const USUAL_CELL = 8;

/** Widths of a cell to choose from, in CSS pixels. */
export const CELL_STEPS = [3, 4, 5, 6, 8, 10, 12, 16, 20, 24] as const;

/**
 * The grid to ask for: as many cells as the room has, each `cellWidth` CSS pixels wide, or of a usual size when
 * undefined. `ratio` is device pixels per CSS pixel.
 */
export function gridFor(room: Room, ratio: number, cellWidth?: number): GridSize {
  const across = room.width / ratio;
  const wanted = cellWidth === undefined ? Math.max(USUAL_COLS, across / USUAL_CELL) : across / cellWidth;
  const cols = clamp(Math.floor(wanted), LEAST.cols, MOST.cols);
  const cell = Math.max(1, Math.floor(room.width / cols));
  return { cols, rows: clamp(Math.floor(room.height / (cell * 2)), LEAST.rows, MOST.rows) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
