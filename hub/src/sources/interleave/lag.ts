/** How long samples count. */
const WINDOW_MS = 10_000;
const SPACING_MS = 200;

/** Follows how far the shown picture is behind the clock. */
export class Lag {
  #samples: Array<{ readonly atMs: number; readonly lag: number }> = [];

  /** Note the lag in indices; `atMs` is monotonic. */
  note(atMs: number, lag: number): void {
    const last = this.#samples.at(-1);
    if (last && atMs - last.atMs < SPACING_MS) return;
    this.#samples = [...this.#samples.filter((sample) => atMs - sample.atMs < WINDOW_MS), { atMs, lag }];
  }

  /** Indices per second by which the lag grew over the last ten seconds (least squares); below 0 it shrinks. */
  get slope(): number {
    return slopeOf(this.#samples.map(({ atMs, lag }) => [atMs / 1000, lag]));
  }
}

/** Slope of the line that fits the points best; 0 for fewer than two. */
export function slopeOf(points: ReadonlyArray<readonly [x: number, y: number]>): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (n < 2 || spread === 0) return 0;
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

type LatencyState = "Delta synced" | "Delta ahead" | "Delta behind" | "Delta resting";

/** This many pictures late, one is no longer what is to be seen now. */
export const CURRENT_LAG = 3;

/**
 * The word of the display loop for a difference of indices and, in counts, how far the picture is behind. Of every
 * `stride` counts one is shown: more than 1 while nobody watches, when a picture behind the clock is as it should be.
 */
export function latencyState(delta: number, lag: number, stride = 1): LatencyState {
  if (Math.abs(delta) <= 1) return "Delta synced";
  if (stride > 1 && Math.abs(lag) <= CURRENT_LAG * stride) return "Delta resting";
  return lag > 0 ? "Delta behind" : "Delta ahead";
}
