import { CUBE_LEVELS, XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import { luma } from "./pixels.ts";

/** How a colour is brought into a palette. */
export interface PaletteColours {
  /** Palette index of the nearest colour, by squared distance. */
  nearest(r: number, g: number, b: number): number;
  /** Palette index for a pixel whose place in the dither matrix has this threshold, 0–63. */
  ordered(r: number, g: number, b: number, threshold: number): number;
}

let colours16: PaletteColours | undefined;
let colours256: PaletteColours | undefined;

/** The palette of a depth, with tables that everyone shares: half a megabyte for 16 colours. */
export function coloursAt(depth: "16" | "256"): PaletteColours {
  if (depth === "16") return (colours16 ??= new Colours16());
  return (colours256 ??= new Colours256());
}

/** Chroma (largest minus smallest channel) up to which a pixel is dithered between greys, which lie four times as close. */
const GREY_CHROMA = 10;

const FIRST_CUBE = 16;
const FIRST_GREY = 232;
/** The 24 greys and the six of the cube's diagonal, darkest first. */
const GREY_INDICES = [...Array.from({ length: 24 }, (_, i) => FIRST_GREY + i), 16, 59, 102, 145, 188, 231].sort(
  (one, other) => level(one) - level(other),
);
const GREY_LEVELS = GREY_INDICES.map((index) => level(index));

/** xterm's 240 fixed colours: a dither between neighbouring cube levels in each channel, or between greys. */
class Colours256 implements PaletteColours {
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

/** No palette index of the sixteen. */
const EMPTY = 0xff;
/** Colours in the mix of one colour of the 16-colour palette. */
const MIX = 16;
/** Share of the error so far that each next colour of a mix makes up for. All of it would be exact, and sparkle. */
const MIX_STRENGTH = 0.8;

/**
 * The 16 system colours. They lie too far apart and too unevenly for a dither in each channel, so every colour has a
 * mix of sixteen that averages to it, dark to light, and the threshold picks one (Knoll's pattern dithering).
 */
class Colours16 implements PaletteColours {
  /** The mixes of all colours of 5 bits a channel, made when asked for: the first colour is then not {@link EMPTY}. */
  readonly #mixes = new Uint8Array(MIX << 15).fill(EMPTY);

  nearest(r: number, g: number, b: number): number {
    let best = 0;
    let least = Infinity;
    for (let index = 0; index < 16; index++) {
      const far = distance(index, r, g, b);
      if (far < least) [least, best] = [far, index];
    }
    return best;
  }

  ordered(r: number, g: number, b: number, threshold: number): number {
    const at = (((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3)) * MIX;
    if (this.#mixes[at] === EMPTY) this.#mixes.set(this.#mix((r & 0xf8) | 4, (g & 0xf8) | 4, (b & 0xf8) | 4), at);
    return this.#mixes[at + (threshold >> 2)] ?? 0;
  }

  #mix(r: number, g: number, b: number): number[] {
    let [dr, dg, db] = [0, 0, 0];
    const mix: number[] = [];
    for (let i = 0; i < MIX; i++) {
      const index = this.nearest(r + dr * MIX_STRENGTH, g + dg * MIX_STRENGTH, b + db * MIX_STRENGTH);
      const [pr, pg, pb] = channels(index);
      [dr, dg, db] = [dr + r - pr, dg + g - pg, db + b - pb];
      mix.push(index);
    }
    return mix.sort((one, other) => luma(...channels(one)) - luma(...channels(other)));
  }
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
  const colour = XTERM_PALETTE[index] as number;
  const dr = r - (colour >> 16);
  const dg = g - ((colour >> 8) & 255);
  const db = b - (colour & 255);
  return dr * dr + dg * dg + db * db;
}
