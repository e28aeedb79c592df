/** How a text display does now. */
export interface TextFigures {
  /** Frames drawn in the last second. */
  readonly fps: number;
  /** Received in the last second. */
  readonly bytesPerSecond: number;
  /** From here to the hub and back, in ms. */
  readonly roundTripMs: number | undefined;
  /** Since the last frame came, in ms. */
  readonly quietMs: number | undefined;
  /** What drawing the last frame took, in ms. */
  readonly drawMs: number;
  readonly cols: number;
  readonly rows: number;
}

const SPAN_MS = 1000;

/** Counts what comes and what is drawn. Times are `performance.now()`. */
export class Meter {
  roundTripMs: number | undefined;
  readonly #drawn: number[] = [];
  readonly #received: { readonly at: number; readonly bytes: number }[] = [];
  #lastAt: number | undefined;
  #drawMs = 0;
  #size = { cols: 0, rows: 0 };

  received(bytes: number, at: number): void {
    this.#received.push({ at, bytes });
    while (at - (this.#received[0]?.at ?? at) > SPAN_MS) this.#received.shift();
  }

  /** A frame is here. */
  arrived(at: number): void {
    this.#lastAt = at;
  }

  drawn(size: { readonly cols: number; readonly rows: number }, tookMs: number, at: number): void {
    this.#drawn.push(at);
    while (at - (this.#drawn[0] ?? at) > SPAN_MS) this.#drawn.shift();
    this.#drawMs = tookMs;
    this.#size = { cols: size.cols, rows: size.rows };
  }

  figures(now: number): TextFigures {
    return {
      fps: this.#drawn.filter((at) => now - at <= SPAN_MS).length,
      bytesPerSecond: this.#received.reduce((sum, { at, bytes }) => (now - at <= SPAN_MS ? sum + bytes : sum), 0),
      roundTripMs: this.roundTripMs,
      quietMs: this.#lastAt === undefined ? undefined : now - this.#lastAt,
      drawMs: this.#drawMs,
      ...this.#size,
    };
  }
}
