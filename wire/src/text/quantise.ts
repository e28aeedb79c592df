import { XTERM_PALETTE } from "./palette.ts";

/** The first sixteen colours are whatever the terminal's owner likes; those from here on are fixed. */
const FIRST_FIXED = 16;

/** Index 0–15 of the system colour nearest to 0xRRGGBB. */
export const nearest16 = nearestAmong(0, FIRST_FIXED);

/** Index 16–255 of the fixed xterm colour nearest to 0xRRGGBB. */
export const nearest256 = nearestAmong(FIRST_FIXED, 256);

/** A search by table: one entry for each colour of six bits a channel, filled as asked for. */
function nearestAmong(from: number, to: number): (rgb: number) => number {
  /** Index minus `from` plus one; 0 is not yet known. */
  const table = new Uint8Array(1 << 18);
  // No two palette colours share the upper six bits of all channels, so a palette colour always finds itself.
  for (let index = from; index < to; index++) {
    const key = keyOf(XTERM_PALETTE[index] ?? 0);
    if (table[key] === 0) table[key] = index - from + 1;
  }
  return (rgb) => {
    const key = keyOf(rgb);
    const known = table[key] ?? 0;
    if (known > 0) return from + known - 1;
    const index = search(rgb, from, to);
    table[key] = index - from + 1;
    return index;
  };
}

function keyOf(rgb: number): number {
  return ((rgb >> 6) & 0x3f000) | ((rgb >> 4) & 0xfc0) | ((rgb >> 2) & 0x3f);
}

/** The nearest to the middle of the colour's table entry, so that the answer does not depend on who asked first. */
function search(rgb: number, from: number, to: number): number {
  const [r, g, b] = [((rgb >> 16) & 0xfc) + 2, ((rgb >> 8) & 0xfc) + 2, (rgb & 0xfc) + 2];
  let best = from;
  let least = Infinity;
  for (let index = from; index < to; index++) {
    const colour = XTERM_PALETTE[index] ?? 0;
    const distance = (r - (colour >> 16)) ** 2 + (g - ((colour >> 8) & 255)) ** 2 + (b - (colour & 255)) ** 2;
    if (distance < least) [least, best] = [distance, index];
  }
  return best;
}
