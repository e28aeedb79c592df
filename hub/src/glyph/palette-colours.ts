import { CUBE_LEVELS, XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";

/** How a colour is brought into a palette. */
export interface PaletteColours {
  /** Palette index of the nearest colour, by squared distance. */
  nearest(r: number, g: number, b: number): number;
  /** Palette index for a pixel whose place in the dither matrix has this threshold, 0–63. */
  ordered(r: number, g: number, b: number, threshold: number): number;
}

/** Chroma (largest minus smallest channel) up to which a pixel is dithered between greys, which lie four times as close. */
const GREY_CHROMA = 10;

const FIRST_CUBE = 16;
const FIRST_GREY = 232;
/** The 24 greys and the cube's black and white, darkest first. */
const GREY_INDICES = [FIRST_CUBE, ...Array.from({ length: 24 }, (_, i) => FIRST_GREY + i), 231];
const GREY_LEVELS = GREY_INDICES.map((index) => level(index));

/** xterm's 240 fixed colours: a dither between neighbouring cube levels in each channel, or between greys. */
export class Colours256 implements PaletteColours {
  readonly #cube = stepTable(CUBE_LEVELS);
  readonly #grey = stepTable(GREY_LEVELS);

  nearest(r: number, g: number, b: number): number {
    const half = 31;
    const cube = this.#cubeIndex(r, g, b, half);
    const grey = this.#greyIndex((r + g + b) / 3, half);
    return distance(cube, r, g, b) <= distance(grey, r, g, b) ? cube : grey;
  }

  ordered(r: number, g: number, b: number, threshold: number): number {
    const chroma = Math.max(r, g, b) - Math.min(r, g, b);
    return chroma <= GREY_CHROMA ? this.#greyIndex((r + g + b) / 3, threshold) : this.#cubeIndex(r, g, b, threshold);
  }

  #cubeIndex(r: number, g: number, b: number, threshold: number): number {
    const row = threshold << 8;
    const cube = this.#cube;
    return FIRST_CUBE + (cube[row | r] ?? 0) * 36 + (cube[row | g] ?? 0) * 6 + (cube[row | b] ?? 0);
  }

  #greyIndex(value: number, threshold: number): number {
    return GREY_INDICES[this.#grey[(threshold << 8) | Math.round(value)] ?? 0] ?? FIRST_CUBE;
  }
}

/**
 * The 16 system colours. They lie too far apart and too unevenly for a dither in each channel, so every
 * colour has the pair of palette colours, and the share of each, that mixes to it best.
 */
export class Colours16 implements PaletteColours {
  /** For each colour of 5 bits a channel: the pair and the share in 64ths, packed, or -1 until it is asked for. */
  readonly #mixes = new Int32Array(1 << 15).fill(-1);

  nearest(r: number, g: number, b: number): number {
    let best = 0;
    for (let index = 1; index < 16; index++) {
      if (distance(index, r, g, b) < distance(best, r, g, b)) best = index;
    }
    return best;
  }

  ordered(r: number, g: number, b: number, threshold: number): number {
    const key = ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
    let mix = this.#mixes[key] ?? -1;
    if (mix < 0) this.#mixes[key] = mix = bestMix((r & 0xf8) | 4, (g & 0xf8) | 4, (b & 0xf8) | 4);
    return threshold < (mix & 0xff) ? (mix >> 8) & 0xff : mix >> 16;
  }
}

/** Weight of the contrast within a pair against the error of its mix: without it flat areas sparkle. */
const CONTRAST_WEIGHT = 0.08;

function bestMix(r: number, g: number, b: number): number {
  let best = Infinity;
  let packed = 0;
  for (let one = 0; one < 16; one++) {
    for (let other = one; other < 16; other++) {
      const [r1, g1, b1] = channels(one);
      const [dr, dg, db] = channels(other).map((value, i) => value - ([r1, g1, b1][i] ?? 0)) as [
        number,
        number,
        number,
      ];
      const span = dr * dr + dg * dg + db * db;
      const along = span === 0 ? 0 : ((r - r1) * dr + (g - g1) * dg + (b - b1) * db) / span;
      const share = Math.round(64 * Math.min(1, Math.max(0, along)));
      const at = share / 64;
      const error = (r - r1 - dr * at) ** 2 + (g - g1 - dg * at) ** 2 + (b - b1 - db * at) ** 2;
      const cost = error + CONTRAST_WEIGHT * span * 4 * at * (1 - at);
      if (cost < best) {
        best = cost;
        packed = (one << 16) | (other << 8) | share;
      }
    }
  }
  return packed;
}

/** For each threshold and value: the level below or above it, so that over all thresholds they mix to the value. */
function stepTable(levels: readonly number[]): Uint8Array {
  const table = new Uint8Array(64 * 256);
  let lower = 0;
  for (let value = 0; value < 256; value++) {
    if (value >= (levels[lower + 1] ?? Infinity)) lower++;
    const from = levels[lower] ?? 0;
    const share = (value - from) / ((levels[lower + 1] ?? Infinity) - from);
    for (let threshold = 0; threshold < 64; threshold++) {
      table[(threshold << 8) | value] = share > (threshold + 0.5) / 64 ? lower + 1 : lower;
    }
  }
  return table;
}

function channels(index: number): [number, number, number] {
  const colour = XTERM_PALETTE[index] ?? 0;
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function level(index: number): number {
  return (XTERM_PALETTE[index] ?? 0) & 255;
}

function distance(index: number, r: number, g: number, b: number): number {
  const [pr, pg, pb] = channels(index);
  return (r - pr) ** 2 + (g - pg) ** 2 + (b - pb) ** 2;
}
