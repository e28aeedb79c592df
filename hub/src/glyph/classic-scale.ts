import type { Pixels } from "./pixels.ts";

/** How the classic renderer brings a picture to its grid. */
export interface ClassicScale {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Width of a cell over its height. */
  readonly fontRatio: number;
  /** Side of the blur before scaling, in source pixels: odd; 1 is no blur. */
  readonly blurKernel: number;
}

/**
 * Blurs a picture, scales it to cover the cells (a cell being `fontRatio` as wide as high) and cuts out the middle:
 * RGB, one pixel a cell. Sampling is bilinear between pixel centres.
 */
export function coverCells(pixels: Pixels, settings: ClassicScale): Uint8Array {
  const { width, height, fontRatio, blurKernel } = settings;
  const blurred = blur(pixels, blurKernel);
  const scale = Math.max(width / pixels.width, height / (pixels.height * fontRatio));
  const scaledWidth = Math.max(width, Math.round(pixels.width * scale));
  const scaledHeight = Math.max(height, Math.round(pixels.height * fontRatio * scale));
  const columns = sampleAt(pixels.width, scaledWidth, (scaledWidth - width) >> 1, width);
  const rows = sampleAt(pixels.height, scaledHeight, (scaledHeight - height) >> 1, height);
  const out = new Uint8Array(width * height * 3);
  let to = 0;
  for (const y of rows) {
    for (const x of columns) {
      for (let channel = 0; channel < 3; channel++) {
        const at = (row: number, column: number) => blurred[(row * pixels.width + column) * 3 + channel] ?? 0;
        const upper = at(y.from, x.from) * (1 - x.share) + at(y.from, x.next) * x.share;
        const lower = at(y.next, x.from) * (1 - x.share) + at(y.next, x.next) * x.share;
        out[to++] = Math.round(upper * (1 - y.share) + lower * y.share);
      }
    }
  }
  return out;
}

interface Sample {
  readonly from: number;
  readonly next: number;
  /** How much of `next` is mixed in, 0–1. */
  readonly share: number;
}

function sampleAt(size: number, scaled: number, first: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => {
    const centre = Math.min(size - 1, Math.max(0, ((first + i + 0.5) * size) / scaled - 0.5));
    const from = Math.floor(centre);
    return { from, next: Math.min(size - 1, from + 1), share: centre - from };
  });
}

/**
 * A Gaussian of `kernel` pixels a side, across and then down, mirrored at the edges. Sigma follows from the kernel as
 * in OpenCV's `getGaussianKernel`: 0.3·((k − 1)/2 − 1) + 0.8.
 */
function blur({ data, width, height, channels }: Pixels, kernel: number): Float32Array {
  const reach = Math.max(0, (kernel - 1) >> 1);
  const sigma = 0.3 * (reach - 1) + 0.8;
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const across = new Float32Array(width * height * 3);
  const out = new Float32Array(width * height * 3);
  for (let tap = -reach; tap <= reach; tap++) {
    const weight = (weights[tap + reach] ?? 0) / total;
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x++, to += 3) {
        const from = (y * width + mirror(x + tap, width)) * channels;
        for (let channel = 0; channel < 3; channel++) {
          across[to + channel] = (across[to + channel] as number) + weight * (data[from + channel] as number);
        }
      }
    }
  }
  for (let tap = -reach; tap <= reach; tap++) {
    const weight = (weights[tap + reach] ?? 0) / total;
    for (let y = 0, to = 0; y < height; y++) {
      const from = mirror(y + tap, height) * width * 3;
      for (let i = 0; i < width * 3; i++, to++) out[to] = (out[to] as number) + weight * (across[from + i] as number);
    }
  }
  return out;
}

function mirror(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((at % period) + period) % period;
  return folded < size ? folded : period - folded;
}
