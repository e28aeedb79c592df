import type { PeerReading } from "./peer-probe.ts";
import { PeerWindow, WINDOW_SLACK_BYTES } from "./peer-window.ts";

const [MIN_RATE, MAX_RATE] = [512, 1e9];
/** Taken for a peer that has read everything before its rate could be seen, bytes/s. */
const FIRST_RATE = 16_384;
/** How the rate grows when a slice finds that all before it has been read; and when this many large ones in a row do. */
const [GROWTH, FASTER, FASTER_AFTER, FASTER_BYTES] = [1.1, 1.4, 4, 4 * WINDOW_SLACK_BYTES];
/** What one quick answer may do to the rate. */
const MOST_SPRINT = 4;
/** A peer that was idle for most of the time has not shown how fast it can be. */
const TELLING_SHARE = 0.4;
/** Times shorter than this are not known well enough to tell a rate, ms. */
const SHORTEST_MS = 20;
/** Clock ticks of the kernel by which the time of an acknowledgement may be off. */
const TICK_MS = 8;

/**
 * What the last acknowledgement said of the bytes before the last write: not heard yet, all read by the application,
 * or some still unread.
 */
export type Feedback = "pending" | "drained" | "behind";

/**
 * How far the peer's *application* has read, and how fast it reads.
 *
 * Each write is also a question: the acknowledgement that it brings carries the peer's window, which says whether all
 * before it had been read by then ({@link PeerWindow}). Drained: the position is known, and the rate is at least what
 * was read since the last known position. Behind: the rate is less than that. In between the position is carried on at
 * the rate; a peer that is idle says nothing by itself (RFC 9293, 3.8.6.2.2: only growth of the window that matters is
 * announced).
 *
 * All times are monotonic ms, all positions bytes since the connection was taken over. Does no I/O.
 */
export class PeerProgress {
  /** Bytes handed to the socket. */
  written = 0;
  /** Bytes that wait in this machine and are not on the wire. */
  unsent = 0;
  minRttMs = 0;
  feedback: Feedback = "drained";
  /** True when the last that was heard is that the application had more unread than it may. */
  unread = false;
  /** Share of the peer's buffer that was taken when it was heard last, from 0 to 1. */
  taken = 0;
  /** Bytes per second that the peer takes; 0 while nothing is known. */
  bytesPerSecond = 0;
  readonly #window = new PeerWindow();
  /** Where the last write began. */
  #lastStart = 0;
  #lastWriteAt: number;
  /** Between the last write and the one before. */
  #pauseMs = 0;
  /** When and where the peer's position was known last. */
  #knownAt: number;
  #known = 0;
  /** The peer has read at least so far, since some time after {@link #knownAt}. */
  #reached = 0;
  /** The rate is below this since then. */
  #below = Infinity;
  /** The rate before that was known. */
  #rateBefore = 0;
  #grown = 0;
  #lastAcked = 0;
  #lastAckAt = -Infinity;

  constructor(nowMs: number) {
    this.#knownAt = this.#lastWriteAt = nowMs;
  }

  /** Note that bytes go to the socket; `nowMs` while the rate matters. */
  wrote(bytes: number, nowMs?: number): void {
    if (nowMs !== undefined) {
      // A peer that has read everything was idle until now: that time says nothing about how fast it reads.
      // What it reads next is heard of a round trip from now.
      if (this.#known === this.written) this.#knownAt = nowMs + this.minRttMs;
      this.#pauseMs = nowMs - this.#lastWriteAt;
      this.#lastWriteAt = nowMs;
    }
    this.#lastStart = this.written;
    this.written += bytes;
    this.feedback = "pending";
  }

  /** Begin to measure the rate anew, as when a peer that kept up falls behind. */
  restart(nowMs: number): void {
    this.bytesPerSecond = 0;
    this.#known = this.#reached;
    this.#knownAt = this.#lastWriteAt = nowMs;
    this.#below = Infinity;
  }

  /** Take in what the kernel says. True when the application is known to have read more than before. */
  observe({ acked, sacked, unsent, window, ackAgeMs, minRttMs }: PeerReading, nowMs: number): boolean {
    this.unsent = unsent;
    this.minRttMs = minRttMs;
    const ackAt = nowMs - ackAgeMs;
    const isNews = acked !== this.#lastAcked || ackAt > this.#lastAckAt + TICK_MS;
    this.#lastAcked = acked;
    this.#lastAckAt = Math.max(ackAt, this.#lastAckAt);
    // What waits in the peer's kernel behind a lost segment takes room as well.
    const unread = window === undefined ? 0 : Math.max(0, this.#window.unread(window) - sacked);
    this.taken = unread / Math.max(1, this.#window.full);
    // What was written last may still be on its way to the application, or half of what its buffer holds at a time.
    const mayBeUnread = Math.min(this.written - this.#lastStart, this.#window.full / 2) + WINDOW_SLACK_BYTES;
    if (isNews) this.unread = sacked === 0 && unread > mayBeUnread;
    if (unsent > 0) this.#behind(nowMs, this.written - unsent);
    else if (isNews && acked > this.#lastStart) {
      // What came with the last write may be unread when its acknowledgement leaves: the kernel is quicker than any
      // application.
      const lastBytes = this.written - this.#lastStart;
      const isBehind = window !== undefined && unread > lastBytes + WINDOW_SLACK_BYTES && !this.#settles(window);
      if (isBehind) this.#behind(ackAt, this.#lastStart);
      else if (acked >= this.written) return this.#drained(ackAt, Math.max(this.#lastStart, acked - unread), window);
    } else if (acked < this.#lastStart && this.outstanding(nowMs - minRttMs) <= 0) {
      // It is on its way for longer than the rate has it: a queue has built up in the network.
      this.#behind(nowMs, this.#lastStart);
    }
    return this.#advance(acked - unread, nowMs);
  }

  /** True when this many bytes are under way already that another write would only queue. */
  get underWay(): boolean {
    return this.unsent > 0 || this.#lastAcked < this.#lastStart;
  }

  /** Bytes that the peer's application has probably not read yet. */
  outstanding(nowMs: number): number {
    const since = Math.max(0, nowMs - this.#knownAt);
    const position = Math.max(this.#reached, this.#known + (this.bytesPerSecond * since) / 1000);
    return Math.max(this.unsent, this.written - position);
  }

  /** How long a peer that is behind is left alone before it gets more. */
  get pauseMs(): number {
    return this.#window.pauseMs(this.#rateBefore);
  }

  /** ms since the last write. */
  sinceWrite(nowMs: number): number {
    return nowMs - this.#lastWriteAt;
  }

  /** What the peer's receive buffer holds; undefined when this machine cannot tell. */
  get peerBuffer(): number | undefined {
    return this.#window.full || undefined;
  }

  #drained(atMs: number, position: number, window = 0): boolean {
    const first = this.feedback !== "drained";
    this.feedback = "drained";
    this.#window.drained(window);
    const elapsed = Math.max(SHORTEST_MS, atMs - this.#knownAt);
    const gained = position - this.#known;
    if (first) {
      const rate = this.bytesPerSecond || FIRST_RATE;
      const atLeast = Math.max(this.#atLeast(position, elapsed), this.#sprint(position, atMs, rate));
      // One that slept and then took all there was is not slow: it was not given more.
      if (this.#below < Infinity)
        this.#setRate(Math.max((atLeast + Math.max(atLeast, rate)) / 2, this.#rateBefore / 2));
      else this.#setRate(Math.max(atLeast, rate * this.#growthFor(gained, elapsed)));
      this.#below = Infinity;
    }
    if (gained > 0) {
      this.#known = position;
      this.#knownAt = Math.max(this.#knownAt, atMs);
    }
    return this.#reach(position);
  }

  /** The rate at which it read the last bytes, when it had read some by the time they were acknowledged. */
  #sprint(position: number, atMs: number, rate: number): number {
    const elapsed = Math.max(SHORTEST_MS, atMs - this.#lastWriteAt);
    const read = position - this.#lastStart - WINDOW_SLACK_BYTES;
    return Math.min((read * 1000) / elapsed, rate * MOST_SPRINT);
  }

  #growthFor(gained: number, elapsedMs: number): number {
    const idle = gained * 1000 < this.bytesPerSecond * TELLING_SHARE * elapsedMs;
    if (gained < WINDOW_SLACK_BYTES || idle) return 1;
    if (gained < FASTER_BYTES) return GROWTH;
    return this.#grown++ < FASTER_AFTER ? GROWTH : FASTER;
  }

  /** At this time the peer had not read up to this position. */
  #behind(atMs: number, position: number): void {
    this.feedback = "behind";
    this.#grown = 0;
    if (this.#below === Infinity) this.#rateBefore = this.bytesPerSecond;
    const elapsed = atMs - this.#knownAt;
    if (elapsed <= 0) return;
    // The window hides a little at either end.
    const most = Math.max(0, position - this.#known) + 2 * WINDOW_SLACK_BYTES;
    this.#below = Math.min(this.#below, (most * 1000) / elapsed);
    if (this.bytesPerSecond > this.#below) this.#setRate(this.#below);
  }

  /** True when a window that lacks something turns out to be the full one; what was made of it is taken back. */
  #settles(window: number): boolean {
    if (this.feedback !== "pending" || !this.#window.settled(window, this.#pauseMs >= this.pauseMs)) return false;
    this.#below = Infinity;
    this.#setRate(this.#rateBefore);
    return true;
  }

  /** By now the peer has read at least so far. */
  #advance(position: number, nowMs: number): boolean {
    const atLeast = this.#atLeast(position, nowMs - this.#knownAt);
    if (atLeast > this.bytesPerSecond) this.#setRate(atLeast);
    return this.#reach(position);
  }

  /** The rate at which the peer must have read to be at this position, if the window hid some at the last. */
  #atLeast(position: number, elapsedMs: number): number {
    return ((position - this.#known - WINDOW_SLACK_BYTES) * 1000) / Math.max(SHORTEST_MS, elapsedMs);
  }

  #reach(position: number): boolean {
    if (position <= this.#reached) return false;
    this.#reached = position;
    return true;
  }

  #setRate(rate: number): void {
    this.bytesPerSecond = Math.min(MAX_RATE, Math.max(MIN_RATE, rate));
  }
}
