import type { Cancel, Clock } from "#core/clock.ts";

const EVERY_MS = 1000;
/** A listener with so much unsent is passed over. */
const MOST_UNSENT_BYTES = 256 * 1024;

/** One who listens: a hijacked reply. */
export interface Listener {
  readonly writableLength: number;
  write(bytes: Buffer): unknown;
  end(): unknown;
  /** False once the listener may listen no more; it is asked before every event. */
  mayListen(): boolean;
}

/** Server-sent events, one snapshot a second: built once for all who listen, and only while somebody does. */
export class EventStream {
  readonly #clock: Clock;
  readonly #snapshot: () => unknown;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  #stop: Cancel | undefined;

  constructor(clock: Clock, snapshot: () => unknown, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#snapshot = snapshot;
    this.#onError = onError;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** The listener gets a snapshot at once. */
  add(listener: Listener): void {
    listener.write(this.#event());
    this.#listeners.add(listener);
    this.#stop ??= this.#clock.every(EVERY_MS, () => this.#tick());
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  close(): void {
    for (const listener of [...this.#listeners]) this.#dismiss(listener);
  }

  #tick(): void {
    let event: Buffer;
    try {
      event = this.#event();
    } catch (error) {
      this.#onError(error);
      return;
    }
    for (const listener of [...this.#listeners]) {
      if (!listener.mayListen()) this.#dismiss(listener);
      else if (listener.writableLength < MOST_UNSENT_BYTES) listener.write(event);
    }
  }

  #dismiss(listener: Listener): void {
    this.remove(listener);
    listener.end();
  }

  #event(): Buffer {
    return Buffer.from(`data: ${JSON.stringify(this.#snapshot())}\n\n`);
  }
}
