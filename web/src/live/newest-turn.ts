/** Works on one thing at a time and, of those that came meanwhile, on the newest only. */
export class NewestTurn<T> {
  readonly #work: (item: T) => Promise<void>;
  #next: { readonly item: T } | undefined;
  #busy = false;

  /** `work` must not reject. */
  constructor(work: (item: T) => Promise<void>) {
    this.#work = work;
  }

  take(item: T): void {
    this.#next = { item };
    if (!this.#busy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let next = this.#next; next; next = this.#next) {
      this.#next = undefined;
      await this.#work(next.item);
    }
    this.#busy = false;
  }
}
