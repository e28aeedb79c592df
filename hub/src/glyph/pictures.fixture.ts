/** Pseudo-random numbers 0–1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** RGB pixels with slopes, edges and every hue. */
export function drawScene(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = Math.hypot(x - width / 2, y - height / 2) < height / 3 ? 60 : 0;
      for (let channel = 0; channel < 3; channel++) {
        data[at++] = 98 + 90 * Math.sin(x / 17 + channel * 2.1 + y / 29) + edge;
      }
    }
  }
  return data;
}

/** The same with up to `amplitude` added to or taken from every byte. */
export function addNoise(rgb: Uint8Array, amplitude: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return rgb.map((value) => Math.min(255, Math.max(0, value + Math.round((random() * 2 - 1) * (amplitude + 0.499)))));
}
