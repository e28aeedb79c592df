/**
 * The 8×8 ordered dither matrix: thresholds 0–63, each once. Ordered and not diffused for streams, because a
 * pixel's outcome then depends on nothing but itself: noise stays where it is and still areas stay still.
 */
export const BAYER_8X8: Uint8Array = Uint8Array.from({ length: 64 }, (_, at) => {
  const x = at & 7;
  const y = at >> 3;
  let threshold = 0;
  for (let bit = 0; bit < 3; bit++) {
    const pair = ((((x ^ y) >> bit) & 1) << 1) | ((y >> bit) & 1);
    threshold = (threshold << 2) | pair;
  }
  return threshold;
});
