/** WCAG 2.2, 1.4.3: the least contrast of text with its ground. */
const LEAST_CONTRAST = 4.5;

const linear = Float64Array.from({ length: 256 }, (_, level) => {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});

/** Relative luminance of 0xRRGGBB, 0–1 (WCAG 2.2). */
function luminance(colour: number): number {
  const [r, g, b] = [linear[colour >> 16], linear[(colour >> 8) & 255], linear[colour & 255]];
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** The ink itself when it can be told from its ground by brightness alone, else black or white. */
export function readableInk(ink: number, ground: number): number {
  const [a, b] = [luminance(ink), luminance(ground)];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast >= LEAST_CONTRAST) return ink;
  // Black and white contrast alike with a luminance of 0.18.
  return b > 0.179 ? 0x000000 : 0xffffff;
}
