import type { PeerProgress } from "./peer-progress.ts";

/** A buffer goes in slices worth this much of the peer's time; each tells how the one before it went. */
const SLICE_MS = 250;
/** The last slice, and one that asks a peer that was behind whether it still is, are small. */
const PROBE_MS = 40;
const MIN_PROBE_BYTES = 2048;
/** Linux and Windows acknowledge a lone segment after 40 ms; a peer that is silent for longer is far away. */
const DELAYED_ACK_MS = 50;
/** A peer that has not been asked for this long is asked once more, whatever it seems to have left to read. */
const ASK_AGAIN_MS = 1000;
/** What takes a peer less time, or is smaller, is not worth slicing. */
const WHOLE_MS = 60;
const WHOLE_BYTES = 4096;
/** The next picture may come so early: it takes a tick to be sent. */
const EARLY_MS = 20;
/** Pictures in a row that may be thought to have arrived although the peer did not say that it has read them. */
const MOST_UNSURE = 3;
/** Pictures in a row that the peer must take whole without being behind, until it is trusted again. */
const TRUST_AFTER = 6;

/** Sends buffers to a slow peer at the rate at which its application reads. Moved on by {@link Slices.step}. */
export class Slices {
  readonly #progress: PeerProgress;
  readonly #write: (bytes: Buffer) => void;
  #buffer: Buffer | undefined;
  #at = 0;
  #whole = 0;
  #unsure = 0;

  constructor(progress: PeerProgress, write: (bytes: Buffer) => void) {
    this.#progress = progress;
    this.#write = write;
  }

  /** Send this buffer next. */
  take(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#at = 0;
  }

  /** What of the buffer is not written yet. */
  get rest(): Buffer | undefined {
    return this.#buffer?.subarray(this.#at);
  }

  /** True when the peer has taken several buffers whole and without delay. */
  get trusted(): boolean {
    return this.#whole >= TRUST_AFTER;
  }

  /** Write what may be written now. True when all has been, and has most likely been read. */
  step(nowMs: number): boolean {
    if (this.#progress.feedback === "drained") this.#unsure = 0;
    if (!this.#buffer) return this.#arrived(nowMs);
    if (this.#mayGo(nowMs)) this.#send(this.#buffer, nowMs);
    return false;
  }

  #mayGo(nowMs: number): boolean {
    const { underWay, feedback, minRttMs, pauseMs } = this.#progress;
    if (underWay) return false;
    const sinceMs = this.#progress.sinceWrite(nowMs);
    if (this.#progress.outstanding(nowMs) > this.#worth(minRttMs)) return sinceMs >= ASK_AGAIN_MS;
    return sinceMs >= { drained: 0, pending: DELAYED_ACK_MS, behind: pauseMs }[feedback];
  }

  #send(buffer: Buffer, nowMs: number): void {
    const left = buffer.length - this.#at;
    const length = Math.min(left, Math.ceil(this.#lengthOf(left)));
    this.#whole = length < buffer.length ? 0 : this.#whole + 1;
    this.#progress.wrote(length, nowMs);
    this.#write(buffer.subarray(this.#at, this.#at + length));
    this.#at += length;
    if (this.#at === buffer.length) this.#buffer = undefined;
  }

  #lengthOf(left: number): number {
    const { feedback, minRttMs, peerBuffer = Infinity } = this.#progress;
    const probe = Math.max(MIN_PROBE_BYTES, this.#worth(PROBE_MS));
    if (feedback === "behind" || this.#progress.bytesPerSecond === 0) return probe;
    if (left <= Math.max(WHOLE_BYTES, this.#worth(WHOLE_MS))) return left;
    // More than half of the peer's buffer waits here until the window opens in one jump (RFC 9293, 3.8.6.2.1).
    const slice = Math.min(this.#worth(Math.max(SLICE_MS, minRttMs)), peerBuffer / 2);
    return Math.max(probe, Math.min(left - probe, slice));
  }

  #arrived(nowMs: number): boolean {
    const { underWay, feedback, minRttMs } = this.#progress;
    if (underWay) return false;
    const hasRead = this.#progress.outstanding(nowMs) <= this.#worth(EARLY_MS + minRttMs);
    if (!hasRead && this.#progress.sinceWrite(nowMs) < ASK_AGAIN_MS) return false;
    if (feedback === "behind" || !hasRead) this.#whole = 0;
    // A peer that has stopped looks like one that is a little behind, or late to answer, but only for a while.
    return (feedback === "drained" && hasRead) || ++this.#unsure <= MOST_UNSURE;
  }

  /** Bytes that the peer reads in this time. */
  #worth(ms: number): number {
    return (this.#progress.bytesPerSecond * ms) / 1000;
  }
}
