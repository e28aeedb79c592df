import type { ByteReader, ByteWriter } from "./codec-bytes.ts";
import { TextCodecError } from "./codec-error.ts";
import { MotionKind } from "./codec-mode.ts";
import type { TextGrid } from "./grid.ts";

/** Rows `top … top+rows−1` are predicted from the base `dx` cells to the right and `dy` rows below. */
export interface Band {
  readonly top: number;
  readonly rows: number;
  readonly dx: number;
  readonly dy: number;
}

/** How the base moved: whole cells in bands of rows, or all pixels of a half-block picture by sixteenths. */
export type Motion =
  | { readonly kind: typeof MotionKind.none }
  | { readonly kind: typeof MotionKind.bands; readonly bands: readonly Band[] }
  | { readonly kind: typeof MotionKind.warp; readonly dx: number; readonly dy: number };

export const STILL: Motion = { kind: MotionKind.none };

/** Parts of a pixel that a warp can name. */
export const WARP_STEPS = 16;

/**
 * Catmull-Rom weights for a sample `k/16` of the way from the second to the third of four pixels, in 64ths. Part of
 * the protocol: encoder and decoder must agree to the last bit, so these are written down, not computed.
 */
export const WARP_WEIGHTS: readonly (readonly [number, number, number, number])[] = [
  [0, 64, 0, 0],
  [-2, 63, 3, 0],
  [-3, 62, 6, -1],
  [-4, 59, 10, -1],
  [-4, 55, 15, -2],
  [-5, 51, 20, -2],
  [-5, 47, 25, -3],
  [-4, 41, 30, -3],
  [-4, 36, 36, -4],
  [-3, 30, 41, -4],
  [-3, 25, 47, -5],
  [-2, 20, 51, -5],
  [-2, 15, 55, -4],
  [-1, 10, 59, -4],
  [-1, 6, 62, -3],
  [0, 3, 63, -2],
];

/** The base as the motion leaves it: what the residual is added to. Still, it is the base itself. */
export function predictGrid(base: TextGrid, motion: Motion): TextGrid {
  if (motion.kind === MotionKind.bands) return moveBands(base, motion.bands);
  if (motion.kind === MotionKind.warp) return warpColours(base, motion.dx, motion.dy);
  return base;
}

function moveBands(base: TextGrid, bands: readonly Band[]): TextGrid {
  const { cols, rows } = base;
  const moved = {
    cols,
    rows,
    glyph: base.glyph.slice(),
    fg: base.fg.slice(),
    bg: base.bg.slice(),
    attr: new Uint8Array(base.attr),
  };
  for (const { top, rows: height, dx, dy } of bands) {
    const left = Math.max(0, -dx);
    const right = Math.min(cols, cols - dx);
    for (let y = Math.max(top, -dy); y < Math.min(top + height, rows - dy); y++) {
      const from = (y + dy) * cols + dx;
      for (const name of ["glyph", "fg", "bg", "attr"] as const) {
        moved[name].set(base[name].subarray(from + left, from + right), y * cols + left);
      }
    }
  }
  return moved;
}

function warpColours(base: TextGrid, dx: number, dy: number): TextGrid {
  const { cols, rows } = base;
  const height = 2 * rows;
  const fg = new Uint32Array(cols * rows);
  const bg = new Uint32Array(cols * rows);
  const columns = sampleAxis(dx, cols);
  const lines = sampleAxis(dy, height);
  const [a, b, c, d] = weightsOf(dx);
  const [e, f, g, h] = weightsOf(dy);
  const across = new Int32Array(cols * height);
  for (const shift of [16, 8, 0]) {
    for (let y = 0; y < height; y++) {
      const pixels = (y & 1) === 0 ? base.fg : base.bg;
      const row = (y >> 1) * cols;
      for (let x = 0; x < cols; x++) {
        across[y * cols + x] =
          a * (((pixels[row + (columns[x] as number)] as number) >> shift) & 255) +
          b * (((pixels[row + (columns[x + 1] as number)] as number) >> shift) & 255) +
          c * (((pixels[row + (columns[x + 2] as number)] as number) >> shift) & 255) +
          d * (((pixels[row + (columns[x + 3] as number)] as number) >> shift) & 255);
      }
    }
    for (let y = 0; y < height; y++) {
      const pixels = (y & 1) === 0 ? fg : bg;
      const row = (y >> 1) * cols;
      const first = (lines[y] as number) * cols;
      const second = (lines[y + 1] as number) * cols;
      const third = (lines[y + 2] as number) * cols;
      const fourth = (lines[y + 3] as number) * cols;
      for (let x = 0; x < cols; x++) {
        const sum =
          (e * (across[first + x] as number) +
            f * (across[second + x] as number) +
            g * (across[third + x] as number) +
            h * (across[fourth + x] as number) +
            2048) >>
          12;
        pixels[row + x] = (pixels[row + x] as number) | ((sum < 0 ? 0 : sum > 255 ? 255 : sum) << shift);
      }
    }
  }
  return { cols, rows, glyph: base.glyph, attr: base.attr, fg, bg };
}

/** Weights of the four samples around a displacement in sixteenths. */
export function weightsOf(sixteenths: number): readonly [number, number, number, number] {
  return WARP_WEIGHTS[sixteenths & (WARP_STEPS - 1)] ?? [0, 64, 0, 0];
}

/** Entry `i + k` is the clamped position of the k-th sample for position `i`. */
function sampleAxis(sixteenths: number, length: number): Int32Array {
  const first = (sixteenths >> 4) - 1;
  return Int32Array.from({ length: length + 3 }, (_, i) => Math.min(length - 1, Math.max(0, i + first)));
}

/** Writes the motion's fields; its kind is in the mode byte. */
export function writeMotion(writer: ByteWriter, motion: Motion): void {
  if (motion.kind === MotionKind.warp) {
    writer.zigzag(motion.dx);
    writer.zigzag(motion.dy);
  } else if (motion.kind === MotionKind.bands) {
    writer.varint(motion.bands.length);
    let next = 0;
    for (const { top, rows, dx, dy } of motion.bands) {
      writer.varint(top - next);
      writer.varint(rows);
      writer.zigzag(dx);
      writer.zigzag(dy);
      next = top + rows;
    }
  }
}

/** Reads the fields of a motion over a grid of `cols × rows`; throws {@link TextCodecError}. */
export function readMotion(reader: ByteReader, kind: MotionKind, cols: number, rows: number): Motion {
  if (kind === MotionKind.none) return STILL;
  if (kind === MotionKind.warp) {
    const [dx, dy] = [reader.zigzag(), reader.zigzag()];
    if (Math.abs(dx) > WARP_STEPS * cols || Math.abs(dy) > WARP_STEPS * 2 * rows) {
      throw new TextCodecError("malformed", `a warp by ${dx}, ${dy} leaves the picture`);
    }
    return { kind, dx, dy };
  }
  const bands: Band[] = [];
  const count = reader.varint();
  let next = 0;
  for (let k = 0; k < count; k++) {
    const top = next + reader.varint();
    const height = reader.varint();
    const [dx, dy] = [reader.zigzag(), reader.zigzag()];
    next = top + height;
    if (height < 1 || next > rows || Math.abs(dx) >= cols || Math.abs(dy) >= rows) {
      throw new TextCodecError("malformed", `band ${k} (${height} rows at ${top} by ${dx}, ${dy}) leaves the grid`);
    }
    bands.push({ top, rows: height, dx, dy });
  }
  return { kind, bands };
}
