import { Attribute, createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";

/** The colours of any terminal. */
export type Ink = "plain" | "red" | "green" | "yellow" | "cyan" | "bright";

const inks: Readonly<Record<Ink, number>> = {
  plain: XTERM_PALETTE[7] ?? 0,
  red: XTERM_PALETTE[9] ?? 0,
  green: XTERM_PALETTE[10] ?? 0,
  yellow: XTERM_PALETTE[11] ?? 0,
  cyan: XTERM_PALETTE[14] ?? 0,
  bright: XTERM_PALETTE[15] ?? 0,
};

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly ink: Ink;
  readonly bold?: boolean;
}

export const plain = (text: string): Span => ({ text, ink: "plain" });

/** Lines as cells; what does not fit is cut off. */
export function layOut(lines: readonly (readonly Span[])[], cols: number, rows: number): TextGrid {
  const grid = createGrid(cols, rows, inks.plain);
  for (const [y, line] of lines.slice(0, rows).entries()) {
    let x = 0;
    for (const { text, ink, bold } of line) {
      for (const char of text) {
        if (x >= cols) break;
        const i = y * cols + x++;
        grid.glyph[i] = char.codePointAt(0) ?? 0x20;
        grid.fg[i] = inks[ink];
        grid.attr[i] = bold ? Attribute.bold : 0;
      }
    }
  }
  return grid;
}
