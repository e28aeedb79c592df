import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOff } from "./back-off.ts";
import { tileRate } from "./tile-rate.ts";
import { wallLayout } from "./wall-layout.ts";
import { mergeWants } from "./wishes.ts";

describe("the back-off", () => {
  it("doubles from about half a second to at most ten", () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((attempt) => backOff(attempt, 1))).toEqual([
      500, 1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
  });

  it("is spread, so that not all come at once", () => {
    expect(backOff(5, 0)).toBe(4800);
  });
});

describe("what is asked for", () => {
  it("is one wish per channel, large and fast enough for every place", () => {
    expect(
      mergeWants([
        { name: "a", width: 320, fps: 10 },
        { name: "b", width: 640, fps: 5 },
        { name: "a", width: 160, fps: 30 },
      ]),
    ).toEqual([
      { name: "a", width: 320, fps: 30 },
      { name: "b", width: 640, fps: 5 },
    ]);
  });

  it("is never more than the hub takes", () => {
    const wants = Array.from({ length: 100 }, (_, index) => ({ name: `c${index}`, width: 160, fps: 2 }));
    expect(mergeWants(wants)).toHaveLength(64);
  });

  it("is less per tile when there are many", () => {
    expect([1, 5, 12, 20, 64, 1000].map(tileRate)).toEqual([30, 30, 13, 8, 2, 2]);
  });
});

describe("the wall", () => {
  it.each([
    { count: 1, width: 1440, height: 830, columns: 1 },
    { count: 2, width: 1440, height: 830, columns: 2 },
    { count: 4, width: 1440, height: 830, columns: 2 },
    { count: 20, width: 3840, height: 2100, columns: 5 },
    { count: 12, width: 366, height: 780, columns: 1 },
  ])("shows $count tiles in $columns columns on $width × $height", ({ count, width, height, columns }) => {
    expect(wallLayout(count, width, height, 12, 300).columns).toBe(columns);
  });

  it("never makes tiles wider than the room, and makes no tile narrower than asked where there is room for one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 300, max: 5000 }),
        fc.integer({ min: 1, max: 3000 }),
        (count, width, height) => {
          const { columns, tileWidth } = wallLayout(count, width, height, 12, 300);
          expect(columns * tileWidth + (columns - 1) * 12).toBeLessThanOrEqual(width);
          expect(tileWidth).toBeGreaterThanOrEqual(300);
          expect(columns).toBeLessThanOrEqual(Math.max(1, count));
        },
      ),
    );
  });
});
