/** The hub counts what is under way by these; four in a second are enough for it. */
const INTERVAL_MS = 250;

/** Tells the newest frame that was shown: at once after a pause, else four times a second. */
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
