/** A picture ready to be shown. */
export interface Ready<T> {
  readonly count: number;
  readonly value: T;
}

/**
 * Loads ahead: a short line of pictures, in the order of their counts, loaded a few at a time.
 * Knows no clock; who owns it says what comes next.
 */
export class Prefetch<T> {
  readonly #load: (count: number) => Promise<T | undefined>;
  readonly #parallel: number;
  readonly #loaded: () => void;
  readonly #ready = new Map<number, T>();
  readonly #loading = new Set<number>();
  /** Counts that gave nothing: not to be tried again while they are wanted. */
  readonly #empty = new Set<number>();
  #wanted: readonly number[] = [];
  /** Rises when all that was loaded has become worthless; a load of before is dropped when it ends. */
  #generation = 0;

  /** @param load must not reject; undefined: there is no picture for this count */
  constructor(load: (count: number) => Promise<T | undefined>, parallel: number, loaded: () => void) {
    this.#load = load;
    this.#parallel = parallel;
    this.#loaded = loaded;
  }

  /** Pictures that wait to be shown. */
  get depth(): number {
    return this.#ready.size;
  }

  /** Load these counts, most urgent first; what else was to be loaded no longer is. */
  want(counts: readonly number[]): void {
    this.#wanted = counts;
    const keep = new Set(counts);
    for (const count of this.#empty) if (!keep.has(count)) this.#empty.delete(count);
    this.#fill();
  }

  /** True once it is known that there is no picture for this count. */
  isEmpty(count: number): boolean {
    return this.#empty.has(count);
  }

  /** Take the newest picture that is due; older ones are dropped. */
  takeDue(count: number): Ready<T> | undefined {
    let newest: Ready<T> | undefined;
    this.#wanted = this.#wanted.filter((at) => at > count || !this.#ready.has(at));
    for (const [at, value] of this.#ready) {
      if (at > count) continue;
      this.#ready.delete(at);
      if (!newest || at > newest.count) newest = { count: at, value };
    }
    return newest;
  }

  /** Take the picture that is due next: better than none. */
  takeFirst(): Ready<T> | undefined {
    const first = Math.min(...this.#ready.keys());
    return Number.isFinite(first) ? this.takeDue(first) : undefined;
  }

  /** Forget everything that is loaded or being loaded. */
  clear(): void {
    this.#generation++;
    this.#wanted = [];
    this.#ready.clear();
    this.#loading.clear();
    this.#empty.clear();
  }

  #fill(): void {
    for (const count of this.#wanted) {
      if (this.#loading.size >= this.#parallel) return;
      if (this.#ready.has(count) || this.#loading.has(count) || this.#empty.has(count)) continue;
      void this.#start(count, this.#generation);
    }
  }

  async #start(count: number, generation: number): Promise<void> {
    this.#loading.add(count);
    const value = await this.#load(count);
    if (generation !== this.#generation) return;
    this.#loading.delete(count);
    if (value === undefined) this.#empty.add(count);
    else this.#ready.set(count, value);
    this.#loaded();
    this.#fill();
  }
}
