/** The six values that a channel takes in xterm's 6×6×6 colour cube (indices 16 to 231). */
export const CUBE_LEVELS: readonly number[] = [0, 95, 135, 175, 215, 255];

// xterm's own defaults (XTerm-col.ad). Terminals let their owners change these sixteen, so they are a fair guess.
const SYSTEM_COLOURS = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

/** xterm's 256 colours as 0xRRGGBB: 16 system colours, the cube, then 24 greys from 8 to 238. */
export const XTERM_PALETTE: Uint32Array = buildPalette();

function buildPalette(): Uint32Array {
  const palette = new Uint32Array(256);
  palette.set(SYSTEM_COLOURS);
  let index = SYSTEM_COLOURS.length;
  for (const r of CUBE_LEVELS) {
    for (const g of CUBE_LEVELS) {
      for (const b of CUBE_LEVELS) palette[index++] = (r << 16) | (g << 8) | b;
    }
  }
  for (let grey = 8; grey <= 238; grey += 10) palette[index++] = grey * 0x010101;
  return palette;
}
