/** The hub learns the way's rate from these: gathered over longer, those of a far viewer look like a slow link's. */
const INTERVAL_MS = 100;

/** Tells the newest frame that was shown: at once after a pause, else ten times a second. */
export class Acks {
  readonly #say: (seq: number) => void;
  #newest: number | undefined;
  #saidAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (seq: number) => void) {
    this.#say = say;
  }

  shown(seq: number): void {
    this.#newest = seq;
    const waitMs = this.#saidAt + INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), waitMs);
  }

  /** Say nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest = undefined;
  }

  #flush(): void {
    const seq = this.#newest;
    this.stop();
    if (seq === undefined) return;
    this.#saidAt = performance.now();
    this.#say(seq);
  }
}
