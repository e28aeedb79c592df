import type { Pixels } from "./pixels.ts";
import { luma } from "./pixels.ts";

/** Corrections before glyphs are chosen. Every field is neutral at 1 (`invert`: false). */
export interface Tone {
  /** Above 1 lifts the middle tones. */
  readonly gamma?: number;
  /** Distance from middle grey. */
  readonly contrast?: number;
  /** 0 is grey. */
  readonly saturation?: number;
  readonly brightness?: number;
  /** Negative, for dark ink on a light ground. */
  readonly invert?: boolean;
}

/** A tone with its curve worked out: `apply` costs one table look-up a byte. */
export class ToneCurve {
  readonly #curve: Uint8Array;
  readonly #saturation: number;
  readonly #neutral: boolean;

  constructor(tone: Tone = {}) {
    const { gamma = 1, contrast = 1, saturation = 1, brightness = 1, invert = false } = tone;
    this.#curve = Uint8Array.from({ length: 256 }, (_, value) => {
      const lit = (value / 255) * brightness;
      const spread = Math.min(1, Math.max(0, (lit - 0.5) * contrast + 0.5));
      const level = Math.round(255 * spread ** (1 / gamma));
      return invert ? 255 - level : level;
    });
    this.#saturation = Math.round(saturation * 256);
    this.#neutral = this.#saturation === 256 && this.#curve.every((level, value) => level === value);
  }

  /** True when the pixels can be used as they are. */
  isNeutralFor(pixels: Pixels): boolean {
    return this.#neutral && pixels.channels === 3;
  }

  /** Writes the corrected picture, laid on black where it is transparent, as RGB into `out`. */
  apply(pixels: Pixels, out: Uint8Array): void {
    const { data, channels } = pixels;
    const curve = this.#curve;
    const saturation = this.#saturation;
    const end = pixels.width * pixels.height * channels;
    for (let from = 0, to = 0; from < end; from += channels, to += 3) {
      let r = data[from] ?? 0;
      let g = data[from + 1] ?? 0;
      let b = data[from + 2] ?? 0;
      if (channels === 4) {
        const alpha = data[from + 3] ?? 0;
        r = blend(r, alpha);
        g = blend(g, alpha);
        b = blend(b, alpha);
      }
      if (saturation !== 256) {
        const grey = luma(r, g, b);
        r = clamp(grey + (((r - grey) * saturation) >> 8));
        g = clamp(grey + (((g - grey) * saturation) >> 8));
        b = clamp(grey + (((b - grey) * saturation) >> 8));
      }
      out[to] = curve[r] ?? 0;
      out[to + 1] = curve[g] ?? 0;
      out[to + 2] = curve[b] ?? 0;
    }
  }
}

function blend(value: number, alpha: number): number {
  return (value * alpha * 257 + 32768) >>> 16;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
