/**
 * The last rows of figures, each with its time, in a block of memory that never grows.
 *
 * A row takes 8 bytes for the time and 4 per figure; null is kept as NaN, so a figure must be a number or null.
 */
export class Ring {
  readonly #width: number;
  readonly #times: Float64Array;
  readonly #figures: Float32Array;
  #count = 0;

  constructor(rows: number, width: number) {
    this.#width = width;
    this.#times = new Float64Array(rows);
    this.#figures = new Float32Array(rows * width);
  }

  /** Bytes that it takes, full or empty. */
  get byteLength(): number {
    return this.#times.byteLength + this.#figures.byteLength;
  }

  /** Add a row in place of the oldest. What goes beyond the width is left out, what is missing is null. */
  push(time: number, figures: ReadonlyArray<number | null>): void {
    const at = this.#count++ % this.#times.length;
    this.#times[at] = time;
    for (let i = 0; i < this.#width; i++) this.#figures[at * this.#width + i] = figures[i] ?? Number.NaN;
  }

  /** Every row with `make` applied, oldest first. */
  map<T>(make: (time: number, figures: ReadonlyArray<number | null>) => T): T[] {
    const size = this.#times.length;
    const kept = Math.min(this.#count, size);
    return Array.from({ length: kept }, (_, index) => this.#row((this.#count - kept + index) % size, make));
  }

  /** The newest row with `make` applied. */
  last<T>(make: (time: number, figures: ReadonlyArray<number | null>) => T): T | undefined {
    return this.#count === 0 ? undefined : this.#row((this.#count - 1) % this.#times.length, make);
  }

  #row<T>(at: number, make: (time: number, figures: ReadonlyArray<number | null>) => T): T {
    const row = this.#figures.subarray(at * this.#width, (at + 1) * this.#width);
    return make(
      this.#times[at] ?? 0,
      Array.from(row, (figure) => (Number.isNaN(figure) ? null : figure)),
    );
  }
}
