import type { Flight } from "./flight.ts";

/** A viewer in this tier gets every so-manieth frame. All meet every 8th, so that deltas have few bases. */
export const STRIDES = [1, 2, 4, 8] as const;
export type Stride = (typeof STRIDES)[number];

/** Frames that may always be under way: one that travels and one that is drawn. */
const LEAST_FRAMES = 2;
/** One hiccup is one step. */
const STEP_MS = 250;
/** A viewer is tried faster after so long without trouble; longer each time that it was too much. */
const FIRST_PATIENCE_MS = 1000;
const MOST_PATIENCE_MS = 30_000;
/** Trouble within this after a faster try means that the try was too much. */
const TRIAL_MS = 5000;

export interface FlightBounds {
  /** Frames under way in the fastest tier. */
  readonly frames: number;
  readonly bytes: number;
}

/**
 * How often one viewer gets a frame, by what it acknowledges. Too much under way: a slower tier, in which fewer frames
 * may be under way; a quiet while: a faster one. Never a keyframe because of it.
 */
export class Pace {
  readonly #bounds: FlightBounds;
  #tier = 0;
  #changedAt = -Infinity;
  #fasterAt = -Infinity;
  #calmSince: number;
  #patienceMs = FIRST_PATIENCE_MS;

  constructor(bounds: FlightBounds, nowMs: number) {
    this.#bounds = bounds;
    this.#calmSince = nowMs;
  }

  get stride(): Stride {
    return STRIDES[this.#tier] ?? 8;
  }

  /** Whether the frame of this index is one of the tier's. */
  meets(index: number): boolean {
    return index % this.stride === 0;
  }

  /** Whether another frame has to wait for an acknowledgement. */
  isFull(flight: Flight): boolean {
    return flight.frames >= this.#mostFrames || (flight.frames > 0 && flight.bytes >= this.#bounds.bytes);
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
  acked(flight: Flight, nowMs: number): void {
    if (flight.frames * 2 > this.#mostFrames || flight.bytes * 2 > this.#bounds.bytes) this.#calmSince = nowMs;
    if (nowMs - this.#calmSince < this.#patienceMs) return;
    if (this.#tier === 0) {
      if (nowMs - this.#fasterAt > MOST_PATIENCE_MS) this.#patienceMs = FIRST_PATIENCE_MS;
      return;
    }
    this.#tier--;
    this.#changedAt = this.#fasterAt = this.#calmSince = nowMs;
  }

  get #mostFrames(): number {
    return Math.max(LEAST_FRAMES, Math.ceil(this.#bounds.frames / this.stride));
  }
}
