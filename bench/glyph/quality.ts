/** Peak signal-to-noise ratio of two RGB pictures of one size, in dB over all three channels. */
export function psnr(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += ((one[i] as number) - (other[i] as number)) ** 2;
  return 10 * Math.log10((255 * 255 * one.length) / sum);
}

const WINDOW = 8;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Structural similarity of the lightness of two RGB pictures, 0–1: mean over 8×8 windows, 4 pixels apart. */
export function ssim(one: Uint8Array, other: Uint8Array, width: number, height: number): number {
  const [a, b] = [lightness(one), lightness(other)];
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + WINDOW <= height; top += WINDOW / 2) {
    for (let left = 0; left + WINDOW <= width; left += WINDOW / 2) {
      sum += windowSimilarity(a, b, top * width + left, width);
      windows++;
    }
  }
  return sum / windows;
}

function windowSimilarity(a: Float32Array, b: Float32Array, start: number, width: number): number {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let y = 0; y < WINDOW; y++) {
    for (let at = start + y * width, end = at + WINDOW; at < end; at++) {
      const [p, q] = [a[at] as number, b[at] as number];
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  }
  const n = WINDOW * WINDOW;
  const [ma, mb] = [sa / n, sb / n];
  const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
  return ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
}

function lightness(rgb: Uint8Array): Float32Array {
  const out = new Float32Array(rgb.length / 3);
  for (let i = 0, at = 0; i < out.length; i++, at += 3) {
    out[i] = 0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number);
  }
  return out;
}
