import { setImmediate } from "node:timers/promises";
import type { Pixels } from "#glyph/pixels.ts";

/** One value per pixel and colour in a buffer that may hold more than that. */
export interface Plane {
  readonly data: Uint8Array;
  /** Where the first pixel's value stands. */
  readonly start: number;
  /** Bytes from one pixel to the next. */
  readonly step: number;
  /** Bytes from one row to the next. */
  readonly row: number;
}

/** Something to lay over a picture of the same size. */
export interface Cover {
  /** Red; green and blue stand behind it. */
  readonly colours: Plane;
  readonly opacity: Plane;
  /** The opacity comes from a JPEG, which leaves specks in black and dents in white. */
  readonly noisy: boolean;
}

/** This many rows at a time, then others have their turn: a whole 720p picture takes 4 ms. */
const BAND_ROWS = 180;
const NOISE = 12;

const exact = Uint8Array.from({ length: 256 }, (_, value) => value);
const cleaned = Uint8Array.from({ length: 256 }, (_, value) =>
  Math.min(255, Math.max(0, Math.round(((value - NOISE) * 255) / (255 - 2 * NOISE)))),
);

/** Lay the cover over `base` (RGB), in place. By hand: libvips composes in floating point and takes four times as long. */
export async function blend(base: Pixels, cover: Cover): Promise<void> {
  for (let y = 0; y < base.height; y += BAND_ROWS) {
    if (y > 0) await setImmediate();
    blendRows(base, cover, y, Math.min(base.height, y + BAND_ROWS));
  }
}

function blendRows({ data, width }: Pixels, { colours, opacity, noisy }: Cover, from: number, to: number): void {
  const levels = noisy ? cleaned : exact;
  const [over, mask] = [colours.data, opacity.data];
  for (let y = from; y < to; y++) {
    let at = y * width * 3;
    let c = colours.start + y * colours.row;
    let o = opacity.start + y * opacity.row;
    for (let x = 0; x < width; x++, at += 3, c += colours.step, o += opacity.step) {
      const level = levels[mask[o] ?? 0] ?? 0;
      if (level === 0) continue;
      const rest = 255 - level;
      data[at] = ((data[at] ?? 0) * rest + (over[c] ?? 0) * level + 127) / 255;
      data[at + 1] = ((data[at + 1] ?? 0) * rest + (over[c + 1] ?? 0) * level + 127) / 255;
      data[at + 2] = ((data[at + 2] ?? 0) * rest + (over[c + 2] ?? 0) * level + 127) / 255;
    }
  }
}
