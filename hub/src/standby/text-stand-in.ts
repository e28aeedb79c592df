import { Attribute, createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { ink } from "#picture/canvas.ts";

/** The grid with its colours drained and words in its last row. */
export function badgeGrid(grid: TextGrid, words: string): TextGrid {
  const drained: TextGrid = {
    cols: grid.cols,
    rows: grid.rows,
    glyph: grid.glyph.slice(),
    fg: grid.fg.map(drain),
    bg: grid.bg.map(drain),
    attr: grid.attr.slice(),
  };
  const row = grid.rows - 1;
  const start = row * grid.cols;
  drained.glyph.fill(0x20, start);
  drained.fg.fill(ink.night, start);
  drained.bg.fill(ink.warm, start);
  drained.attr.fill(0, start);
  write(drained, row, 0, ` ● ${words}`, ink.night, Attribute.bold);
  return drained;
}

/** A dark grid with the channel's name and a few words in its middle. */
export function placeholderGrid(cols: number, rows: number, title: string, words: string): TextGrid {
  const grid = createGrid(cols, rows, ink.dim, ink.night);
  const lines = [
    { text: "●", colour: ink.warm, attr: 0 },
    { text: title, colour: ink.light, attr: Attribute.bold },
    { text: words, colour: ink.dim, attr: 0 },
  ].slice(-rows);
  const top = (rows - lines.length) >> 1;
  for (const [i, { text, colour, attr }] of lines.entries()) {
    write(grid, top + i, Math.max(0, (cols - text.length) >> 1), text, colour, attr);
  }
  return grid;
}

/** Writes from a cell on; what does not fit in the row is cut. */
function write(grid: TextGrid, row: number, col: number, text: string, colour: number, attr: number): void {
  for (const [i, character] of [...text].slice(0, grid.cols - col).entries()) {
    const cell = row * grid.cols + col + i;
    grid.glyph[cell] = character.codePointAt(0) ?? 0x20;
    grid.fg[cell] = colour;
    grid.attr[cell] = attr;
  }
}

/** A quarter of the saturation and four fifths of the light, as the badge of a picture has it. */
function drain(colour: number): number {
  const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255] as const;
  const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const channel = (value: number) => Math.round(0.8 * (grey + (value - grey) * 0.25));
  return (channel(r) << 16) | (channel(g) << 8) | channel(b);
}
