import type { Cancel, Clock } from "#core/clock.ts";

const LOOK_MS = 250;

/** A connection on which pictures come in. */
interface Line {
  readonly bytesRead: number;
}

/** What is known of the picture that is coming in. */
export interface Incoming {
  /** It has come whole: what comes now is the next. */
  next(): void;
  /** No more will come. */
  end(): void;
}

/**
 * Bounds the memory of pictures that are still coming in, over all connections: each may be as large as the limit says, and
 * a peer that sends all but the last byte of one keeps it there.
 */
export class Intake {
  readonly #clock: Clock;
  readonly #mostBytes: number;
  readonly #lines = new Map<Incoming, { readonly line: Line; readonly cut: () => void; fromByte: number }>();
  #timer: Cancel | undefined;

  constructor(clock: Clock, mostBytes: number) {
    this.#clock = clock;
    this.#mostBytes = mostBytes;
  }

  /** `cut` ends the connection: called for those that hold most when all hold too much. */
  add(line: Line, cut: () => void): Incoming {
    const entry = { line, cut, fromByte: line.bytesRead };
    const incoming: Incoming = {
      next: () => void (entry.fromByte = line.bytesRead),
      end: () => {
        this.#lines.delete(incoming);
        if (this.#lines.size > 0) return;
        this.#timer?.();
        this.#timer = undefined;
      },
    };
    this.#lines.set(incoming, entry);
    this.#timer ??= this.#clock.every(LOOK_MS, () => this.#look());
    return incoming;
  }

  #look(): void {
    const held = [...this.#lines.values()].map(({ line, cut, fromByte }) => ({
      bytes: line.bytesRead - fromByte,
      cut,
    }));
    let sum = held.reduce((total, { bytes }) => total + bytes, 0);
    if (sum <= this.#mostBytes) return;
    for (const { bytes, cut } of held.sort((a, b) => b.bytes - a.bytes)) {
      if (sum <= this.#mostBytes) return;
      sum -= bytes;
      cut();
    }
  }
}
