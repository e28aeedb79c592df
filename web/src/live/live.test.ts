import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOff } from "./back-off.ts";
import { NewestTurn } from "./newest-turn.ts";
import { tileRate } from "./tile-rate.ts";
import { wallLayout, type WallLayout } from "./wall-layout.ts";
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

describe("pictures that come faster than they are drawn", () => {
  it("are drawn one at a time, in order, and always the newest at last", async () => {
    const drawn: number[] = [];
    let finish: () => void = () => undefined;
    const turn = new NewestTurn<number>(async (item) => {
      await new Promise<void>((resolve) => (finish = resolve));
      drawn.push(item);
    });
    const next = async () => {
      finish();
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (const item of [1, 2, 3]) turn.take(item);
    await next();
    turn.take(4);
    turn.take(5);
    await next();
    await next();
    turn.take(6);
    await next();
    expect(drawn).toEqual([1, 3, 5, 6]);
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
  const wide = (count: number) => Array.from({ length: count }, () => 16 / 9);
  const roomOf = (width: number, height: number) => ({ width, height, gap: 12, leastHeight: 168 });
  /** Tiles of each row. */
  const rowsOf = ({ tiles }: WallLayout) => [...Map.groupBy(tiles, ({ top }) => top).values()].map((row) => row.length);

  it.each([
    { count: 1, width: 1440, height: 830, rows: [1] },
    { count: 2, width: 1440, height: 830, rows: [2] },
    { count: 4, width: 1440, height: 830, rows: [2, 2] },
    { count: 7, width: 1440, height: 830, rows: [3, 3, 1] },
    { count: 20, width: 3840, height: 2100, rows: [5, 5, 5, 5] },
    { count: 5, width: 366, height: 780, rows: [1, 1, 1, 1, 1] },
    { count: 21, width: 1440, height: 830, rows: [4, 4, 4, 4, 4, 1] },
  ])("shows $count tiles in rows of $rows on $width × $height", ({ count, width, height, rows }) => {
    expect(rowsOf(wallLayout(wide(count), roomOf(width, height)))).toEqual(rows);
  });

  it("gives pictures their own shapes, in rows of one length, in the middle", () => {
    const shapes = [16 / 9, 5 / 3, 16 / 9, 2 / 3, 4 / 3, 1, 2.4];
    const { tiles } = wallLayout(shapes, roomOf(1416, 830));
    tiles.forEach((tile, index) => expect(tile.width / tile.height).toBeCloseTo(shapes[index] ?? 0, 1));
    const rows = [...Map.groupBy(tiles, ({ top }) => top).values()];
    expect(rows.map((row) => row.length)).toEqual([3, 4]);
    for (const row of rows) {
      const [first, last] = [row[0], row.at(-1)];
      const [left, right] = [first?.left ?? 0, 1416 - (last?.left ?? 0) - (last?.width ?? 0)];
      expect(Math.abs(left - right)).toBeLessThanOrEqual(1);
      expect(Math.abs(left - (tiles[0]?.left ?? 0))).toBeLessThanOrEqual(2);
    }
    const heights = tiles.map((tile) => tile.height);
    expect(Math.max(...heights) / Math.min(...heights)).toBeLessThan(1.3);
  });

  it("does not blow up a row that is much shorter than the others", () => {
    const { tiles } = wallLayout(wide(7), roomOf(1440, 830));
    expect(new Set(tiles.map((tile) => tile.height)).size).toBe(1);
  });

  it("puts two tall pictures beside each other on a phone, and lets rows fill its width", () => {
    const { tiles } = wallLayout([16 / 9, 2 / 3, 2 / 3, 16 / 9, 4 / 3, 16 / 9], roomOf(366, 780));
    expect(tiles.map(({ width }) => width)).toEqual([366, 177, 177, 366, 366, 366]);
  });

  it("shows nothing without channels", () => {
    expect(wallLayout([], roomOf(1440, 830))).toEqual({ tiles: [], height: 0 });
  });

  it("keeps tiles in order, apart, within the width, and not lower than asked where there is room for one", () => {
    const shapes = fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { minLength: 1, maxLength: 80 });
    const side = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(shapes, side(5000), side(3000), (all, spareWidth, height) => {
        const width = 420 + spareWidth;
        const layout = wallLayout(all, roomOf(width, height));
        expect(layout.tiles).toHaveLength(all.length);
        layout.tiles.forEach((tile, index) => {
          expect(tile.height).toBeGreaterThanOrEqual(168);
          expect(tile.width).toBeGreaterThanOrEqual(111);
          expect(tile.left).toBeGreaterThanOrEqual(0);
          expect(tile.left + tile.width).toBeLessThanOrEqual(width);
          expect(tile.top + tile.height).toBeLessThanOrEqual(layout.height);
          const next = layout.tiles[index + 1];
          if (!next) return;
          if (next.top === tile.top) expect(next.left).toBe(tile.left + tile.width + 12);
          else expect(next.top).toBe(tile.top + tile.height + 12);
        });
      }),
    );
  });
});
