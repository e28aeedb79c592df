/** Events per second over the last few seconds, in a fixed ring of one-second counts. */
export class Rate {
  readonly #counts: Float64Array;
  #second = -1;
  #firstSecond = -1;
  /** Of the current second, not in the ring yet: a thousand viewers count thirty times a second. */
  #current = 0;

  constructor(windowSeconds = 5) {
    this.#counts = new Float64Array(windowSeconds + 1);
  }

  /** Note `amount` events at `nowMs` (monotonic). */
  add(nowMs: number, amount = 1): void {
    if (Math.floor(nowMs / 1000) !== this.#second) this.#roll(nowMs);
    this.#current += amount;
  }

  /** Events per second over the full seconds of the window. */
  perSecond(nowMs: number): number {
    const current = this.#roll(nowMs);
    let sum = 0;
    for (let i = 0; i < this.#counts.length; i++) if (i !== current) sum += this.#counts[i] ?? 0;
    const seconds = Math.min(this.#counts.length - 1, this.#second - this.#firstSecond);
    return seconds > 0 ? sum / seconds : this.#current;
  }

  #roll(nowMs: number): number {
    const second = Math.floor(nowMs / 1000);
    if (this.#firstSecond < 0) this.#firstSecond = this.#second = second;
    else if (second > this.#second) {
      this.#counts[this.#second % this.#counts.length] = this.#current;
      this.#current = 0;
    }
    const steps = Math.min(second - this.#second, this.#counts.length);
    for (let i = 1; i <= steps; i++) this.#counts[(second - steps + i) % this.#counts.length] = 0;
    if (second > this.#second) this.#second = second;
    return this.#second % this.#counts.length;
  }
}
