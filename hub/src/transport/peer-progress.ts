import type { PeerReading } from "./peer-probe.ts";

/** Bytes by which a window may fall without meaning that the peer's application does not read. */
const SLACK_BYTES = 4096;
/** Time constant of the measured rate. */
const RATE_MS = 400;
/** Growth of the rate per observation while the peer is not what limits it. */
const PROBE_GAIN = 1.5;
/** Rate of a peer of which nothing is known yet, and above which it does not matter, bytes/s. */
const MIN_RATE = 16_384;
const MAX_RATE = 1e10;

/**
 * How far the peer's *application* has read, and how fast it reads.
 *
 * TCP tells how much the peer's kernel has taken. What the application has not fetched yet fills the peer's receive
 * buffer and so makes the window smaller that it advertises: `unread = largest window seen − window`. A window is as
 * old as the acknowledgement that brought it, and an idle peer sends none when its application reads (RFC 9293,
 * 3.8.6.2.2: only growth worth a segment is announced), so between two acknowledgements the position is carried on
 * at the measured rate.
 *
 * All times are monotonic ms, all positions bytes since the connection was taken over. Does no I/O.
 */
export class PeerProgress {
  /** Bytes handed to the socket. */
  written = 0;
  /** The position up to which the peer's application is known to have read. */
  read = 0;
  rttMs = 0;
  /** Bytes that wait in this machine and are not on the wire. */
  unsent = 0;
  #readAt: number;
  #rate = 0;
  #measuredMs = 0;
  #lastLength = 0;
  #window = 0;
  #oldWindow = 0;
  #lastAcked = 0;
  #lastAckAt = -Infinity;
  #limited = false;

  constructor(nowMs: number) {
    this.#readAt = nowMs;
  }

  /** True when the peer or the way to it, not we, limited how fast the last bytes went. */
  get limited(): boolean {
    return this.#limited;
  }

  /** Bytes per second that the peer takes; meaningful after some observations. */
  get bytesPerSecond(): number {
    return this.#rate;
  }

  /** Note that bytes go to the socket; `nowMs` where the rate matters. */
  wrote(bytes: number, nowMs?: number): void {
    // A peer that has read everything was idle until now: that time says nothing about how fast it reads.
    if (nowMs !== undefined && this.read === this.written) this.#readAt = Math.max(this.#readAt, nowMs);
    this.#lastLength = bytes;
    this.written += bytes;
  }

  /** Begin to measure anew, as when a peer that kept up falls behind. */
  restart(): void {
    this.#rate = 0;
    this.#measuredMs = 0;
  }

  /** Take in what the kernel says. True when the application is known to have read more than before. */
  observe(reading: PeerReading, nowMs: number): boolean {
    this.rttMs = reading.rttMs;
    this.unsent = reading.unsent;
    const { acked, window } = reading;
    if (window !== undefined && window > this.#window) this.#window = window;
    const largest = Math.max(this.#window, this.#oldWindow);
    const unread = window === undefined ? 0 : largest - window;
    const ackAt = nowMs - reading.ackAgeMs;
    const isNews = acked !== this.#lastAcked || ackAt > this.#lastAckAt + 8;
    this.#lastAcked = acked;
    this.#lastAckAt = Math.max(ackAt, this.#lastAckAt);
    // What came with the last write may be unread when its acknowledgement leaves: the kernel is quicker than any
    // application.
    this.#limited = reading.unsent > 0 || unread > this.#lastLength + SLACK_BYTES;
    if (!isNews && reading.unsent === 0) return false;
    return this.#advance(acked - unread, isNews ? ackAt : nowMs);
  }

  /** Bytes that the peer's application has probably not read yet. */
  outstanding(nowMs: number): number {
    const since = Math.max(0, nowMs - this.#readAt);
    return Math.max(0, this.written - this.read - (this.#rate * since) / 1000);
  }

  /**
   * Forget windows seen before the last call: the peer's kernel may have made its buffer smaller since. Call it every
   * few seconds at a moment when the peer has most likely read everything, so that a full window comes in between;
   * otherwise what it has not read would pass for a smaller buffer.
   */
  forgetOldWindows(): void {
    this.#oldWindow = this.#window;
    this.#window = 0;
  }

  #advance(position: number, atMs: number): boolean {
    const gained = Math.max(0, position - this.read);
    const elapsed = Math.max(0, atMs - this.#readAt);
    if (elapsed > 0) this.#measure((gained * 1000) / elapsed, elapsed);
    this.read += gained;
    this.#readAt = Math.max(this.#readAt, atMs);
    return gained > 0;
  }

  #measure(sample: number, elapsedMs: number): void {
    if (!this.#limited) {
      this.#rate = Math.min(MAX_RATE, Math.max(MIN_RATE, this.#rate * PROBE_GAIN, sample));
      return;
    }
    this.#measuredMs += elapsedMs;
    // The first figures count in full, later ones as in an exponential mean.
    const weight = Math.max(1 - Math.exp(-elapsedMs / RATE_MS), Math.min(1, elapsedMs / this.#measuredMs));
    this.#rate += (sample - this.#rate) * weight;
  }
}
