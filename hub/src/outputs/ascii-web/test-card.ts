import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";

/** As on television: white, yellow, cyan, green, magenta, red, blue, black. */
const BARS = [0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x000000];
const INK = 0xffffff;

/** Bars of colour, a frame at the edges, the size in words, and what is a circle when the font ratio is right. */
export function testCard(cols: number, rows: number, fontRatio: number): TextGrid {
  const grid = createGrid(cols, rows, INK);
  const radius = 0.35 * Math.min(cols * fontRatio, rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      const i = y * cols + x;
      grid.bg[i] = BARS[Math.floor((x * BARS.length) / cols)] ?? 0;
      const distance = Math.hypot((x + 0.5 - cols / 2) * fontRatio, y + 0.5 - rows / 2);
      const onEdge = x === 0 || y === 0 || x === cols - 1 || y === rows - 1;
      if (onEdge || Math.abs(distance - radius) < 0.5) [grid.glyph[i], grid.fg[i], grid.bg[i]] = [0x23, INK, 0];
    }
  }
  const words = ` ${cols} × ${rows}, font ratio ${fontRatio.toFixed(2)} `;
  const start = (rows >> 1) * cols + Math.max(0, (cols - words.length) >> 1);
  for (const [k, char] of [...words].slice(0, cols).entries()) {
    [grid.glyph[start + k], grid.fg[start + k], grid.bg[start + k]] = [char.codePointAt(0) ?? 0x20, INK, 0];
  }
  return grid;
}
