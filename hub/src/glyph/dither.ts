import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import { BAYER_8X8 } from "./bayer.ts";
import type { PaletteColours } from "./palette-colours.ts";

/** `ordered` for streams; `diffusion` (Floyd–Steinberg) for stills only: noise in one pixel changes all that follow. */
export type Dither = "none" | "ordered" | "diffusion";

/** Brings a plane of bytes to `levels` (2 or more) evenly spaced levels; gives the level of each pixel, from 0. */
export function quantiseLevels(
  plane: Uint8Array,
  width: number,
  height: number,
  levels: number,
  dither: Dither,
): Uint8Array {
  const out = new Uint8Array(width * height);
  const top = levels - 1;
  const scale = top / 255;
  if (dither === "diffusion") {
    const error = new ErrorRows(width, 1);
    error.walk(height, (x, y) => {
      const wanted = (plane[y * width + x] ?? 0) + error.at(x, 0);
      const level = Math.min(top, Math.max(0, Math.round(wanted * scale)));
      error.spread(x, 0, wanted - level / scale);
      out[y * width + x] = level;
    });
    return out;
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const threshold = dither === "none" ? 31.5 : (BAYER_8X8[((y & 7) << 3) | (x & 7)] as number);
      out[i] = ((plane[i] as number) * scale + 1 - (threshold + 0.5) / 64) | 0;
    }
  }
  return out;
}

/** Brings RGB pixels into a palette; gives the palette index of each pixel. */
export function quantiseColours(
  rgb: Uint8Array,
  width: number,
  height: number,
  colours: PaletteColours,
  dither: Dither,
): Uint8Array {
  const out = new Uint8Array(width * height);
  if (dither === "diffusion") {
    const error = new ErrorRows(width, 3);
    error.walk(height, (x, y) => {
      const at = (y * width + x) * 3;
      const r = limit((rgb[at] ?? 0) + error.at(x, 0));
      const g = limit((rgb[at + 1] ?? 0) + error.at(x, 1));
      const b = limit((rgb[at + 2] ?? 0) + error.at(x, 2));
      const index = colours.nearest(r, g, b);
      const colour = XTERM_PALETTE[index] ?? 0;
      error.spread(x, 0, r - (colour >> 16));
      error.spread(x, 1, g - ((colour >> 8) & 255));
      error.spread(x, 2, b - (colour & 255));
      out[y * width + x] = index;
    });
    return out;
  }
  for (let y = 0, i = 0, at = 0; y < height; y++) {
    const row = (y & 7) << 3;
    for (let x = 0; x < width; x++, i++, at += 3) {
      const r = rgb[at] as number;
      const g = rgb[at + 1] as number;
      const b = rgb[at + 2] as number;
      out[i] =
        dither === "none" ? colours.nearest(r, g, b) : colours.ordered(r, g, b, BAYER_8X8[row | (x & 7)] as number);
    }
  }
  return out;
}

/** A byte, so that an error that cannot be paid back does not pile up, and so that tables can be indexed by it. */
function limit(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** The errors that Floyd–Steinberg owes to the pixels ahead, in the row under way and in the one below. */
class ErrorRows {
  readonly #width: number;
  readonly #planes: number;
  #here: Float32Array;
  #below: Float32Array;
  #step = 1;

  constructor(width: number, planes: number) {
    this.#width = width;
    this.#planes = planes;
    this.#here = new Float32Array((width + 2) * planes);
    this.#below = new Float32Array((width + 2) * planes);
  }

  /** Visits every pixel, in alternating directions, which keeps worms from forming. */
  walk(height: number, visit: (x: number, y: number) => void): void {
    for (let y = 0; y < height; y++) {
      this.#step = y & 1 ? -1 : 1;
      for (let i = 0; i < this.#width; i++) visit(this.#step === 1 ? i : this.#width - 1 - i, y);
      [this.#here, this.#below] = [this.#below, this.#here];
      this.#below.fill(0);
    }
  }

  at(x: number, plane: number): number {
    return this.#here[(x + 1) * this.#planes + plane] as number;
  }

  spread(x: number, plane: number, error: number): void {
    const here = this.#here;
    const below = this.#below;
    const at = (x + 1) * this.#planes + plane;
    const step = this.#step * this.#planes;
    here[at + step] = (here[at + step] as number) + (error * 7) / 16;
    below[at - step] = (below[at - step] as number) + (error * 3) / 16;
    below[at] = (below[at] as number) + (error * 5) / 16;
    below[at + step] = (below[at + step] as number) + error / 16;
  }
}
