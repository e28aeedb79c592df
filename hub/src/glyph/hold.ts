import type { GlyphSet } from "./glyph-set.ts";

/**
 * Temporal hysteresis, per cell: a cell whose sub-cells all stay within `tolerance` of the values that it
 * was last drawn from is drawn from those values again, so sensor noise changes no cell and costs no bytes.
 *
 * The held values move only when the cell does, so a slow fade is followed in steps of `tolerance`, without drift.
 */
export class CellHold {
  readonly #tolerance: number;
  #held = new Uint8Array();
  #width = 0;

  /** `tolerance` is in levels of 255 per channel; 0 holds nothing. */
  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  /** Forgets the last picture: the next one is taken as it comes. */
  reset(): void {
    this.#held = new Uint8Array();
  }

  /** Takes the next picture (RGB, whole cells) and returns the one to draw, which stays valid until the next call. */
  settle(rgb: Uint8Array, width: number, height: number, set: GlyphSet): Uint8Array {
    const bytes = width * height * 3;
    if (this.#tolerance === 0) return rgb;
    if (this.#held.length !== bytes || this.#width !== width) {
      this.#held = rgb.slice(0, bytes);
      this.#width = width;
      return this.#held;
    }
    const held = this.#held;
    const stride = width * 3;
    const cellBytes = set.across * 3;
    for (let top = 0; top < bytes; top += stride * set.down) {
      for (let at = top; at < top + stride; at += cellBytes) {
        if (moved(rgb, held, at, cellBytes, stride, set.down, this.#tolerance)) {
          copyCell(rgb, held, at, cellBytes, stride, set.down);
        }
      }
    }
    return held;
  }
}

function moved(
  rgb: Uint8Array,
  held: Uint8Array,
  start: number,
  cellBytes: number,
  stride: number,
  down: number,
  tolerance: number,
): boolean {
  for (let row = start, end = start + stride * down; row < end; row += stride) {
    for (let i = row; i < row + cellBytes; i++) {
      const change = (rgb[i] ?? 0) - (held[i] ?? 0);
      if (change > tolerance || change < -tolerance) return true;
    }
  }
  return false;
}

function copyCell(from: Uint8Array, to: Uint8Array, start: number, cellBytes: number, stride: number, down: number) {
  for (let row = start, end = start + stride * down; row < end; row += stride) {
    for (let i = row; i < row + cellBytes; i++) to[i] = from[i] ?? 0;
  }
}
