/** Intervals that the rate is the mean of. */
const WINDOW = 30;
/** After a pause of this length the frames before it say nothing about now. */
const PAUSE_MS = 2000;

/** How fast frames are shown. */
export interface Pace {
  /** Frames per second, the mean of the last ones; undefined before the second. */
  readonly fps: number | undefined;
  /** ms between the last two. */
  readonly frameMs: number | undefined;
}

/** Measures what is shown. */
export class PaceMeter {
  readonly #times: number[] = [];

  /** A frame is shown now. `nowMs` is monotonic. */
  tick(nowMs: number): Pace {
    const last = this.#times.at(-1);
    if (last !== undefined && nowMs - last > PAUSE_MS) this.#times.length = 0;
    this.#times.push(nowMs);
    if (this.#times.length > WINDOW + 1) this.#times.shift();
    const [first] = this.#times;
    if (first === undefined || last === undefined || this.#times.length < 2)
      return { fps: undefined, frameMs: undefined };
    const spanMs = nowMs - first;
    return {
      fps: spanMs > 0 ? ((this.#times.length - 1) * 1000) / spanMs : undefined,
      frameMs: nowMs - last,
    };
  }
}
