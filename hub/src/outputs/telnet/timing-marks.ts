import type { Clock } from "#core/clock.ts";

/** A mark that comes back so much later than the way alone takes says that bytes wait somewhere. */
const SLACK_MS = 100;
/** The shortest way known is forgotten slowly, because a route can become longer. */
const FORGET = 1.005;
const FORGET_MS = 0.05;

/**
 * Bounds how old pictures are at a Telnet peer by timing marks (RFC 860): a mark follows a frame, at most one is under
 * way, and its answer means that the peer has read all before it. While marks come back at once frames may follow
 * each other; when bytes wait, each frame waits for the mark of the one before. The first mark comes before all frames.
 */
export class TimingMarks {
  readonly #clock: Clock;
  /** When what the mark follows began to go out; undefined when no mark is under way. */
  #since: number | undefined;
  /** The bare way there and back, ms. */
  #wayMs = Infinity;
  #congested = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this peer answers marks, as far as is known. */
  get usable(): boolean {
    return this.#wayMs < Infinity;
  }

  get underWay(): boolean {
    return this.#since !== undefined;
  }

  /** Whether another frame may go out before the mark comes back. */
  get mayGoOn(): boolean {
    if (!this.usable || this.#since === undefined) return true;
    return !this.#congested && this.#clock.monotonic() - this.#since <= this.#wayMs + SLACK_MS;
  }

  /** A mark goes out now, behind what began to go out at `since` (monotonic ms), which may have taken its time. */
  send(since = this.#clock.monotonic()): void {
    this.#since = since;
  }

  /** It has come back: how long what went before it took, in ms, on top of the bare way. Undefined: none was asked for. */
  answer(): number | undefined {
    if (this.#since === undefined) return undefined;
    const isFirst = !this.usable;
    const tripMs = this.#clock.monotonic() - this.#since;
    this.#since = undefined;
    this.#wayMs = Math.min(tripMs, this.#wayMs * FORGET + FORGET_MS);
    const tookMs = tripMs - this.#wayMs;
    if (!isFirst) this.#congested = tookMs > SLACK_MS;
    return tookMs;
  }
}
