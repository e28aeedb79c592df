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

/** Server-sent events, one snapshot a tick: built once for all who listen, and only while somebody does. */
export class EventStream {
  readonly #snapshot: () => unknown;
  readonly #listeners = new Set<Listener>();

  constructor(snapshot: () => unknown) {
    this.#snapshot = snapshot;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** The listener gets a snapshot at once. */
  add(listener: Listener): void {
    listener.write(this.#event());
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  close(): void {
    for (const listener of [...this.#listeners]) this.#dismiss(listener);
  }

  /** Tell all who listen. Throws what the snapshot throws; then nobody was told. */
  tick(): void {
    if (this.#listeners.size === 0) return;
    const event = this.#event();
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
