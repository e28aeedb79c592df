/** This many gaps are remembered: few enough to follow a source that changes, enough that one outage is no habit. */
const GAPS = 8;

/** How often something usually comes, by the gaps between the last few. */
export class Rhythm {
  readonly #gaps: number[] = [];
  #next = 0;
  #lastMs: number | undefined;

  /** When the last one came (monotonic ms). */
  get lastMs(): number | undefined {
    return this.#lastMs;
  }

  /** The usual gap in ms, the longer of the two in the middle; undefined before the second has come. */
  get usualMs(): number | undefined {
    return this.#gaps.toSorted((a, b) => a - b)[this.#gaps.length >> 1];
  }

  /** The longest of the last gaps in ms: a source that brings a few at a time is not taken for a fast one. */
  get longestMs(): number | undefined {
    return this.#gaps.length === 0 ? undefined : Math.max(...this.#gaps);
  }

  /** One has come. */
  note(nowMs: number): void {
    if (this.#lastMs !== undefined) this.#add(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }

  /** None comes for a while, on purpose: that is no gap. */
  pause(): void {
    this.#lastMs = undefined;
  }

  /** What is known from before the first one. */
  expect(gapMs: number): void {
    this.#add(gapMs);
  }

  #add(gapMs: number): void {
    this.#gaps[this.#next] = gapMs;
    this.#next = (this.#next + 1) % GAPS;
  }
}
