import { glyphWidth } from "@lightwell/wire/text/glyph-width.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";

/** Figures that are made of cells and say nothing read aloud: lines, blocks, braille, mosaics, private signs. */
const FIGURES: readonly (readonly [first: number, last: number])[] = [
  [0x2500, 0x25ff],
  [0x2800, 0x28ff],
  [0xe000, 0xf8ff],
  [0x1cc00, 0x1ceff],
  [0x1fb00, 0x1fbef],
];

/** A part of a row as text. A wide glyph stands for both of its cells. */
export function cellsText({ cols, glyph }: TextGrid, row: number, from = 0, to = cols): string {
  let text = "";
  for (let col = from; col < to; col++) {
    const code = glyph[row * cols + col] ?? 0x20;
    text += String.fromCodePoint(code);
    if (code > 0x10ff && glyphWidth(code) === 2 && glyph[row * cols + col + 1] === 0x20) col++;
  }
  return text.trimEnd();
}

/** A row as it is read aloud: figures are blanks, and blanks are single. */
export function spokenRow(grid: TextGrid, row: number): string {
  return Array.from(cellsText(grid, row), (sign) => (isFigure(sign.codePointAt(0) ?? 0) ? " " : sign))
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function isFigure(code: number): boolean {
  return code >= 0x2500 && FIGURES.some(([first, last]) => code >= first && code <= last);
}
