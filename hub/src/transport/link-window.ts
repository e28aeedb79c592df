import type { PeerReading } from "./peer-probe.ts";

/** What may wait in queues on top of what the round trip holds, ms: a tick, some jitter, and always enough to send. */
const MARGIN_MS = 80;
/** Whatever the rate, this much may be under way: two or three segments. */
const LEAST_BYTES = 4096;
/** Rates are measured over a round trip, and over this long at least: packets of slow links come one by one. */
const SAMPLE_MS = 120;
/** The rate is the best of this many samples: jitter and a single loss are no slower link. */
const SAMPLES = 5;
/** The round trip may hold this many times what it has held: a link that can carry more shows it. */
const GAIN = 1.25;
/** And this many times while its rate has grown by this much in one of the last samples, as in slow start. */
const [GROWING_GAIN, GROWTH, GROWING_SAMPLES] = [1.75, 1.25, 3];
/** This many times as fast as the link carries them the bytes of a buffer leave. */
const PACING_GAIN = 1.5;

/**
 * How much may be under way on a link: what it carries in its shortest round trip, and a little more. A window like
 * that keeps the link busy and the queues before it short (N. Cardwell et al., "BBR: congestion-based congestion
 * control", 2016), whatever the kernel's own congestion control would let wait there.
 *
 * Bytes are *under way* from the write until the peer's kernel has them: those unsent in this machine count.
 * Does no I/O; all times are monotonic ms.
 */
export class LinkWindow {
  /** Bytes per second that the link is known to carry; 0 while nothing is known. */
  bytesPerSecond = 0;
  underWay = 0;
  #minRttMs = 0;
  #unsent = 0;
  readonly #samples: number[] = [];
  #sinceGrowth = 0;
  #fromAt: number;
  #fromArrived = 0;
  /** False once the link could have carried more since the sample began. */
  #full = false;
  /** Of some earlier moment: until when all that was written by then should be acknowledged. */
  #mark: { readonly position: number; readonly dueMs: number } | undefined;

  constructor(nowMs: number) {
    this.#fromAt = nowMs;
  }

  /** Bytes that may be under way when another buffer begins. */
  get bytes(): number {
    return Math.max(LEAST_BYTES, (this.bytesPerSecond * (this.#gain * this.#minRttMs + MARGIN_MS)) / 1000);
  }

  /**
   * Bytes per second at which a buffer should leave: faster than the link, so that a better rate is found out, but not
   * all at once, of which short queues in the network would drop half.
   */
  get pacing(): number {
    return PACING_GAIN * this.bytesPerSecond;
  }

  /** True while so much is under way that another buffer would only wait. */
  get isFull(): boolean {
    return this.underWay > this.bytes;
  }

  /** True when bytes wait: here, or on their way for longer than the round trip. */
  isLate(nowMs: number): boolean {
    return this.#unsent > 0 || nowMs > this.dueMs;
  }

  /** When something that is under way should have arrived; Infinity when nothing is. */
  get dueMs(): number {
    return this.#mark?.dueMs ?? Infinity;
  }

  /** ms until so much has gone that another buffer may begin, if the link goes on as it does. */
  get waitMs(): number {
    return ((this.underWay - this.bytes) * 1000) / Math.max(1, this.bytesPerSecond);
  }

  /** Take in what the kernel says; `written` counts from where its `acked` does. */
  observe({ acked, sacked, unsent, minRttMs }: PeerReading, written: number, nowMs: number): void {
    const arrived = acked + sacked;
    this.underWay = Math.max(unsent, written - arrived);
    this.#unsent = unsent;
    this.#minRttMs = minRttMs;
    if (this.#mark && acked >= this.#mark.position) this.#mark = undefined;
    if (this.underWay > 0) this.#mark ??= { position: written, dueMs: nowMs + minRttMs + MARGIN_MS };
    if (this.underWay < (this.bytesPerSecond * minRttMs) / 1000 || this.underWay === 0) this.#full = false;
    this.#measure(arrived, nowMs);
  }

  get #gain(): number {
    return this.#sinceGrowth < GROWING_SAMPLES ? GROWING_GAIN : GAIN;
  }

  #measure(arrived: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#fromAt;
    if (elapsedMs < Math.max(SAMPLE_MS, this.#minRttMs)) return;
    const rate = ((arrived - this.#fromArrived) * 1000) / elapsedMs;
    const full = this.#full;
    this.#fromAt = nowMs;
    this.#fromArrived = arrived;
    this.#full = true;
    // A link that carries nothing is off; that is not its rate when it comes back.
    if (rate > 0) this.#note(full ? rate : Math.max(rate, this.bytesPerSecond));
  }

  #note(rate: number): void {
    this.#sinceGrowth = rate > GROWTH * this.bytesPerSecond ? 0 : this.#sinceGrowth + 1;
    this.#samples.push(rate);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.bytesPerSecond = Math.max(...this.#samples);
  }
}
