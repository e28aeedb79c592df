import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { LeftOut, type Errand } from "#core/errand.ts";
import { ManualClock } from "#core/manual-clock.ts";
import type { WorkCost } from "./work-cost.ts";
import { WorkBudget, type WorkLimits } from "./work-budget.ts";

const QUICK: WorkCost = { bytes: 1000, ms: 1 };
const SLOW: WorkCost = { bytes: 50_000_000, ms: 500 };

function open(limits: Partial<WorkLimits> = {}) {
  const clock = new ManualClock();
  const budget = new WorkBudget(clock, { quick: 1, slow: 1, slowBytes: 100_000_000, ...limits });
  return { clock, budget };
}

const errandFor = (...clients: string[]): Errand => ({ of: {}, clients: () => clients });

/** Work that lasts until it is told to end. */
class Work {
  readonly started: string[] = [];
  running = 0;
  most = 0;
  readonly #ends: Array<() => void> = [];

  run(name: string): () => Promise<string> {
    return () => {
      this.started.push(name);
      this.most = Math.max(this.most, ++this.running);
      return new Promise((resolve) => {
        this.#ends.push(() => {
          this.running--;
          resolve(name);
        });
      });
    };
  }

  /** End the oldest piece that is under way, and let the next begin. */
  async end(): Promise<void> {
    this.#ends.shift()?.();
    await setImmediate();
  }
}

/** Clients that each always want more, for this many pieces in turn; how many pieces each got. */
async function compete(
  wants: ReadonlyArray<{ readonly errand: Errand; readonly ms: number; readonly name: string }>,
  totalMs: number,
): Promise<Record<string, number>> {
  const { clock, budget } = open();
  const got: Record<string, number> = {};
  let over = false;
  const goOn = async (want: (typeof wants)[number]): Promise<void> => {
    while (!over) {
      await budget.do(want.errand, QUICK, async () => {
        got[want.name] = (got[want.name] ?? 0) + 1;
        clock.advance(want.ms);
        await setImmediate();
      });
      if (clock.monotonic() >= totalMs) over = true;
    }
  };
  await Promise.all(wants.map(goOn));
  return got;
}

describe("the budget of picture work", () => {
  it("does so much at a time, and gives what came of each piece", async () => {
    const { budget } = open({ quick: 2 });
    const work = new Work();
    const results = ["a", "b", "c", "d"].map((name) => budget.do(errandFor(name), QUICK, work.run(name)));
    expect(work.started).toEqual(["a", "b"]);
    expect(budget.waiting).toBe(2);
    for (let i = 0; i < 4; i++) await work.end();
    expect(await Promise.all(results)).toEqual(["a", "b", "c", "d"]);
    expect([work.most, budget.waiting]).toEqual([2, 0]);
  });

  it("goes on after a piece that failed", async () => {
    const { budget } = open();
    const failed = budget.do(errandFor("a"), QUICK, () => Promise.reject(new Error("broken")));
    await expect(failed).rejects.toThrow("broken");
    expect(await budget.do(errandFor("a"), QUICK, async () => "fine")).toBe("fine");
  });

  it("gives one who asks for little his turn at once, however much another asks for", async () => {
    const { budget, clock } = open();
    const work = new Work();
    for (let i = 0; i < 50; i++) void budget.do(errandFor("greedy"), QUICK, work.run("greedy"));
    clock.advance(5);
    await work.end();
    void budget.do(errandFor("modest"), QUICK, work.run("modest"));
    clock.advance(5);
    await work.end();
    expect(work.started).toEqual(["greedy", "greedy", "modest"]);
  });

  it("gives clients the same time, whatever the number of their errands", async () => {
    const greedy = Array.from({ length: 18 }, () => ({ errand: errandFor("greedy"), ms: 5, name: "greedy" }));
    const got = await compete([...greedy, { errand: errandFor("modest"), ms: 5, name: "modest" }], 5000);
    expect(Math.abs((got["modest"] ?? 0) - (got["greedy"] ?? 0))).toBeLessThan(20);
  });

  it("gives the errands of one client the same time, so that small pictures do not wait for large ones", async () => {
    const large = Array.from({ length: 18 }, () => ({ errand: errandFor("one"), ms: 8, name: "large" }));
    const got = await compete([...large, { errand: errandFor("one"), ms: 1, name: "small" }], 5000);
    expect(got["small"]).toBeGreaterThan(((got["large"] ?? 0) / 18) * 6);
  });

  it("charges long work more than its time, as nobody is served meanwhile", async () => {
    const got = await compete(
      [
        { errand: errandFor("long"), ms: 32, name: "long" },
        { errand: errandFor("short"), ms: 4, name: "short" },
      ],
      8000,
    );
    // Four times the charge for eight times the time.
    expect((got["short"] ?? 0) / (got["long"] ?? 1)).toBeGreaterThan(24);
  });

  it("lets those who share a picture share its cost", async () => {
    const got = await compete(
      [
        { errand: errandFor("a", "b"), ms: 4, name: "shared" },
        { errand: errandFor("c"), ms: 4, name: "alone" },
      ],
      4000,
    );
    expect((got["shared"] ?? 0) / (got["alone"] ?? 1)).toBeGreaterThan(1.8);
  });

  it("lets nobody save up by asking for nothing", async () => {
    const { budget, clock } = open();
    for (let i = 0; i < 100; i++) await budget.do(errandFor("busy"), QUICK, async () => void clock.advance(5));
    const work = new Work();
    void budget.do(errandFor("busy"), QUICK, work.run("busy"));
    for (let i = 0; i < 20; i++) void budget.do(errandFor("newcomer"), QUICK, work.run("newcomer"));
    for (let i = 0; i < 10; i++) void budget.do(errandFor("busy"), QUICK, work.run("busy"));
    for (let i = 0; i < 20; i++) {
      clock.advance(5);
      await work.end();
    }
    expect(work.started.filter((name) => name === "busy").length).toBeGreaterThan(8);
  });

  it("forgets what waits and is no longer wanted, and never begins it", async () => {
    const { budget } = open();
    const work = new Work();
    void budget.do(errandFor("a"), QUICK, work.run("a"));
    const controller = new AbortController();
    const errand = { ...errandFor("b"), signal: controller.signal };
    const dropped = budget.do(errand, QUICK, work.run("b"));
    controller.abort();
    await expect(dropped).rejects.toThrow(LeftOut);
    await expect(budget.do(errand, QUICK, work.run("b"))).rejects.toThrow(LeftOut);
    await work.end();
    expect([work.started, budget.waiting]).toEqual([["a"], 0]);
  });

  it("ends what has begun though it is no longer wanted", async () => {
    const { budget } = open();
    const work = new Work();
    const controller = new AbortController();
    const done = budget.do({ ...errandFor("a"), signal: controller.signal }, QUICK, work.run("a"));
    controller.abort();
    await work.end();
    expect(await done).toBe("a");
  });

  it("does quick work while slow work takes its time", async () => {
    const { budget } = open();
    const work = new Work();
    for (let i = 0; i < 4; i++) void budget.do(errandFor("hostile"), SLOW, work.run("slow"));
    void budget.do(errandFor("a"), QUICK, work.run("quick"));
    expect(work.started).toEqual(["slow", "quick"]);
  });

  it("never has more slow work under way than memory is allowed for, and does one that is larger by itself", async () => {
    const { budget } = open({ slow: 4 });
    const work = new Work();
    for (const bytes of [60e6, 30e6, 30e6, 500e6, 1e6])
      void budget.do(errandFor("a"), { bytes, ms: 500 }, work.run(`${bytes / 1e6} MB`));
    expect(work.started).toEqual(["60 MB", "30 MB"]);
    await work.end();
    expect(work.started).toEqual(["60 MB", "30 MB", "30 MB"]);
    await work.end();
    await work.end();
    expect(work.started.slice(3)).toEqual(["500 MB"]);
    await work.end();
    expect(work.started.slice(4)).toEqual(["1 MB"]);
  });

  it("lets a place rest after a piece of work for as long as the pace wants", async () => {
    let restMs = 30;
    const clock = new ManualClock();
    const limits = { quick: 1, slow: 1, slowBytes: 1e6 };
    const budget = new WorkBudget(clock, limits, { restMs: () => restMs });
    const work = new Work();
    for (const name of ["a", "b", "c"]) void budget.do(errandFor(name), QUICK, work.run(name));
    await work.end();
    clock.advance(29);
    expect(work.started).toEqual(["a"]);
    clock.advance(1);
    expect(work.started).toEqual(["a", "b"]);
    restMs = 0;
    await work.end();
    expect(work.started).toEqual(["a", "b", "c"]);
  });

  it("leaves no timer behind", async () => {
    const { budget, clock } = open();
    await Promise.all([1, 2, 3].map(() => budget.do(errandFor("a"), QUICK, async () => "done")));
    clock.advance(1000);
    expect(clock.pending).toBe(0);
  });
});
