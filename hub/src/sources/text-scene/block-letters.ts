import { FONT_HEIGHT, type BlockGlyph } from "./block-font.ts";
import type { Canvas } from "./canvas.ts";

/** Where and how large block letters stand, in pixels; a letter's pixel is a square of `size` of the canvas's. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** How far the column at pixel `x` is moved down. */
  readonly lift?: (x: number) => number;
}

/** Draw letters. `ink` gives the colour of a pixel by its place on the canvas and within the letters' height (0–1). */
export function drawLetters(
  canvas: Canvas,
  letters: readonly BlockGlyph[],
  { x: left, y: top, size, lift }: Placement,
  ink: (x: number, y: number, share: number) => number,
): void {
  let start = left;
  for (const { width, pixels } of letters) {
    const end = start + width * size;
    for (let x = Math.max(0, start); x < Math.min(canvas.cols, end); x++) {
      const column = Math.floor((x - start) / size);
      const from = top + (lift ? Math.round(lift(x)) : 0);
      for (let y = 0; y < FONT_HEIGHT * size; y++) {
        if (pixels[Math.floor(y / size) * width + column] === 1)
          canvas.setPixel(x, from + y, ink(x, from + y, y / (FONT_HEIGHT * size - 1)));
      }
    }
    start = end + size;
    if (start >= canvas.cols) return;
  }
}

/**
 * The size at which letters of this width (in their own pixels) stand in a room of `cols` by `height` pixels: the one
 * wanted, or for 0 one that suits the room; less where it does not fit. 0 when not even the smallest does.
 */
export function fitSize(wanted: number, width: number, cols: number, height: number): number {
  const suits = Math.max(1, Math.min((cols * 0.8) / width, (height * 0.3) / FONT_HEIGHT));
  return Math.floor(Math.min(wanted || suits, (cols - 2) / width, (height - 2) / FONT_HEIGHT));
}

/** Where something of this length begins between a margin and the far side, at `share` percent: 0 near, 100 far. */
export function align(length: number, room: number, share: number, margin = 0): number {
  return Math.round(margin + ((room - 2 * margin - length) * share) / 100);
}
