import { createGrid } from "@lightwell/wire/text/grid.ts";
import { expect, it } from "vitest";
import { ASCII_COVERAGE, FIRST_ASCII, LAST_ASCII, SHAPE_REGIONS } from "#glyph/ascii-coverage.ts";
import { rasterise } from "#glyph/rasterise.ts";
import { FontAtlas } from "./glyph-atlas.ts";

const WIDTH = 10;
const HEIGHT = 20;

async function loaded(text: string): Promise<FontAtlas> {
  const atlas = new FontAtlas({ cellWidth: WIDTH, cellHeight: HEIGHT });
  await atlas.load(Array.from(text, (glyph) => glyph.codePointAt(0) ?? 0));
  return atlas;
}

/** Mean coverage of each row of a glyph. */
function rowsOf(atlas: FontAtlas, glyph: string): number[] {
  const coverage = atlas.coverage(glyph.codePointAt(0) ?? 0) ?? new Uint8Array();
  return Array.from({ length: HEIGHT }, (_, y) =>
    coverage.subarray(y * WIDTH, (y + 1) * WIDTH).reduce((sum, value) => sum + value / WIDTH, 0),
  );
}

/** The last row with ink that shows. */
function footOf(atlas: FontAtlas, glyph: string): number {
  return rowsOf(atlas, glyph).findLastIndex((ink) => ink > 20);
}

it("stands letters on one baseline, and lets tails hang below it", async () => {
  const atlas = await loaded("AHxnagpy_");
  const baseline = footOf(atlas, "H");
  for (const letter of "Axna") expect(footOf(atlas, letter)).toBe(baseline);
  for (const letter of "gpy_") expect(footOf(atlas, letter)).toBeGreaterThan(baseline + 1);
  expect(baseline).toBeGreaterThan(HEIGHT / 2);
  expect(baseline).toBeLessThan(HEIGHT - 1);
});

it("draws each glyph alone in its cell", async () => {
  const atlas = await loaded(" |█W");
  expect(Math.max(...(atlas.coverage(0x20) ?? [255]))).toBe(0);
  // A bar touches neither side; what bleeds over from a neighbour would.
  const bar = atlas.coverage(0x7c) ?? new Uint8Array();
  for (let y = 0; y < HEIGHT; y++) {
    expect(bar[y * WIDTH]).toBe(0);
    expect(bar[y * WIDTH + WIDTH - 1]).toBe(0);
  }
  expect(Math.max(...bar)).toBeGreaterThan(100);
});

it("draws a glyph the same, alone or among others, also when Pango would take it for markup", async () => {
  const together = await loaded("<&>\"'aé");
  for (const glyph of "<&>\"'aé") {
    const alone = await loaded(glyph);
    expect(alone.coverage(glyph.codePointAt(0) ?? 0)).toEqual(together.coverage(glyph.codePointAt(0) ?? 0));
    expect(rowsOf(alone, glyph).some((ink) => ink > 10)).toBe(true);
  }
});

it("has nothing for controls, marks, surrogates and glyphs that the font lacks, and still draws the rest", async () => {
  const atlas = new FontAtlas({ cellWidth: WIDTH, cellHeight: HEIGHT });
  const absent = [0, 0x0a, 0x1b, 0x301, 0x200d, 0x202e, 0xd800, 0x6f22, 0x110000, 0x1f600];
  await atlas.load([0x41, ...absent, 0x42]);
  for (const codePoint of absent) expect(atlas.coverage(codePoint)).toBeUndefined();
  expect(atlas.coverage(0x41)).toHaveLength(WIDTH * HEIGHT);
  expect(atlas.coverage(0x42)).toHaveLength(WIDTH * HEIGHT);
});

it("knows nothing before it is loaded", () => {
  expect(new FontAtlas({ cellWidth: 8, cellHeight: 16 }).coverage(0x41)).toBeUndefined();
});

it("keeps no more glyphs than its capacity, dropping those not used for the longest", async () => {
  const atlas = new FontAtlas({ cellWidth: WIDTH, cellHeight: HEIGHT, capacity: 3 });
  await atlas.load([0x61, 0x62, 0x63]);
  atlas.coverage(0x61);
  await atlas.load([0x64]);
  expect([0x61, 0x62, 0x63, 0x64].map((codePoint) => atlas.coverage(codePoint) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

it("makes a text grid a picture", async () => {
  const atlas = await loaded("Hi");
  const grid = createGrid(2, 1, 0xff0000, 0x000080);
  grid.glyph.set([0x48, 0x69]);
  const { data, width, height } = rasterise(grid, atlas);
  expect([width, height, data.length]).toEqual([20, 20, 1200]);
  expect([...data.subarray(0, 3)]).toEqual([0, 0, 128]);
  expect(Math.max(...data.filter((_, i) => i % 3 === 0))).toBeGreaterThan(200);
});

it("agrees with the table of ASCII shapes that the glyph renderer chooses letters by", async () => {
  const codePoints = Array.from({ length: LAST_ASCII - FIRST_ASCII + 1 }, (_, i) => FIRST_ASCII + i);
  const atlas = new FontAtlas({ cellWidth: 20, cellHeight: 42 });
  await atlas.load(codePoints);
  const worst = codePoints.map((codePoint) => {
    const coverage = atlas.coverage(codePoint) ?? new Uint8Array();
    const misses = Array.from({ length: SHAPE_REGIONS }, (_, region) => {
      let ink = 0;
      for (let y = 0; y < 14; y++) {
        for (let x = 0; x < 10; x++) ink += coverage[((region >> 1) * 14 + y) * 20 + (region & 1) * 10 + x] ?? 0;
      }
      return Math.abs(ink / 140 - (ASCII_COVERAGE[(codePoint - FIRST_ASCII) * SHAPE_REGIONS + region] ?? 0));
    });
    return Math.max(...misses);
  });
  expect(Math.max(...worst)).toBeLessThan(16);
});
