/** Lets through this many a second, and this many at once. */
export class Bucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;
  #atMs: number | undefined;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#level = burst;
  }

  /** Take one at this moment (monotonic ms); false when there is none. */
  take(nowMs: number): boolean {
    const elapsed = this.#atMs === undefined ? 0 : Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#level = Math.min(this.#burst, this.#level + (elapsed * this.#perSecond) / 1000);
    if (this.#level < 1) return false;
    this.#level--;
    return true;
  }
}
