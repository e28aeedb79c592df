import type { Cancel, Clock } from "#core/clock.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";

/** Lets grids through at a rate; of those that come too fast the last one goes when its time has come. */
export class FrameGate {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #publish: (grid: TextGrid) => void;
  #due = -Infinity;
  #waiting: TextGrid | undefined;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, maxFps: number, publish: (grid: TextGrid) => void) {
    this.#clock = clock;
    this.#intervalMs = 1000 / maxFps;
    this.#publish = publish;
  }

  /** False when a grid was left out for this one. */
  offer(grid: TextGrid): boolean {
    const now = this.#clock.monotonic();
    if (now >= this.#due) {
      this.#cancelTimer();
      this.#let(grid, now);
      return true;
    }
    const leavesOut = this.#waiting !== undefined;
    this.#waiting = grid;
    this.#cancel ??= this.#clock.after(this.#due - now, () => {
      this.#cancel = undefined;
      if (this.#waiting) this.#let(this.#waiting, this.#clock.monotonic());
    });
    return !leavesOut;
  }

  /** What waits goes now: a producer that leaves after its last frame has shown it. */
  close(): void {
    this.#cancelTimer();
    if (this.#waiting) this.#let(this.#waiting, this.#clock.monotonic());
  }

  #let(grid: TextGrid, now: number): void {
    this.#waiting = undefined;
    // Counting on from when it was due lets a jittery source keep the full rate.
    this.#due = (now - this.#due < this.#intervalMs ? this.#due : now) + this.#intervalMs;
    this.#publish(grid);
  }

  #cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
