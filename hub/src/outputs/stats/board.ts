import { diffToAnsiBytes, gridToAnsiBytes } from "@lightwell/wire/text/ansi.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Cancel, Clock } from "#core/clock.ts";

const EVERY_MS = 1000;
const DEPTH = "16";

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** One refresh at one size: built once, whoever sees it. */
export interface Refresh {
  /** Counts up by one per refresh. */
  readonly number: number;
  /** The whole screen. */
  readonly whole: Buffer;
  /** What changes a screen that shows the refresh before; empty when nothing does. */
  readonly changes: Buffer;
}

/** Draws the screen once a second for all who watch, at each size that one of them has, and only while one does. */
export class Board {
  readonly #clock: Clock;
  readonly #draw: (size: Size) => TextGrid;
  readonly #watchers = new Set<() => void>();
  #grids = new Map<string, TextGrid>();
  #before = new Map<string, TextGrid>();
  #refreshes = new Map<string, Refresh>();
  #number = 0;
  #stop: Cancel | undefined;

  constructor(clock: Clock, draw: (size: Size) => TextGrid) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** `onRefresh` is called once a second. */
  add(onRefresh: () => void): Cancel {
    this.#watchers.add(onRefresh);
    this.#stop ??= this.#clock.every(EVERY_MS, () => this.#tick());
    return () => {
      this.#watchers.delete(onRefresh);
      if (this.#watchers.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
      this.#turn();
      this.#before.clear();
    };
  }

  /** The screen as it is now, at this size. */
  at(size: Size): Refresh {
    const key = `${size.cols}x${size.rows}`;
    let refresh = this.#refreshes.get(key);
    if (!refresh) {
      const grid = this.#draw(size);
      const before = this.#before.get(key);
      const whole = Buffer.from(gridToAnsiBytes(grid, DEPTH));
      refresh = {
        number: this.#number,
        whole,
        changes: before ? Buffer.from(diffToAnsiBytes(grid, before, DEPTH)) : whole,
      };
      this.#grids.set(key, grid);
      this.#refreshes.set(key, refresh);
    }
    return refresh;
  }

  #tick(): void {
    this.#turn();
    for (const watcher of [...this.#watchers]) watcher();
  }

  #turn(): void {
    this.#number++;
    this.#before = this.#grids;
    this.#grids = new Map();
    this.#refreshes = new Map();
  }
}
