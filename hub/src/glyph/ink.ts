/** Below this brightness a hue is mostly noise, so ink is not brightened as if it were exact. */
const DARKEST_HUE = 16;

/**
 * The colour of ink that covers only a share of its cell, to look like the mean of a rectangle of RGB pixels: that
 * mean divided by `cover`, as far as the brightest channel allows. `cover` 0 gives the brightest ink of that hue,
 * for tones that the amount of ink makes by itself. `start` and `stride` are in bytes, `width` and `height` in pixels.
 */
export function inkColour(
  rgb: Uint8Array,
  start: number,
  stride: number,
  width: number,
  height: number,
  cover: number,
): number {
  let r = 0;
  let g = 0;
  let b = 0;
  for (let y = 0, row = start; y < height; y++, row += stride) {
    for (let at = row, end = row + width * 3; at < end; at += 3) {
      r += rgb[at] as number;
      g += rgb[at + 1] as number;
      b += rgb[at + 2] as number;
    }
  }
  const count = width * height;
  const most = Math.max(r, g, b, DARKEST_HUE * count);
  const scale = Math.min(1 / (count * cover), 255 / most);
  return ((r * scale + 0.5) << 16) | ((g * scale + 0.5) << 8) | (b * scale + 0.5);
}
