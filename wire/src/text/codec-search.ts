import { MotionKind } from "./codec-mode.ts";
import { STILL, WARP_STEPS, weightsOf, type Band, type Motion } from "./codec-motion.ts";
import type { TextGrid } from "./grid.ts";

/** The upper half block: foreground above, background below. */
export const UPPER_HALF = 0x2580;

/** Cells that a scroll may move text by, each way. */
const SCROLL_REACH = 8;
/** Changed cells that a row needs before a scroll is looked for. */
const SCROLL_MIN_CELLS = 6;
/** Pixels that a picture may move by, each way, and points to compare. */
const PAN_REACH_X = 12;
const PAN_REACH_Y = 8;
const PAN_POINTS = 400;

const SCROLLS: readonly (readonly [number, number])[] = Array.from({ length: SCROLL_REACH }, (_, k) => k + 1).flatMap(
  (k) => [
    [k, 0],
    [0, k],
    [-k, 0],
    [0, -k],
  ],
);

/** Positions of the cells that differ. */
export function changedCells(grid: TextGrid, base: TextGrid): Uint32Array {
  const cells = grid.cols * grid.rows;
  const changed = new Uint32Array(cells);
  let count = 0;
  for (let i = 0; i < cells; i++) {
    if (differs(grid, i, base, i)) changed[count++] = i;
  }
  return changed.subarray(0, count);
}

function differs(grid: TextGrid, i: number, base: TextGrid, j: number): boolean {
  return (
    grid.fg[i] !== base.fg[j] ||
    grid.bg[i] !== base.bg[j] ||
    grid.glyph[i] !== base.glyph[j] ||
    grid.attr[i] !== base.attr[j]
  );
}

/** Bands of rows that scrolled by whole cells: tickers, logs, credits. Only where at least half of the change goes. */
export function findScroll(grid: TextGrid, base: TextGrid, changed: Uint32Array): Motion {
  const bands: Band[] = [];
  let last: readonly [number, number] = [0, 0];
  for (let at = 0; at < changed.length;) {
    const y = Math.floor((changed[at] as number) / grid.cols);
    const first = at;
    while (at < changed.length && (changed[at] as number) < (y + 1) * grid.cols) at++;
    if (at - first < SCROLL_MIN_CELLS) continue;
    const shift = scrollOfRow(grid, base, y, changed.subarray(first, at), last);
    if (shift === undefined) continue;
    last = shift;
    const [dx, dy] = shift;
    const previous = bands.at(-1);
    if (previous !== undefined && previous.dx === dx && previous.dy === dy && previous.top + previous.rows === y) {
      bands[bands.length - 1] = { ...previous, rows: previous.rows + 1 };
    } else {
      bands.push({ top: y, rows: 1, dx, dy });
    }
  }
  return bands.length === 0 ? STILL : { kind: MotionKind.bands, bands };
}

function scrollOfRow(
  grid: TextGrid,
  base: TextGrid,
  y: number,
  changed: Uint32Array,
  likely: readonly [number, number],
): readonly [number, number] | undefined {
  let fewest = changed.length >> 1;
  let best: readonly [number, number] | undefined;
  for (const shift of likely[0] === 0 && likely[1] === 0 ? SCROLLS : [likely, ...SCROLLS]) {
    const [dx, dy] = shift;
    if (y + dy < 0 || y + dy >= grid.rows || Math.abs(dx) >= grid.cols) continue;
    if (!looksMoved(grid, base, changed, dx, dy)) continue;
    const wrong = countWrong(grid, base, y, dx, dy, fewest);
    if (wrong < fewest) {
      fewest = wrong;
      best = shift;
    }
  }
  return best;
}

/** A cheap test on eight cells, so that video is not compared with 32 shifts in full. */
function looksMoved(grid: TextGrid, base: TextGrid, changed: Uint32Array, dx: number, dy: number): boolean {
  let right = 0;
  for (let k = 0; k < 8; k++) {
    const i = changed[Math.floor(((2 * k + 1) * changed.length) / 16)] as number;
    const x = (i % grid.cols) + dx;
    if (x >= 0 && x < grid.cols && !differs(grid, i, base, i + dx + dy * grid.cols)) right++;
  }
  return right >= 3;
}

function countWrong(grid: TextGrid, base: TextGrid, y: number, dx: number, dy: number, limit: number): number {
  let wrong = 0;
  for (let x = 0; x < grid.cols && wrong < limit; x++) {
    const i = y * grid.cols + x;
    const inside = x + dx >= 0 && x + dx < grid.cols;
    if (differs(grid, i, base, inside ? i + dx + dy * grid.cols : i)) wrong++;
  }
  return wrong;
}

/** Whether most cells are upper half blocks, so that colours are the pixels of one picture. */
export function isHalfBlockPicture(grid: TextGrid): boolean {
  let halves = 0;
  for (let i = 0; i < grid.glyph.length; i++) if (grid.glyph[i] === UPPER_HALF) halves++;
  return halves * 2 > grid.glyph.length;
}

/**
 * The one displacement that explains most of a picture: a warp in sixteenths of a pixel for half blocks, else a shift
 * by whole cells. A guess by green on a sample of points; the caller must see whether it pays.
 */
export function findPan(grid: TextGrid, base: TextGrid, halfBlocks: boolean): Motion {
  const now = greenOf(grid, halfBlocks);
  const before = greenOf(base, halfBlocks);
  const width = grid.cols;
  const height = now.length / width;
  const reachX = Math.min(PAN_REACH_X, (width >> 2) - 2);
  const reachY = Math.min(halfBlocks ? PAN_REACH_Y : PAN_REACH_Y >> 1, (height >> 2) - 2);
  if (reachX < 1 || reachY < 1) return STILL;
  const points = samplePoints(width, height, reachX + 2, reachY + 2);
  let dx = 0;
  let dy = 0;
  let best = errorAt(now, before, points, 0, Infinity);
  const still = best;
  for (let y = -reachY; y <= reachY; y++) {
    for (let x = -reachX; x <= reachX; x++) {
      const error = errorAt(now, before, points, y * width + x, best);
      if (error < best) [best, dx, dy] = [error, x, y];
    }
  }
  if (!halfBlocks) {
    return best * 2 > still ? STILL : { kind: MotionKind.bands, bands: [{ top: 0, rows: grid.rows, dx, dy }] };
  }
  [dx, dy] = [dx * WARP_STEPS, dy * WARP_STEPS];
  for (let step = WARP_STEPS / 2; step >= 1; step /= 2) {
    const [centreX, centreY] = [dx, dy];
    for (let y = -step; y <= step; y += step) {
      for (let x = -step; x <= step; x += step) {
        if (x === 0 && y === 0) continue;
        const error = warpErrorAt(now, before, width, points, centreX + x, centreY + y, best);
        if (error < best) [best, dx, dy] = [error, centreX + x, centreY + y];
      }
    }
  }
  return dx === 0 && dy === 0 ? STILL : { kind: MotionKind.warp, dx, dy };
}

/** Green of every pixel (half blocks) or the mean green of every cell. */
function greenOf(grid: TextGrid, halfBlocks: boolean): Uint8Array {
  const { cols, rows, fg, bg } = grid;
  const green = new Uint8Array(halfBlocks ? 2 * cols * rows : cols * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      const i = y * cols + x;
      const upper = ((fg[i] as number) >> 8) & 255;
      const lower = ((bg[i] as number) >> 8) & 255;
      if (halfBlocks) {
        green[2 * y * cols + x] = upper;
        green[(2 * y + 1) * cols + x] = lower;
      } else {
        green[i] = (upper + lower) >> 1;
      }
    }
  }
  return green;
}

/** Positions spread over the picture, at least the margins away from its edges. */
function samplePoints(width: number, height: number, marginX: number, marginY: number): Uint32Array {
  const [innerWidth, innerHeight] = [width - 2 * marginX, height - 2 * marginY];
  const inner = innerWidth * innerHeight;
  const count = Math.min(PAN_POINTS, inner);
  return Uint32Array.from({ length: count }, (_, k) => {
    const i = Math.floor((k * inner) / count);
    return (marginY + Math.floor(i / innerWidth)) * width + marginX + (i % innerWidth);
  });
}

function errorAt(now: Uint8Array, before: Uint8Array, points: Uint32Array, offset: number, limit: number): number {
  let error = 0;
  for (let k = 0; k < points.length; k++) {
    const i = points[k] as number;
    error += Math.abs((now[i] as number) - (before[i + offset] as number));
    if (error >= limit) return error;
  }
  return error;
}

function warpErrorAt(
  now: Uint8Array,
  before: Uint8Array,
  width: number,
  points: Uint32Array,
  dx: number,
  dy: number,
  limit: number,
): number {
  const across = weightsOf(dx);
  const down = weightsOf(dy);
  const corner = ((dy >> 4) - 1) * width + (dx >> 4) - 1;
  let error = 0;
  for (let k = 0; k < points.length && error < limit; k++) {
    const i = points[k] as number;
    let sum = 2048;
    for (let j = 0; j < 4; j++) {
      const at = i + corner + j * width;
      sum +=
        (down[j] as number) *
        (across[0] * (before[at] as number) +
          across[1] * (before[at + 1] as number) +
          across[2] * (before[at + 2] as number) +
          across[3] * (before[at + 3] as number));
    }
    error += Math.abs((now[i] as number) - (sum >> 12));
  }
  return error;
}
