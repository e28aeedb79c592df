import type { ColourDepth } from "@lightwell/wire/text/ansi.ts";

/** One way to draw the same picture, with fewer bytes than the one before. */
export interface Rung {
  readonly name: string;
  readonly depth: ColourDepth;
  /** Levels of 255 within which a cell is left as it is. */
  readonly hysteresis: number;
  /** kB of a frame of the panning 160×45 clip (`npm run bench telnet`): only the proportions count. */
  readonly weight: number;
}

/** ±8 of 255 is hardly seen in motion and halves the bytes. */
const HYSTERESIS = 8;

const RUNGS: readonly Rung[] = [
  { name: "24-bit", depth: "24bit", hysteresis: 0, weight: 249 },
  { name: "24-bit, held", depth: "24bit", hysteresis: HYSTERESIS, weight: 75 },
  { name: "256 colours", depth: "256", hysteresis: 0, weight: 52 },
  { name: "256 colours, held", depth: "256", hysteresis: HYSTERESIS, weight: 26 },
  { name: "16 colours", depth: "16", hysteresis: 0, weight: 12 },
  { name: "16 colours, held", depth: "16", hysteresis: HYSTERESIS, weight: 6.4 },
  { name: "mono", depth: "mono", hysteresis: 0, weight: 2.8 },
];

/** The rungs for a terminal of this depth, the costliest first; a richer terminal leaves out the 16 colours of others. */
export function rungsFor(depth: ColourDepth): readonly Rung[] {
  const own = { "24bit": ["24bit", "256", "mono"], "256": ["256", "mono"], "16": ["16", "mono"], mono: ["mono"] }[
    depth
  ];
  return RUNGS.filter((rung) => own.includes(rung.depth));
}

/** The rung that is exactly this depth. */
export function plainRung(depth: ColourDepth): Rung {
  return RUNGS.find((rung) => rung.depth === depth && rung.hysteresis === 0) as Rung;
}

/** Late frames in a row that make it step down. */
const LATE_FRAMES = 3;
/** What the rung above is expected to take, of the time that a frame has. */
const ROOM = 0.7;
/** For this long the rung above must look affordable. */
const UP_AFTER_MS = 4000;
/** When it does not look so, but all is calm, it is tried anyway after this long; doubled when that fails. */
const TRY_AFTER_MS = 20_000;
const MOST_TRY_AFTER_MS = 160_000;
/** A rung that was climbed and left again within this time was a failure. */
const FAILED_WITHIN_MS = 15_000;
/** Frames whose middle time counts: a busy moment of either machine is not the link, nor are answers that come together. */
const MIDDLE_OF = 8;

/**
 * Chooses how costly a picture a link gets, by how long frames take, so that a slow one keeps its frame rate.
 * It steps down when frames are late in a row, as far as it takes, and up slowly, one rung at a time.
 */
export class ColourLadder {
  readonly #rungs: readonly Rung[];
  #at = 0;
  #lateFrames = 0;
  #leastLateMs = Infinity;
  #recent: number[] = [];
  #fitsSince: number | undefined;
  #calmSince: number | undefined;
  /** When it climbed to where it is; undefined when it came from above. */
  #climbedAt: number | undefined;
  #tryAfterMs = TRY_AFTER_MS;

  /** `rungs`: the costliest first, not empty. */
  constructor(rungs: readonly Rung[]) {
    this.#rungs = rungs;
  }

  get rung(): Rung {
    return this.#rungs[this.#at] as Rung;
  }

  /**
   * A frame has arrived that took this long on top of the bare way there and back, and of what waited before it; `intervalMs` is the time that a
   * frame has. True when the rung is another from now on.
   */
  observe(nowMs: number, tookMs: number, intervalMs: number): boolean {
    if (tookMs > intervalMs) return this.#onLate(nowMs, tookMs, intervalMs);
    this.#lateFrames = 0;
    this.#leastLateMs = Infinity;
    return this.#onCalm(nowMs, tookMs, intervalMs);
  }

  #onLate(nowMs: number, tookMs: number, intervalMs: number): boolean {
    this.#fitsSince = this.#calmSince = undefined;
    this.#leastLateMs = Math.min(this.#leastLateMs, tookMs);
    // One frame that takes as long as many is as clear as many.
    this.#lateFrames += tookMs > 30 * intervalMs ? LATE_FRAMES : tookMs > 4 * intervalMs ? 2 : 1;
    if (this.#lateFrames < LATE_FRAMES || this.#at === this.#rungs.length - 1) return false;
    const affordable = this.#rungs.findIndex(
      (rung, k) => k > this.#at && this.#leastLateMs * (rung.weight / this.rung.weight) <= intervalMs,
    );
    if (this.#climbedAt !== undefined && nowMs - this.#climbedAt < FAILED_WITHIN_MS)
      this.#tryAfterMs = Math.min(this.#tryAfterMs * 2, MOST_TRY_AFTER_MS);
    this.#climbedAt = undefined;
    this.#goTo(affordable < 0 ? this.#rungs.length - 1 : affordable);
    return true;
  }

  #onCalm(nowMs: number, tookMs: number, intervalMs: number): boolean {
    this.#recent.push(tookMs);
    if (this.#recent.length > MIDDLE_OF) this.#recent.shift();
    if (this.#climbedAt !== undefined && nowMs - this.#climbedAt > 2 * FAILED_WITHIN_MS)
      this.#tryAfterMs = TRY_AFTER_MS;
    const above = this.#rungs[this.#at - 1];
    if (!above) return false;
    this.#calmSince ??= nowMs;
    const expectedMs = middleOf(this.#recent) * (above.weight / this.rung.weight);
    if (expectedMs > ROOM * intervalMs) this.#fitsSince = undefined;
    else this.#fitsSince ??= nowMs;
    const fits = this.#fitsSince !== undefined && nowMs - this.#fitsSince >= UP_AFTER_MS;
    // After a failure even what seems to fit waits for its time.
    const waitMs = this.#tryAfterMs > TRY_AFTER_MS || !fits ? this.#tryAfterMs : UP_AFTER_MS;
    if (nowMs - this.#calmSince < waitMs) return false;
    this.#climbedAt = nowMs;
    this.#goTo(this.#at - 1);
    return true;
  }

  #goTo(index: number): void {
    this.#at = index;
    this.#recent = [];
    this.#lateFrames = 0;
    this.#leastLateMs = Infinity;
    this.#fitsSince = this.#calmSince = undefined;
  }
}

function middleOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}
