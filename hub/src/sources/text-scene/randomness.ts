/**
 * A well-mixed 32-bit number of up to four integers: the same everywhere, and without state, so that a frame depends
 * on its moment alone. The finaliser is that of MurmurHash3 (public domain).
 */
export function hash(a: number, b = 0, c = 0, d = 0): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15) ^ b) + 0x165667b1, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13) ^ c) + 0x27d4eb2f, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 16) ^ d) + 0x52dce729, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13), 0x85ebca6b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) of up to four integers. */
export function chance(a: number, b = 0, c = 0, d = 0): number {
  return hash(a, b, c, d) / 0x1_0000_0000;
}

/** Smooth noise in [0, 1), about one bump per unit. */
export function smoothNoise(seed: number, x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const u = ease(x - x0);
  const v = ease(y - y0);
  const top = chance(seed, x0, y0) * (1 - u) + chance(seed, x0 + 1, y0) * u;
  const bottom = chance(seed, x0, y0 + 1) * (1 - u) + chance(seed, x0 + 1, y0 + 1) * u;
  return top * (1 - v) + bottom * v;
}

const ease = (t: number) => t * t * (3 - 2 * t);
