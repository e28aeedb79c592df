/** Keeps what was made lately, by key, the least recently used dropped first. What failed is not kept. */
export class KeptPromises<T> {
  readonly #most: number;
  readonly #byKey = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#byKey.get(key);
    if (known) {
      this.#byKey.delete(key);
      this.#byKey.set(key, known);
      return known;
    }
    const made = make();
    this.#byKey.set(key, made);
    made.catch(() => this.#byKey.delete(key));
    for (const oldest of this.#byKey.keys()) {
      if (this.#byKey.size <= this.#most) break;
      this.#byKey.delete(oldest);
    }
    return made;
  }
}
