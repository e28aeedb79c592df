/** Frames may wait this long in front of the slowest link on the way, so that it is never idle. */
const QUEUE_MS = 75;
/** This many bytes are never worth waiting for. */
const LEAST_BYTES = 1024;
/** Bounds for a peer that is near and fast and stops: frames and bytes under way, whatever the link seems to carry. */
const [MOST_FRAMES, MOST_BYTES] = [64, 8 * 1024 * 1024];
/** The rate is the best of this many round trips. Trips, not time: an outage is no news of the rate. */
const RATE_ROUNDS = 4;
/** So much faster than at the measured rate the queue is taken to shrink, so that a rate that is too low can grow. */
const GAIN = 1.25;
/** The shortest delay is believed for this long, then the link is left to run empty for one frame and shows it anew. */
const DELAY_MS = 10_000;
/** A delay that is so close to the shortest confirms it. */
const [CONFIRMING, CONFIRMING_MS] = [1.1, 5];
/** A peer may gather its acknowledgements for this long. */
const MOST_GATHERED_MS = 500;

/** A frame that goes out. */
export interface Outgoing {
  readonly seq: number;
  readonly bytes: number;
  /** How old its picture was when it went. */
  readonly ageMs: number;
}

interface Sent extends Outgoing {
  readonly atMs: number;
  /** Bytes that had been acknowledged when it went, and since when. */
  readonly delivered: number;
  readonly deliveredAtMs: number;
}

/** What an acknowledgement says. */
export interface Arrival {
  /** From sending the frame to hearing of it. */
  readonly delayMs: number;
  /** How much of that is not the way alone: what it waited, and what the link took beyond the shortest. */
  readonly lateMs: number;
  /** How old the picture was by then. */
  readonly ageMs: number;
}

/**
 * How many frames may be under way to a peer that acknowledges them, so that the link is never idle and no frame waits
 * long: the measured rate × the shortest delay, and a queue that is worth {@link QUEUE_MS}.
 *
 * What waits in front of the slowest link is reckoned: it grows by what is sent, shrinks at the measured rate, and is
 * set right by each acknowledgement, as what is still under way then should be no more than rate × shortest delay. The
 * first frame goes alone. Where more would go through, the queue that is allowed lets the rate grow by
 * `QUEUE_MS / delay` each round trip; a connection in slow start is not taken for a slow one, because only the best
 * rate and the shortest delay count. After BBR (Cardwell et al., "BBR: congestion-based congestion control", 2016), with
 * frames for packets.
 *
 * All times are monotonic ms. Does no I/O and has no timer: ask {@link hasRoom} again when a frame is there to be sent
 * or an acknowledgement has come.
 */
export class AckWindow {
  readonly #sent: Sent[] = [];
  #bytes = 0;
  #delivered = 0;
  #deliveredAtMs = 0;
  /** Reckoned to wait in front of the slowest link at this time, bytes. */
  #queued = 0;
  #queuedAtMs = 0;
  /** Best rate of each of the last round trips, bytes per ms; the last is going on. */
  readonly #rates = [0];
  #roundEnds = 0;
  #rate = 0;
  #shortestMs = Infinity;
  #confirmedAtMs = 0;
  /** True until a frame had to wait: what the link carries is still to be found out. */
  #starting = true;
  /** How far acknowledgements are apart. */
  #apartMs = 0;

  /** Frames that were sent and not acknowledged. */
  get frames(): number {
    return this.#sent.length;
  }

  /** For how long the peer has owed an acknowledgement and given none. */
  silentMs(nowMs: number): number {
    return this.#sent.length === 0 ? 0 : nowMs - Math.max(this.#deliveredAtMs, this.#sent[0]?.atMs ?? 0);
  }

  /** Note that a frame goes out. Its number must not be under way already. */
  sent(frame: Outgoing, nowMs: number): void {
    // Nothing was asked of the link until now.
    if (this.#sent.length === 0) this.#deliveredAtMs = nowMs;
    this.#queued = this.#queuedAt(nowMs) + frame.bytes;
    this.#queuedAtMs = nowMs;
    this.#sent.push({ ...frame, atMs: nowMs, delivered: this.#delivered, deliveredAtMs: this.#deliveredAtMs });
    this.#bytes += frame.bytes;
  }

  /** Whether the peer has this frame; then it has all before it too. Undefined when it is not under way. */
  ack(seq: number, nowMs: number): Arrival | undefined {
    const at = this.#sent.findLastIndex((sent) => sent.seq === seq);
    const newest = this.#sent[at];
    if (!newest) return undefined;
    for (const { bytes } of this.#sent.splice(0, at + 1)) {
      this.#bytes -= bytes;
      this.#delivered += bytes;
    }
    const gapMs = Math.min(MOST_GATHERED_MS, nowMs - this.#deliveredAtMs);
    this.#apartMs = Math.max(gapMs, this.#apartMs * 0.9);
    this.#deliveredAtMs = nowMs;
    const delayMs = nowMs - newest.atMs;
    this.#observeRate(newest, nowMs);
    // Before it went nothing was under way, so that it found an empty link.
    this.#observeDelay(delayMs, newest.deliveredAtMs === newest.atMs, nowMs);
    const lateMs = delayMs - this.#shortestMs;
    this.#starting &&= lateMs <= QUEUE_MS;
    this.#reckonFrom(newest, lateMs, nowMs);
    return { delayMs, lateMs, ageMs: newest.ageMs + delayMs };
  }

  /** Whether another frame may go now. */
  hasRoom(nowMs: number): boolean {
    const oldest = this.#sent[0];
    if (!oldest) return true;
    if (this.#rate === 0 || nowMs - this.#confirmedAtMs > DELAY_MS) return false;
    if (this.#sent.length >= MOST_FRAMES || this.#bytes >= MOST_BYTES) return false;
    // At first the rate may double with each round trip.
    const queueMs = this.#starting ? Math.max(QUEUE_MS, this.#shortestMs) : QUEUE_MS;
    if (this.#queuedAt(nowMs) > Math.max(LEAST_BYTES, this.#rate * queueMs)) return false;
    // Beyond this the peer is late with its acknowledgements, and what the queue is reckoned to be is a guess.
    const patienceMs = queueMs + this.#apartMs + this.#shortestMs;
    if (nowMs - oldest.atMs > patienceMs + this.#shortestMs) return false;
    return this.#bytes <= LEAST_BYTES + this.#rate * patienceMs;
  }

  /** The queue as it must be, when this frame waited this long in it. */
  #reckonFrom({ bytes, atMs }: Sent, lateMs: number, nowMs: number): void {
    this.#queued = this.#rate * lateMs + bytes;
    this.#queuedAtMs = atMs;
    for (const sent of this.#sent) {
      this.#queued = this.#queuedAt(sent.atMs) + sent.bytes;
      this.#queuedAtMs = sent.atMs;
    }
    // A frame that waited shows that the rate is the link's; then the shortest delay holds the frame's own time.
    const own = lateMs > QUEUE_MS / 2 ? bytes : 0;
    const excess = this.#bytes + own - this.#rate * this.#shortestMs;
    this.#queued = Math.min(this.#bytes, Math.max(this.#queuedAt(nowMs), excess));
    this.#queuedAtMs = nowMs;
  }

  #queuedAt(nowMs: number): number {
    return Math.max(0, this.#queued - GAIN * this.#rate * (nowMs - this.#queuedAtMs));
  }

  #observeRate(newest: Sent, nowMs: number): void {
    const rate = (this.#delivered - newest.delivered) / Math.max(1, nowMs - newest.deliveredAtMs);
    if (newest.delivered >= this.#roundEnds) {
      this.#roundEnds = this.#delivered;
      if (this.#rates.push(0) > RATE_ROUNDS) this.#rates.shift();
    }
    const last = this.#rates.length - 1;
    this.#rates[last] = Math.max(this.#rates[last] ?? 0, rate);
    this.#rate = Math.max(...this.#rates);
  }

  #observeDelay(delayMs: number, alone: boolean, nowMs: number): void {
    const expired = nowMs - this.#confirmedAtMs > DELAY_MS;
    if ((expired && alone) || delayMs < this.#shortestMs) this.#shortestMs = Math.max(1, delayMs);
    if (delayMs <= this.#shortestMs * CONFIRMING + CONFIRMING_MS) this.#confirmedAtMs = nowMs;
  }
}
