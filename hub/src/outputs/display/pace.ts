import type { Arrival, Flight } from "./flight.ts";

/** A viewer in this tier gets every so-manieth frame. All meet every 8th, so that deltas have few bases. */
const STRIDES = [1, 2, 4, 8] as const;
export type Stride = (typeof STRIDES)[number];
export const SLOWEST: Stride = 8;

/** Frames that may always be under way: one that travels and one that is drawn. */
const LEAST_FRAMES = 2;
/** One hiccup is one step. */
const STEP_MS = 250;
/** A viewer is tried faster after this long without trouble; longer each time that it was too much. */
const FIRST_PATIENCE_MS = 1000;
const MOST_PATIENCE_MS = 30_000;
/** Trouble within this after a faster try means that the try was too much. */
const TRIAL_MS = 5000;
/** Bytes under way: at first, at least, at most. */
const [FIRST_BYTES, LEAST_BYTES, MOST_BYTES] = [128 * 1024, 8 * 1024, 2 * 1024 * 1024];
/** A frame is heard of a quarter of a second and a round trip after it went; later than this it has waited in a queue. */
const LATE_MS = 800;
const PROMPT_MS = 450;
/** What a link that lets frames wait may have under way, in time. */
const QUEUE_MS = 500;

/**
 * How often one viewer gets a frame, by what it acknowledges. Too much under way: a slower tier, in which fewer frames
 * may be under way; a quiet while: a faster one. Never a keyframe because of it.
 *
 * How many bytes may be under way follows the link: less when they arrive late, more when they arrive promptly.
 */
export class Pace {
  readonly #bound: number;
  #bytes = FIRST_BYTES;
  #tier = 0;
  #changedAt = -Infinity;
  #fasterAt = -Infinity;
  #calmSince: number;
  #patienceMs = FIRST_PATIENCE_MS;

  /** @param bound frames under way in the fastest tier */
  constructor(bound: number, nowMs: number) {
    this.#bound = bound;
    this.#calmSince = nowMs;
  }

  get stride(): Stride {
    return STRIDES[this.#tier] ?? SLOWEST;
  }

  /** Bytes that may be under way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the frame of this index is one of the tier's. */
  meets(index: number): boolean {
    return index % this.stride === 0;
  }

  /** Whether another frame has to wait for an acknowledgement. */
  isFull(flight: Flight): boolean {
    return flight.frames >= this.#frames || (flight.frames > 0 && flight.bytes >= this.#bytes);
  }

  /** A frame of the tier could not go because too much is under way. */
  missed(nowMs: number): void {
    this.#calmSince = nowMs;
    if (nowMs - this.#changedAt < STEP_MS || this.#tier === STRIDES.length - 1) return;
    if (nowMs - this.#fasterAt < TRIAL_MS) this.#patienceMs = Math.min(MOST_PATIENCE_MS, this.#patienceMs * 2);
    this.#tier++;
    this.#changedAt = nowMs;
  }

  /** The viewer acknowledged, and this is still under way. */
  acked(arrival: Arrival, flight: Flight, nowMs: number): void {
    this.#adapt(arrival, flight);
    if (flight.frames * 2 > this.#frames || flight.bytes * 2 > this.#bytes) this.#calmSince = nowMs;
    if (nowMs - this.#calmSince < this.#patienceMs) return;
    if (this.#tier === 0) {
      if (nowMs - this.#fasterAt > MOST_PATIENCE_MS) this.#patienceMs = FIRST_PATIENCE_MS;
      return;
    }
    this.#tier--;
    this.#changedAt = this.#fasterAt = this.#calmSince = nowMs;
  }

  #adapt({ bytes, delayMs, sinceMs }: Arrival, flight: Flight): void {
    if (delayMs > LATE_MS) {
      const worth = (bytes * QUEUE_MS) / Math.max(1, sinceMs);
      this.#bytes = Math.max(LEAST_BYTES, Math.min(this.#bytes, worth));
    } else if (delayMs < PROMPT_MS && (flight.bytes + bytes) * 2 > this.#bytes) {
      this.#bytes = Math.min(MOST_BYTES, this.#bytes * 2);
    }
  }

  get #frames(): number {
    return Math.max(LEAST_FRAMES, Math.ceil(this.#bound / this.stride));
  }
}
