import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Content } from "#core/frame.ts";

/** A grid that says its number at its upper left. */
export function numbered(number: number, cols = 80, rows = 24): TextGrid {
  const lines = Array.from({ length: rows }, (_, y) =>
    y === 0 ? `\x1b[33;1m#${number}\x1b[0m ` : `\x1b[38;2;${(y * 9) % 256};80;${number % 256}mrow ${y} of ${number}`,
  );
  return parseAnsiLines(lines, cols, rows);
}

/** As {@link numbered}, below the first row of many colours, so that it is large on the wire. */
export function colourful(number: number, cols = 160, rows = 45): TextGrid {
  const grid = numbered(number, cols, rows);
  for (let i = cols; i < cols * rows; i++) {
    grid.glyph[i] = 0x2580;
    grid.fg[i] = Math.imul(i + number, 0x9e3779b1) >>> 8;
    grid.bg[i] = Math.imul(i - number, 0x85ebca6b) >>> 8;
  }
  return grid;
}

export const text = (grid: TextGrid): Content => ({ kind: "text", grid });

/** The number of a grid made by {@link numbered}, wherever it was centred. */
export function numberOf(grid: TextGrid): number {
  const first = String.fromCodePoint(...grid.glyph.subarray(0, grid.cols * grid.rows));
  return Number(/#(\d+) /.exec(first)?.[1] ?? Number.NaN);
}

/** True for grids that look the same, cell for cell. */
export function sameGrid(a: TextGrid, b: TextGrid): boolean {
  return (
    a.cols === b.cols &&
    a.rows === b.rows &&
    (["glyph", "fg", "bg", "attr"] as const).every((part) => Buffer.compare(bytesOf(a[part]), bytesOf(b[part])) === 0)
  );
}

function bytesOf(part: Uint8Array | Uint32Array): Uint8Array {
  return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}
