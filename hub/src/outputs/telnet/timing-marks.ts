import type { Clock } from "#core/clock.ts";
import { AckWindow } from "#transport/ack-window.ts";

/** When nothing is under way and this has passed, the bare way is measured anew: a route can become longer. */
const MEASURE_AFTER_MS = 5000;

interface Mark<What> {
  readonly number: number;
  readonly atMs: number;
  /** Undefined: nothing went before it, it measures the way. */
  readonly behind: What | undefined;
}

/** What the answer to a mark says of what went before it. */
export interface Answered<What> {
  readonly behind: What;
  /** What it took on top of the bare way there and back and of what waits before it, ms. */
  readonly tookMs: number;
  /** How old the picture was when it was read, ms. */
  readonly ageMs: number;
}

/**
 * Bounds how old pictures are at a Telnet peer by timing marks (RFC 860): one follows each frame, and its answer means
 * that the peer has read all before it. Answers come in order, so as many may be under way as the way needs. The first
 * mark comes before all frames; a peer that never answers it is not bounded.
 */
export class TimingMarks<What> {
  readonly #clock: Clock;
  readonly #window = new AckWindow();
  readonly #unanswered: Array<Mark<What>> = [];
  #number = 0;
  /** The bare way there and back, ms. */
  #wayMs = Infinity;
  #measuredAtMs = 0;
  #answeredAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this peer answers marks, as far as is known. */
  get usable(): boolean {
    return this.#wayMs < Infinity;
  }

  /** Whether a mark should go before the next frame too, so that it finds an empty way. */
  get shouldMeasure(): boolean {
    const idle = this.usable && this.#unanswered.length === 0;
    return idle && this.#clock.monotonic() - this.#measuredAtMs > MEASURE_AFTER_MS;
  }

  /** Whether another frame may go out before more marks are answered. */
  get hasRoom(): boolean {
    return !this.usable || this.#window.hasRoom(this.#clock.monotonic());
  }

  /** A mark goes out by itself, and nothing is under way. */
  measure(): void {
    this.#sent(undefined);
  }

  /** A frame of this many bytes begins to go out, with a mark behind it. `ageMs`: how old its picture is. */
  follow(behind: What, { bytes, ageMs }: { readonly bytes: number; readonly ageMs: number }): void {
    const { number, atMs } = this.#sent(behind);
    this.#window.sent({ seq: number, bytes, ageMs }, atMs);
  }

  /** One has been answered: the oldest. Undefined: there is nothing to say of a frame. */
  answer(): Answered<What> | undefined {
    const mark = this.#unanswered.shift();
    if (!mark) return undefined;
    const nowMs = this.#clock.monotonic();
    const { number, atMs, behind } = mark;
    const tripMs = nowMs - atMs;
    if (behind === undefined) this.#measuredAtMs = nowMs;
    this.#wayMs = behind === undefined ? tripMs : Math.min(this.#wayMs, tripMs);
    // The link, and the peer, took it up when it was through with the one before.
    const tookMs = Math.min(tripMs - this.#wayMs, nowMs - this.#answeredAtMs);
    this.#answeredAtMs = nowMs;
    const arrival = this.#window.ack(number, nowMs);
    return behind === undefined || !arrival ? undefined : { behind, tookMs, ageMs: arrival.ageMs };
  }

  #sent(behind: What | undefined): Mark<What> {
    const mark = { number: ++this.#number, atMs: this.#clock.monotonic(), behind };
    this.#unanswered.push(mark);
    return mark;
  }
}
