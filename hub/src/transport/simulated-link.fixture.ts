import type { PeerReading } from "./peer-probe.ts";
import { PacedFlow } from "./paced-flow.ts";

/** A link between a hub and a viewer, with a kernel at either end. Bytes, bytes per second and ms. */
export interface SimulatedPath {
  /** At a time; 0 while the link is off. */
  readonly rate: (nowMs: number) => number;
  readonly roundTripMs: number;
  /** The peer's receive buffer; 4 MB unless told. */
  readonly bufferBytes?: number;
  /** Bytes per second that the peer's application reads; all there is unless told. */
  readonly reads?: (nowMs: number) => number;
  /** One segment is lost in this many bytes. */
  readonly lossEveryBytes?: number;
}

/** An acknowledgement on its way. */
interface Ack {
  readonly at: number;
  readonly position: number;
  readonly window: number;
}

const STEP_MS = 1;
const SEGMENT = 1448;
const FIRST_WINDOW = 10 * SEGMENT;
/** Of a kernel that fills the queues of the network, as CUBIC does where nothing is dropped. */
const LARGEST_WINDOW = 4_000_000;

/**
 * One TCP connection over a path: slow start, a queue before the bottleneck, acknowledgements that carry the receive
 * window half a round trip later, a halved window and a stall of one round trip after a loss.
 */
export class SimulatedLink {
  readonly #path: SimulatedPath;
  #unsent = 0;
  #sent = 0;
  /** Left the bottleneck, reached the peer, was read, was acknowledged: positions in the stream. */
  #served = 0;
  #received = 0;
  #read = 0;
  #acked = 0;
  #ackAt = 0;
  #window: number;
  #congestionWindow = FIRST_WINDOW;
  #grows = true;
  #stalledUntil = 0;
  #nextLoss: number;
  #credit = 0;
  readonly #arrivals: Array<{ readonly at: number; readonly position: number }> = [];
  readonly #acks: Ack[] = [];

  constructor(path: SimulatedPath) {
    this.#path = path;
    this.#window = this.#buffer;
    this.#nextLoss = path.lossEveryBytes ?? Infinity;
  }

  get written(): number {
    return this.#sent + this.#unsent;
  }

  /** How far the peer's application has read. */
  get read(): number {
    return this.#read;
  }

  write(bytes: number): void {
    this.#unsent += bytes;
  }

  reading(nowMs: number): PeerReading {
    return {
      acked: this.#acked,
      sacked: 0,
      unsent: this.#unsent,
      window: Math.floor(this.#window / 1024) * 1024,
      ackAgeMs: nowMs - this.#ackAt,
      minRttMs: this.#path.roundTripMs,
    };
  }

  /** One step of time, which ends now. */
  step(nowMs: number): void {
    this.#serve(nowMs);
    while (this.#arrivals[0] && this.#arrivals[0].at <= nowMs) this.#received = this.#arrivals.shift()?.position ?? 0;
    const before = this.#read;
    const reads = this.#path.reads?.(nowMs) ?? Infinity;
    this.#read = Math.min(this.#received, this.#read + (reads * STEP_MS) / 1000);
    this.#acknowledge(nowMs, before);
    while (this.#acks[0] && this.#acks[0].at <= nowMs) this.#onAck(this.#acks.shift(), nowMs);
    this.#send(nowMs);
  }

  get #buffer(): number {
    return this.#path.bufferBytes ?? 4_000_000;
  }

  #send(nowMs: number): void {
    if (nowMs < this.#stalledUntil) return;
    const most = Math.min(this.#congestionWindow, this.#window) - (this.#sent - this.#acked);
    const bytes = Math.max(0, Math.min(this.#unsent, most));
    this.#unsent -= bytes;
    this.#sent += bytes;
    this.#grows = this.#unsent > 0;
  }

  #serve(nowMs: number): void {
    const rate = this.#path.rate(nowMs);
    if (this.#served === this.#sent) this.#credit = 0;
    this.#credit = rate === 0 ? 0 : this.#credit + (rate * STEP_MS) / 1000;
    const bytes = Math.min(this.#sent - this.#served, this.#credit);
    // A segment at a time, but for what ends a burst.
    if (bytes < SEGMENT && this.#sent - this.#served > bytes) return;
    if (bytes === 0) return;
    this.#credit -= bytes;
    this.#served += bytes;
    this.#arrivals.push({ at: nowMs + this.#path.roundTripMs / 2, position: this.#served });
  }

  #acknowledge(nowMs: number, readBefore: number): void {
    const told = this.#acks.at(-1)?.position ?? this.#acked;
    const window = this.#buffer - (this.#received - this.#read);
    const lastWindow = this.#acks.at(-1)?.window ?? this.#window;
    // Of its own accord a kernel tells only that a nearly full buffer has twice the room again.
    const opened = window >= 2 * lastWindow && this.#read > readBefore;
    const kept = this.#acks.length === 0 && nowMs - this.#ackAt >= 1000;
    if (this.#received === told && !opened && !kept) return;
    this.#acks.push({ at: nowMs + this.#path.roundTripMs / 2, position: this.#received, window });
  }

  #onAck(ack: Ack | undefined, nowMs: number): void {
    if (!ack) return;
    const bytes = ack.position - this.#acked;
    this.#acked = ack.position;
    this.#window = ack.window;
    this.#ackAt = nowMs;
    if (this.#acked > this.#nextLoss) {
      this.#nextLoss += this.#path.lossEveryBytes ?? Infinity;
      this.#congestionWindow = Math.max(2 * SEGMENT, this.#congestionWindow * 0.7);
      this.#stalledUntil = nowMs + this.#path.roundTripMs;
    } else if (this.#grows) {
      const step = this.#path.lossEveryBytes === undefined ? bytes : (SEGMENT * bytes) / this.#congestionWindow;
      this.#congestionWindow = Math.min(LARGEST_WINDOW, this.#congestionWindow + step);
    }
  }
}

/** What a viewer at the end of a path has seen. */
export interface Watched {
  /** Of each picture: when its last byte was read, and how old it was then. */
  readonly pictures: ReadonlyArray<{ readonly at: number; readonly ageMs: number }>;
  readonly flow: PacedFlow;
}

/** Send pictures of a source to a viewer over a path, the latest whenever the flow can take one. */
export function watchOver(
  path: SimulatedPath,
  source: { readonly fps: number; readonly pictureBytes: number; readonly forMs: number; readonly tickMs?: number },
): Watched {
  const link = new SimulatedLink(path);
  const tickMs = source.tickMs ?? 10;
  let now = 0;
  let [captured, sentCapture, idle] = [-1, -1, true];
  const underWay: Array<{ readonly end: number; readonly captured: number }> = [];
  const pictures: Array<{ at: number; ageMs: number }> = [];
  const picture = Buffer.alloc(source.pictureBytes);
  const flow = new PacedFlow(
    {
      write: (bytes) => (link.write(bytes.length), true),
      waiting: false,
      probe: () => link.reading(now),
      pace: () => undefined,
      onSlowReader: () => undefined,
    },
    { ready: () => (idle = true), progress: () => undefined },
    0,
  );
  let taken = 0;
  while (now < source.forMs) {
    now += STEP_MS;
    link.step(now);
    for (; underWay[0] && underWay[0].end <= link.read; underWay.shift())
      pictures.push({ at: now, ageMs: now - underWay[0].captured });
    if (now % Math.round(1000 / source.fps) === 0) captured = now;
    if (now % tickMs === 0) flow.tick(now);
    if (!idle || captured === sentCapture) continue;
    sentCapture = captured;
    taken += source.pictureBytes;
    underWay.push({ end: taken, captured });
    idle = flow.write(picture, () => now);
  }
  return { pictures, flow };
}
