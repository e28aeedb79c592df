import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { plasma } from "../textwire/sequences.ts";

/** First of 256 signs, none of which the frames have: U+2800, of which UTF-8 makes three bytes that begin with 0xE2. */
const FIRST_SIGN = 0x2800;

/** The frames that are shown over and over: 80 × 24 cells that all change, about 3 kB a difference. */
export function textFrames(): readonly TextGrid[] {
  return plasma(80, 24, 0.5).frames;
}

/**
 * A grid whose last two cells tell its number modulo 65536. Both change from any frame to any of the next 254, so that
 * every difference holds both.
 */
export function numbered(grid: TextGrid, number: number): TextGrid {
  const glyph = grid.glyph.slice();
  const low = number & 255;
  glyph[glyph.length - 2] = FIRST_SIGN + low;
  glyph[glyph.length - 1] = FIRST_SIGN + (((number >> 8) + low) & 255);
  return { ...grid, glyph };
}

/** Finds the numbers in what a terminal is sent, which comes in pieces of any size. */
export class NumberReader {
  readonly #onNumber: (number: number) => void;
  #signs: number[] = [];
  #rest = Buffer.alloc(0);

  constructor(onNumber: (number: number) => void) {
    this.#onNumber = onNumber;
  }

  push(bytes: Buffer): void {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = all.indexOf(0xe2);
    for (; at >= 0 && at + 2 < all.length; at = all.indexOf(0xe2, at + 1)) {
      const block = (all[at + 1] ?? 0) - 0xa0;
      if (block >= 0 && block < 4) this.#sign((block << 6) | ((all[at + 2] ?? 0) & 63));
    }
    this.#rest = at < 0 ? Buffer.alloc(0) : Buffer.from(all.subarray(at));
  }

  #sign(value: number): void {
    this.#signs.push(value);
    const [low, high] = this.#signs;
    if (low === undefined || high === undefined) return;
    this.#signs = [];
    this.#onNumber((((high - low) & 255) << 8) | low);
  }
}
