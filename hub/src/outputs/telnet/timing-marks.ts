import type { Clock } from "#core/clock.ts";
import type { Frame } from "#core/frame.ts";

/** A mark that comes back so much later than the way alone takes says that bytes wait somewhere. */
const SLACK_MS = 100;
/** The shortest way known is forgotten slowly, because a route can become longer. */
const FORGET = 1.005;
const FORGET_MS = 0.05;

/** What an answered mark tells. */
export interface Marked {
  /** The frame that it followed; undefined for the mark that came before all frames. */
  readonly frame: Frame | undefined;
  /** How long the frame took, on top of the bare way there and back. */
  readonly tookMs: number;
}

/**
 * Bounds how old pictures are at a Telnet peer by timing marks (RFC 860): a mark follows a frame, at most one is under
 * way, and its answer means that the peer has read all before it. While marks come back at once frames may follow
 * each other; when bytes wait, each frame waits for the mark of the one before.
 */
export class TimingMarks {
  readonly #clock: Clock;
  #sent: { readonly at: number; readonly frame: Frame | undefined } | undefined;
  #wayMs = Infinity;
  #congested = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this peer answers marks at all, as far as is known. */
  get usable(): boolean {
    return this.#wayMs < Infinity;
  }

  get underWay(): boolean {
    return this.#sent !== undefined;
  }

  /** Whether another frame may go out before the mark comes back. */
  get mayGoOn(): boolean {
    if (!this.usable || !this.#sent) return true;
    return !this.#congested && this.#clock.monotonic() - this.#sent.at <= this.#wayMs + SLACK_MS;
  }

  /** A mark goes out now, behind this frame. */
  send(frame: Frame | undefined): void {
    this.#sent = { at: this.#clock.monotonic(), frame };
  }

  /** The peer's answer; undefined when none was asked for. */
  answer(): Marked | undefined {
    if (!this.#sent) return undefined;
    const { at, frame } = this.#sent;
    this.#sent = undefined;
    const tripMs = this.#clock.monotonic() - at;
    this.#wayMs = Math.min(tripMs, this.#wayMs * FORGET + FORGET_MS);
    const tookMs = tripMs - this.#wayMs;
    if (frame) this.#congested = tookMs > SLACK_MS;
    return { frame, tookMs };
  }
}
