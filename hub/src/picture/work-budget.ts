import type { Clock } from "#core/clock.ts";
import { LeftOut, type Errand } from "#core/errand.ts";
import { Ledger } from "./ledger.ts";
import type { WorkCost } from "./work-cost.ts";

export interface WorkLimits {
  /** Pieces of quick work under way at one time. */
  readonly quick: number;
  /** Pieces of slow work under way at one time, beside the quick ones. */
  readonly slow: number;
  /** Memory of all slow work under way together; one that needs more by itself runs alone. */
  readonly slowBytes: number;
}

/** Beyond either of these work is slow: it must not stand in the way of what others get at once. */
const MOST_QUICK: WorkCost = { bytes: 24_000_000, ms: 80 };

/** Says how many ms a place has to rest before its next piece of work. */
export interface Pace {
  restMs(): number;
}

interface Job {
  readonly errand: Errand;
  readonly cost: WorkCost;
  readonly start: () => Promise<void>;
}

/**
 * Decides which work on pictures is done next: never more at a time than there are places, and always for the client
 * that has been served least lately, so that one who asks for a lot waits for himself. Among the work of one client the
 * errand goes first that has been served least. What nobody wants any more is forgotten while it waits.
 *
 * Quick and slow work have places of their own. Where processor time is short the pace lets a place rest after a piece, so
 * that pages and streams get theirs.
 */
export class WorkBudget {
  readonly #clock: Pick<Clock, "monotonic" | "after">;
  readonly #limits: WorkLimits;
  readonly #ledger = new Ledger();
  readonly #lanes: { readonly quick: Lane; readonly slow: Lane };
  readonly #pace: Pace | undefined;

  constructor(clock: Pick<Clock, "monotonic" | "after">, limits: WorkLimits, pace?: Pace) {
    this.#pace = pace;
    this.#clock = clock;
    this.#limits = limits;
    this.#lanes = { quick: new Lane(limits.quick), slow: new Lane(limits.slow) };
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.#lanes.quick.waiting.size + this.#lanes.slow.waiting.size;
  }

  /**
   * The result of `run`, called when its turn has come.
   *
   * @throws {LeftOut} by rejection, when the errand's signal is aborted before that
   */
  do<T>(errand: Errand, cost: WorkCost, run: () => Promise<T>): Promise<T> {
    const lane = cost.ms > MOST_QUICK.ms || cost.bytes > MOST_QUICK.bytes ? this.#lanes.slow : this.#lanes.quick;
    return new Promise((resolve, reject) => {
      const { signal } = errand;
      const leave = () => {
        if (lane.waiting.delete(job)) reject(new LeftOut());
      };
      const job: Job = {
        errand,
        cost,
        start() {
          signal?.removeEventListener("abort", leave);
          return run().then(resolve, reject);
        },
      };
      if (signal?.aborted) {
        reject(new LeftOut());
        return;
      }
      signal?.addEventListener("abort", leave, { once: true });
      lane.waiting.add(job);
      this.#fill(lane);
    });
  }

  #fill(lane: Lane): void {
    while (lane.free > 0) {
      const job = this.#ledger.first(lane.waiting);
      if (!job || !this.#affordable(lane, job)) return;
      lane.waiting.delete(job);
      void this.#run(lane, job);
    }
  }

  /** One that does not fit waits, and others behind it too: or those that need little would keep it out for ever. */
  #affordable(lane: Lane, { cost }: Job): boolean {
    if (lane === this.#lanes.quick || lane.bytes === 0) return true;
    return lane.bytes + cost.bytes <= this.#limits.slowBytes;
  }

  async #run(lane: Lane, job: Job): Promise<void> {
    lane.free--;
    lane.bytes += job.cost.bytes;
    const charge = this.#ledger.begin(job.errand);
    const began = this.#clock.monotonic();
    await job.start();
    charge(this.#clock.monotonic() - began);
    lane.bytes -= job.cost.bytes;
    const release = () => {
      lane.free++;
      this.#fill(lane);
    };
    const restMs = this.#pace?.restMs() ?? 0;
    if (restMs > 0) this.#clock.after(restMs, release);
    else release();
  }
}

class Lane {
  free: number;
  bytes = 0;
  readonly waiting = new Set<Job>();

  constructor(places: number) {
    this.free = places;
  }
}
