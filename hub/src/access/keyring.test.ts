import type { Store } from "#contract/services.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { expect, test } from "vitest";
import { Keyring } from "./keyring.ts";

test("however often it is asked for, the store is read four times a second, and never before it was asked", async () => {
  let [reads, readAt] = [0, 0];
  const clock = new ManualClock();
  const store = {
    collection: () => ({
      list() {
        reads++;
        readAt = clock.monotonic();
        return Promise.resolve([]);
      },
    }),
  } as unknown as Store;
  const keyring = new Keyring(store, clock, { configured: undefined, onReduced: () => undefined });
  const done: number[] = [];
  for (let ms = 0; ms < 2000; ms += 10) {
    const askedAt = clock.monotonic();
    void keyring.freshen().then(() => done.push(readAt - askedAt));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(reads).toBeGreaterThanOrEqual(8);
  expect(reads).toBeLessThanOrEqual(10);
  expect(done).toHaveLength(200);
  expect(Math.min(...done)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...done)).toBeLessThanOrEqual(260);
});
