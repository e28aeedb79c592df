/** A landscape of noise, RGB: sky, ranges of hills, a sun, a lake, sensor grain. The same for the same seed. */
export function drawLandscape(width: number, height: number, seed = 1): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  const horizon = 0.62;
  const ranges = [0, 1, 2, 3].map((i) => ({
    base: 0.34 + i * 0.11,
    relief: 0.2 - i * 0.02,
    pitch: 2.5 + i * 1.7,
    colour: [96 - i * 22, 112 - i * 14, 140 - i * 34] as const,
  }));
  for (let y = 0, at = 0; y < height; y++) {
    const v = y / height;
    for (let x = 0; x < width; x++, at += 3) {
      const u = (x / width) * (width / height);
      const mirrored = v > horizon ? horizon - (v - horizon) * 0.9 : v;
      const cloud = fractal(u * 3, mirrored * 7, seed + 50, 5);
      const sun = Math.max(0, 1 - Math.hypot(u - 1.25, mirrored - 0.22) * 7) ** 0.6;
      let r = 90 + 150 * mirrored + 90 * cloud + 255 * sun;
      let g = 130 + 80 * mirrored + 70 * cloud + 220 * sun;
      let b = 210 - 60 * mirrored + 50 * cloud + 120 * sun;
      for (const [i, range] of ranges.entries()) {
        const ridge = range.base + range.relief * (0.5 - fractal(u * range.pitch, i * 9.1, seed + i, 6));
        if (mirrored < ridge) continue;
        const rock = 0.45 + 1.2 * fractal(u * 30, mirrored * 40, seed + 20 + i, 6);
        [r, g, b] = [range.colour[0] * rock, range.colour[1] * rock, range.colour[2] * rock];
      }
      if (v > horizon) {
        const wave = 0.65 + 0.3 * fractal(u * 12, v * 90, seed + 90, 3);
        [r, g, b] = [r * wave * 0.8, g * wave * 0.9, b * wave];
      }
      // What a sensor adds; without it a JPEG of this size would be half as large as a photograph's.
      const grain = 14 * (lattice(x, y, seed + 7) - 0.5);
      data[at] = clamp(r + grain);
      data[at + 1] = clamp(g + grain);
      data[at + 2] = clamp(b + grain);
    }
  }
  return data;
}

/** Fractal value noise, 0–1. */
function fractal(x: number, y: number, seed: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  for (let i = 0; i < octaves; i++) {
    sum += weight * smoothNoise(x * 2 ** i, y * 2 ** i, seed + i * 101);
    weight /= 2;
  }
  return sum;
}

function smoothNoise(x: number, y: number, seed: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [s, t] = [ease(x - left), ease(y - top)];
  const upper = lattice(left, top, seed) * (1 - s) + lattice(left + 1, top, seed) * s;
  const lower = lattice(left, top + 1, seed) * (1 - s) + lattice(left + 1, top + 1, seed) * s;
  return upper * (1 - t) + lower * t;
}

function lattice(x: number, y: number, seed: number): number {
  let hash = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
