import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { LeftOut, type Errand } from "#core/errand.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { SharedWork } from "./shared-work.ts";
import { WorkBudget } from "./work-budget.ts";

const COST = { bytes: 1, ms: 1 };

function open() {
  const budget = new WorkBudget(new ManualClock(), { quick: 1, slow: 1, slowBytes: 1e6 });
  const clients: string[][] = [];
  let runs = 0;
  const shared = new SharedWork((errand) =>
    budget.do(errand, COST, async () => {
      clients.push([...errand.clients()]);
      return ++runs;
    }),
  );
  let free = () => undefined as void;
  /** Keeps everything waiting until `free` is called. */
  const hold = () => void budget.do(someone("other").errand, COST, () => new Promise<void>((end) => (free = end)));
  return { shared, clients, hold, free: () => free() };
}

function someone(name: string): { readonly errand: Errand; readonly leave: () => void } {
  const controller = new AbortController();
  return {
    errand: { of: {}, clients: () => [name], signal: controller.signal },
    leave: () => controller.abort(),
  };
}

describe("work that several want", () => {
  it("is done once, on the account of all who want it when it begins", async () => {
    const { shared, clients, hold, free } = open();
    hold();
    const [ann, ben, eve] = [someone("ann"), someone("ben"), someone("eve")];
    const results = [ann, ben].map(({ errand }) => shared.ask(errand));
    const left = shared.ask(eve.errand);
    eve.leave();
    free();
    expect(await Promise.all([...results, left])).toEqual([1, 1, 1]);
    expect(clients).toEqual([["ann", "ben"]]);
    expect(await shared.ask(someone("late").errand)).toBe(1);
  });

  it("is left out when nobody wants it any more, and done for whoever asks after that", async () => {
    const { shared, hold, free } = open();
    hold();
    const ann = someone("ann");
    const left = shared.ask(ann.errand);
    ann.leave();
    const asked = shared.ask(someone("ben").errand);
    free();
    await expect(left).rejects.toThrow(LeftOut);
    expect(await asked).toBe(1);
    await expect(shared.ask(ann.errand)).rejects.toThrow(LeftOut);
  });

  it("is not undone by those who leave after it was done", async () => {
    const { shared } = open();
    const ann = someone("ann");
    expect(await shared.ask(ann.errand)).toBe(1);
    await setImmediate();
    ann.leave();
    expect(await shared.ask(someone("ben").errand)).toBe(1);
  });
});
