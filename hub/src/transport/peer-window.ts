/** A window may fall short of the largest by so much without meaning anything: it is told in steps of up to 1 kB. */
export const WINDOW_SLACK_BYTES = 2048;
/** A window that stays the same at so many questions in a row, over so many bytes, has told all that it has. */
const [SAME_TIMES, SAME_BYTES] = [3, 4 * WINDOW_SLACK_BYTES];

/**
 * What the receive window says of a peer's application: what it has not fetched yet fills the peer's buffer and makes
 * the window smaller, so `unread = largest window seen − window`.
 *
 * That is an upper bound. Linux frees a segment only when all of it has been read, and joins small ones to large ones,
 * so the window grows in jumps; it is exact when everything has been read.
 */
export class PeerWindow {
  #largest = 0;
  #largestBefore = 0;
  #last = 0;
  #same = 0;
  #sameFrom = 0;

  /** At most so many bytes were unread when the peer advertised this window. */
  unread(window: number): number {
    if (window > this.#largest) this.#largest = window;
    return this.full - window;
  }

  /**
   * Note that this window, in answer to a new question, said that the peer is behind. When it does not change although
   * bytes go, the peer's kernel reckons with a smaller buffer now, as Linux does when segments fill its memory badly:
   * then this is the largest window. A peer that does not read makes it smaller each time.
   */
  lacking(window: number, acked: number): void {
    if (window !== this.#last) {
      this.#last = window;
      this.#same = 0;
      this.#sameFrom = acked;
      return;
    }
    if (++this.#same < SAME_TIMES || acked - this.#sameFrom < SAME_BYTES) return;
    this.#same = 0;
    this.#largest = window;
    this.#largestBefore = 0;
  }

  /** The largest window seen lately: what the peer's buffer holds. */
  get full(): number {
    return Math.max(this.#largest, this.#largestBefore);
  }

  /** Forget windows seen before the last call, as the buffer may have become smaller. Call it when all has been read. */
  forgetOld(): void {
    this.#largestBefore = this.#largest;
    this.#largest = 0;
  }
}
