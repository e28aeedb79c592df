/** A window may fall short of the largest by so much without meaning anything: it is told in steps of up to 1 kB. */
export const WINDOW_SLACK_BYTES = 2048;
/** Bounds of the pauses between questions to a peer that is behind, and what it should read in one, at least. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS, PAUSE_BYTES] = [60, 480, 4 * WINDOW_SLACK_BYTES];

/** A smaller buffer is believed for this many answers and then proved anew: a peer can read just as fast as it is asked. */
const BELIEVED_TIMES = 40;

/**
 * What the receive window says of a peer's application: what it has not fetched yet fills the peer's buffer and makes
 * the window smaller, so `unread = largest window seen − window`.
 *
 * That is an upper bound. Linux frees a segment only when all of it has been read, and joins small ones to large ones,
 * so the window grows in jumps; it is exact when everything has been read.
 */
export class PeerWindow {
  /** The largest window seen, as far as it still counts: what the peer's buffer holds. */
  full = 0;
  #largest = 0;
  #last = 0;
  #same = 0;
  #believed = 0;

  /** At most this many bytes were unread when the peer advertised this window. */
  unread(window: number): number {
    if (window > this.full) this.full = window;
    if (window > this.#largest) this.#largest = window;
    return this.full - window;
  }

  /**
   * How long to leave a peer alone that is behind, until it is asked again: a moment and, when that has changed nothing,
   * enough to read what the window lacks at the rate that it had.
   */
  pauseMs(bytesPerSecond: number): number {
    const bytes = this.#same === 0 ? PAUSE_BYTES : Math.max(PAUSE_BYTES, this.full - this.#last);
    return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (bytes * 1000) / Math.max(1, bytesPerSecond)));
  }

  /**
   * Note the answer to bytes that were sent to a peer that is behind, after such a pause or less. One that reads has
   * made the window larger, one that does not has it smaller by the bytes. True when it stays the same over both
   * pauses: then the peer's kernel reckons with a smaller buffer now, as Linux does when segments fill its memory
   * badly, nothing is unread, and this is the full window. Never less than half of the largest.
   */
  settled(window: number, pausedEnough: boolean): boolean {
    if (window !== this.#last) this.#same = 0;
    else if (pausedEnough) this.#same++;
    this.#last = window;
    if (this.#same < 2 || window < this.#largest / 2) return false;
    this.#same = this.#believed = 0;
    this.full = window;
    return true;
  }

  /** Note that the peer has read everything: earlier answers say nothing any more. */
  drained(window: number): void {
    this.#same = 0;
    if (this.full < this.#largest && ++this.#believed >= BELIEVED_TIMES) this.full = this.#largest;
    this.#last = window;
  }
}
