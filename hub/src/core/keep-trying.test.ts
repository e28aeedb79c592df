import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import { keepTrying, type AttemptEnd } from "./keep-trying.ts";
import { ManualClock } from "./manual-clock.ts";

it("waits between half and all of a bound that doubles", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, chance) => {
        const bound = Math.min(30_000, 1000 * 2 ** (attempt - 1));
        const wait = backoffMs(attempt, undefined, () => chance);
        expect(wait).toBeGreaterThanOrEqual(bound / 2);
        expect(wait).toBeLessThanOrEqual(bound);
      },
    ),
  );
});

const turn = () => new Promise(setImmediate);

it("waits longer after each failure, and short again after an attempt that worked", async () => {
  const clock = new ManualClock();
  const closing = new AbortController();
  const ends: AttemptEnd[] = [false, false, false, true, false].map((worked) => ({ worked, reason: "gone" }));
  const waits: number[] = [];
  let attempts = 0;
  const done = keepTrying({
    clock,
    signal: closing.signal,
    attempt: () => Promise.resolve(ends[attempts++] ?? { worked: false, reason: "", over: true }),
    waiting: (_, waitMs) => void waits.push(waitMs),
    random: () => 1,
  });
  for (let i = 0; i < ends.length; i++) {
    await turn();
    clock.advance(waits[i] ?? 0);
  }
  await done;
  expect(waits).toEqual([1000, 2000, 4000, 1000, 2000]);
  expect(clock.pending).toBe(0);
});

it("ends at once when it is told to, also while it waits", async () => {
  const clock = new ManualClock();
  const closing = new AbortController();
  const attempt = () => Promise.resolve({ worked: false, reason: "gone" });
  const done = keepTrying({ clock, signal: closing.signal, attempt, waiting: () => undefined });
  await turn();
  closing.abort();
  await done;
  expect(clock.pending).toBe(0);
});
