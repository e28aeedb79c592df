import { HISTORY_SECONDS } from "@lightwell/wire/api/history.ts";
import { expect, it } from "vitest";
import { Series, joined, withGaps } from "./series.ts";

const at = (...seconds: number[]) => seconds.map((second) => ({ time: second * 1000 }));
const secondsOf = (rows: ReadonlyArray<{ readonly time: number }>) => rows.map(({ time }) => time / 1000);

/** A hub that remembers these seconds, and how often it was asked. */
function hub(...remembered: Array<readonly number[] | "away">) {
  let asked = 0;
  const series = new Series(() => {
    const rows = remembered[asked++] ?? [];
    return rows === "away" ? Promise.reject(new Error("away")) : Promise.resolve(at(...rows));
  });
  const hear = async (...seconds: number[]) => {
    for (const sample of at(...seconds)) {
      series.hear(sample);
      // What the hub remembers arrives before the next second.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  return { hear, seen: () => secondsOf(series.points.get()), asked: () => asked, series };
}

it("begins with what the hub remembers, asks once, and goes on with what it tells", async () => {
  const { hear, seen, asked } = hub([1, 2, 3, 4, 5]);
  await hear(5, 6, 7);
  expect([seen(), asked()]).toEqual([[1, 2, 3, 4, 5, 6, 7], 1]);
});

it("fills what a hidden tab missed, from what the hub remembers", async () => {
  const { hear, seen, asked } = hub([1, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  await hear(2, 3, 8, 9);
  expect([seen(), asked()]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], 2]);
});

it("keeps what the hub before a restart told, with the gap between", async () => {
  const { hear, seen } = hub([1, 2, 3], [20, 21]);
  await hear(3, 21, 22);
  expect(seen()).toEqual([1, 2, 3, 20, 21, 22]);
  expect(withGaps(at(3, 20), () => 7)).toEqual([
    [3, 4, 20],
    [7, null, 7],
  ]);
});

it("asks again until the hub answers", async () => {
  const { hear, seen, asked } = hub("away", "away", [1, 2, 3, 4]);
  await hear(2, 3, 4, 5);
  expect([seen(), asked()]).toEqual([[1, 2, 3, 4, 5], 3]);
});

it("takes a sample that it is told twice once, and none when there is none", async () => {
  const { hear, seen, series } = hub([]);
  series.hear(undefined);
  await hear(1, 1, 2);
  expect(seen()).toEqual([1, 2]);
  series.forget();
  expect(seen()).toEqual([]);
});

it("follows the hub's clock when that is set back", () => {
  expect(secondsOf(joined(at(98, 99, 100), at(50)))).toEqual([50]);
});

it("keeps as much as the hub does", () => {
  let series = at(0);
  for (let second = 1; second < HISTORY_SECONDS + 50; second++) series = [...joined(series, at(second))];
  expect(series).toHaveLength(HISTORY_SECONDS);
  expect(joined(series, [])).toBe(series);
});
