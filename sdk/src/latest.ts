interface Taker<T> {
  resolve(value: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** Holds one value, the newest, for one consumer that takes them when it likes. */
export class Latest<T> {
  #value: { readonly value: T } | undefined;
  #taker: Taker<T> | undefined;
  #end: { readonly error: unknown } | undefined;

  /** True when a value that nobody had taken was replaced. */
  put(value: T): boolean {
    if (this.#end) return false;
    const taker = this.#taker;
    if (taker) {
      this.#taker = undefined;
      taker.resolve({ value, done: false });
      return false;
    }
    const replaced = this.#value !== undefined;
    this.#value = { value };
    return replaced;
  }

  /** No more values: those who wait, or come later, are told so, or given the error. */
  end(error?: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    this.#value = undefined;
    const taker = this.#taker;
    this.#taker = undefined;
    if (taker) finish(taker, error);
  }

  /** The newest value, once there is one. One call at a time. */
  take(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const held = this.#value;
      this.#value = undefined;
      if (held) resolve({ value: held.value, done: false });
      else if (this.#end) finish({ resolve, reject }, this.#end.error);
      else if (this.#taker) reject(new TypeError("next() was called while another call waits: await the one before"));
      else this.#taker = { resolve, reject };
    });
  }
}

function finish<T>({ resolve, reject }: Taker<T>, error: unknown): void {
  if (error === undefined) resolve({ value: undefined, done: true });
  else reject(error);
}
