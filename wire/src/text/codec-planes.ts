import { Filter } from "./codec-mode.ts";

/**
 * Red, green and blue bytes of a frame's colours, or what is left of them after prediction (modulo 256).
 * Each plane has `cols × 2·rows` bytes: rows of foreground and background alternating when stacked, else all
 * foreground rows and then all background rows.
 */
export interface ColourPlanes {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
}

/** What the hot loops read of a grid. */
interface Colours {
  readonly cols: number;
  readonly rows: number;
  readonly fg: Uint32Array;
  readonly bg: Uint32Array;
}

/** `grid` minus `predicted`, channel by channel. */
export function subtractColours(grid: Colours, predicted: Colours, stacked: boolean): ColourPlanes {
  const { cols, rows } = grid;
  const bytes = 2 * cols * rows;
  const red = new Uint8Array(bytes);
  const green = new Uint8Array(bytes);
  const blue = new Uint8Array(bytes);
  for (const [colours, others, layer] of [
    [grid.fg, predicted.fg, 0],
    [grid.bg, predicted.bg, 1],
  ] as const) {
    for (let y = 0; y < rows; y++) {
      const from = y * cols;
      let to = (stacked ? 2 * y + layer : y + layer * rows) * cols;
      for (let i = from; i < from + cols; i++, to++) {
        const a = colours[i] as number;
        const b = others[i] as number;
        red[to] = (a >> 16) - (b >> 16);
        green[to] = (a >> 8) - (b >> 8);
        blue[to] = a - b;
      }
    }
  }
  return { red, green, blue };
}

/** The inverse of {@link subtractColours}: writes `predicted` plus the residual into `fg` and `bg`. */
export function addColours(residual: ColourPlanes, predicted: Colours, stacked: boolean, target: Colours): void {
  const { cols, rows } = predicted;
  const { red, green, blue } = residual;
  for (const [colours, others, layer] of [
    [target.fg, predicted.fg, 0],
    [target.bg, predicted.bg, 1],
  ] as const) {
    for (let y = 0; y < rows; y++) {
      const to = y * cols;
      let from = (stacked ? 2 * y + layer : y + layer * rows) * cols;
      for (let i = to; i < to + cols; i++, from++) {
        const b = others[i] as number;
        colours[i] =
          ((((b >> 16) + (red[from] as number)) & 255) << 16) |
          ((((b >> 8) + (green[from] as number)) & 255) << 8) |
          ((b + (blue[from] as number)) & 255);
      }
    }
  }
}

/** Replaces red and blue by their difference from green, in place. */
export function subtractGreen({ red, green, blue }: ColourPlanes): void {
  for (let i = 0; i < green.length; i++) {
    const g = green[i] as number;
    red[i] = (red[i] as number) - g;
    blue[i] = (blue[i] as number) - g;
  }
}

/** Undoes {@link subtractGreen}. */
export function addGreen({ red, green, blue }: ColourPlanes): void {
  for (let i = 0; i < green.length; i++) {
    const g = green[i] as number;
    red[i] = (red[i] as number) + g;
    blue[i] = (blue[i] as number) + g;
  }
}

/** The median of left, up and `left + up − upper left`: JPEG-LS's predictor, on signed values. */
export function medianOf(left: number, up: number, corner: number): number {
  if (left > up) return corner >= left ? up : corner <= up ? left : left + up - corner;
  return corner >= up ? left : corner <= left ? up : left + up - corner;
}

/**
 * What the spatial filter leaves of a plane whose rows are `width` bytes. Bytes are read as signed. The first byte is
 * predicted as 0, the rest of the first row from the left, the first column from above.
 */
export function filterPlane(plane: Uint8Array, width: number, filter: Filter): Uint8Array {
  if (filter === Filter.none) return plane;
  const signed = new Int8Array(plane.buffer, plane.byteOffset, plane.length);
  const left = new Uint8Array(plane.length);
  const firstRow = Math.min(width, plane.length);
  for (let i = 0; i < firstRow; i++) left[i] = (signed[i] as number) - (i > 0 ? (signed[i - 1] as number) : 0);
  for (let row = width; row < plane.length; row += width) {
    left[row] = (signed[row] as number) - (signed[row - width] as number);
    if (filter === Filter.median) {
      let west = signed[row] as number;
      let corner = signed[row - width] as number;
      for (let i = row + 1; i < row + width; i++) {
        const north = signed[i - width] as number;
        const value = signed[i] as number;
        left[i] = value - medianOf(west, north, corner);
        west = value;
        corner = north;
      }
    } else {
      for (let i = row + 1; i < row + width; i++) {
        left[i] =
          (signed[i] as number) -
          (signed[i - 1] as number) -
          (signed[i - width] as number) +
          (signed[i - width - 1] as number);
      }
    }
  }
  return left;
}

/** Undoes {@link filterPlane}, in place. */
export function unfilterPlane(plane: Uint8Array, width: number, filter: Filter): void {
  if (filter === Filter.none) return;
  const signed = new Int8Array(plane.buffer, plane.byteOffset, plane.length);
  const firstRow = Math.min(width, plane.length);
  for (let i = 1; i < firstRow; i++) signed[i] = (signed[i] as number) + (signed[i - 1] as number);
  for (let row = width; row < plane.length; row += width) {
    signed[row] = (signed[row] as number) + (signed[row - width] as number);
    if (filter === Filter.median) {
      for (let i = row + 1; i < row + width; i++) {
        signed[i] =
          (signed[i] as number) +
          medianOf(signed[i - 1] as number, signed[i - width] as number, signed[i - width - 1] as number);
      }
    } else {
      for (let i = row + 1; i < row + width; i++) {
        signed[i] =
          (signed[i] as number) +
          (signed[i - 1] as number) +
          (signed[i - width] as number) -
          (signed[i - width - 1] as number);
      }
    }
  }
}
