import { expect, it } from "vitest";
import { Prefetch } from "./prefetch.ts";

/** Loads end when the test says so. */
function open(parallel = 2) {
  const begun: number[] = [];
  const ends = new Map<number, (value: string | undefined) => void>();
  let loaded = 0;
  const prefetch = new Prefetch<string>(
    (count) => {
      begun.push(count);
      return new Promise((resolve) => ends.set(count, resolve));
    },
    parallel,
    () => loaded++,
  );
  const end = async (count: number, broken = false) => {
    ends.get(count)?.(broken ? undefined : `picture ${count}`);
    await new Promise(setImmediate);
  };
  return { prefetch, begun, end, loads: () => loaded };
}

it("loads this many at once, the most urgent first", async () => {
  const { prefetch, begun, end } = open();
  prefetch.want([5, 6, 7, 8]);
  expect(begun).toEqual([5, 6]);
  await end(6);
  expect(begun).toEqual([5, 6, 7]);
  expect(prefetch.depth).toBe(1);
});

it("gives the newest that is due and drops those before it", async () => {
  const { prefetch, end } = open(3);
  prefetch.want([1, 2, 3]);
  for (const count of [1, 2, 3]) await end(count);
  expect(prefetch.takeDue(2)).toEqual({ count: 2, value: "picture 2" });
  expect(prefetch.takeDue(2)).toBeUndefined();
  expect(prefetch.takeFirst()).toEqual({ count: 3, value: "picture 3" });
  expect(prefetch.takeFirst()).toBeUndefined();
});

it("does not load again what was taken", async () => {
  const { prefetch, begun, end } = open();
  prefetch.want([1, 2]);
  await end(1);
  expect(prefetch.takeDue(1)?.count).toBe(1);
  await end(2);
  expect(prefetch.takeFirst()?.count).toBe(2);
  expect(begun).toEqual([1, 2]);
});

it("tries a count that gave nothing once while it is wanted", async () => {
  const { prefetch, begun, end } = open(1);
  prefetch.want([1, 2]);
  await end(1, true);
  prefetch.want([1, 2]);
  expect([prefetch.isEmpty(1), prefetch.isEmpty(2)]).toEqual([true, false]);
  expect(begun).toEqual([1, 2]);
  prefetch.want([2]);
  expect(prefetch.isEmpty(1)).toBe(false);
});

it("forgets what was being loaded when all has changed", async () => {
  const { prefetch, end, loads } = open();
  prefetch.want([1]);
  prefetch.clear();
  await end(1);
  expect([prefetch.depth, loads()]).toEqual([0, 0]);
});
