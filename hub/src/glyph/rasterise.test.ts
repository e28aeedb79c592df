import { Attribute, createGrid } from "@lightwell/wire/text/grid.ts";
import { expect, it } from "vitest";
import type { GlyphAtlas } from "./glyph-atlas.ts";
import { GLYPH_SETS } from "./glyph-set.ts";
import { rasterise } from "./rasterise.ts";

/** An atlas with one letter: a dot in the upper left corner. */
function atlasOf(cellWidth: number, cellHeight: number): GlyphAtlas {
  const dot = new Uint8Array(cellWidth * cellHeight).fill(255, 0, 1);
  return { cellWidth, cellHeight, coverage: (codePoint) => (codePoint === 0x61 ? dot : undefined) };
}

/** Rows of `#` (all ink), `.` (none) and `+` (some), for glyphs side by side. */
function drawn(text: string, cellWidth: number, cellHeight: number, attr = 0): string[] {
  const glyphs = Array.from(text, (glyph) => glyph.codePointAt(0) ?? 0);
  const grid = createGrid(glyphs.length, 1, 0xffffff, 0);
  grid.glyph.set(glyphs);
  grid.attr.fill(attr);
  const { data, width, height } = rasterise(grid, atlasOf(cellWidth, cellHeight));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const level = data[(y * width + x) * 3] ?? 0;
      return level === 255 ? "#" : level === 0 ? "." : "+";
    }).join(""),
  );
}

it("draws quadrants and halves exactly", () => {
  expect(drawn("▘▞▄", 4, 4)).toEqual(["##....##....", "##....##....", "....##..####", "....##..####"]);
});

it.each(["half", "quadrant", "sextant", "octant"] as const)(
  "fills for each %s the sub-cells of its pattern",
  (name) => {
    const { across, down, patterns } = GLYPH_SETS[name];
    patterns.forEach((glyph, pattern) => {
      const rows = drawn(String.fromCodePoint(glyph), across, down).join("");
      const expected = Array.from({ length: across * down }, (_, i) => (pattern & (1 << i) ? "#" : ".")).join("");
      expect(rows).toBe(expected);
    });
  },
);

it("leaves no gap between two rows of sextants in a cell that three does not divide", () => {
  const sextants = drawn("\u{1fb02}\u{1fb39}", 2, 16);
  expect(sextants.map((row) => row.slice(0, 2)).join("")).toBe(`${"##".repeat(5)}${"..".repeat(11)}`);
  expect(sextants.map((row) => row.slice(2)).join("")).toBe(`${"..".repeat(5)}${"##".repeat(11)}`);
});

it("draws eighths from the side that they are named after", () => {
  expect(drawn("▂▎▔▕", 8, 8)).toEqual([
    "........##......########.......#",
    ...Array.from({ length: 5 }, () => "........##.....................#"),
    "##########.....................#",
    "##########.....................#",
  ]);
});

it("joins box lines of all weights at the middle", () => {
  expect(drawn("─┼━", 8, 8)).toEqual([
    "...........#............",
    "...........#............",
    "...........#............",
    "########################",
    "...........#....########",
    "...........#............",
    "...........#............",
    "...........#............",
  ]);
  expect(drawn("╔╬", 8, 8)).toEqual([
    "..........#.#...",
    "..........#.#...",
    "..#########.####",
    "..#.............",
    "..#.#######.####",
    "..#.#.....#.#...",
    "..#.#.....#.#...",
    "..#.#.....#.#...",
  ]);
  expect(drawn("╟╧", 8, 8)).toEqual([
    "..#.#......#....",
    "..#.#......#....",
    "..#.#...########",
    "..#.####........",
    "..#.#...########",
    "..#.#...........",
    "..#.#...........",
    "..#.#...........",
  ]);
});

it("draws every box-drawing character and block element without a font", () => {
  for (let codePoint = 0x2500; codePoint < 0x25a0; codePoint++) {
    const rows = drawn(String.fromCodePoint(codePoint), 8, 16).join("");
    expect(rows).toMatch(/[#+]/);
    expect(rows).not.toBe(drawn("\u{10ffff}", 8, 16).join(""));
  }
});

it("draws as many braille dots as the pattern has", () => {
  const inkOf = (text: string) => drawn(text, 8, 16).join("").replaceAll(".", "").length;
  const one = inkOf("⠁");
  expect(one).toBeGreaterThan(0);
  expect(inkOf("⣿")).toBe(8 * one);
  expect(drawn("⢀", 8, 16).slice(0, 12).join("")).not.toMatch(/[#+]/);
});

it("takes letters from the atlas, and draws a box for those that it lacks", () => {
  expect(drawn("a b", 5, 5)).toEqual([
    "#..............",
    "...........###.",
    "...........#.#.",
    "...........###.",
    "...............",
  ]);
});

it("swaps colours, underlines and thickens by attribute", () => {
  expect(drawn("a", 3, 3, Attribute.reverse)).toEqual([".##", "###", "###"]);
  expect(drawn("a", 3, 3, Attribute.underline)).toEqual(["#..", "...", "###"]);
  expect(drawn("a", 3, 3, Attribute.bold)).toEqual(["##.", "...", "..."]);
});

it("mixes the colours of a cell by coverage", () => {
  const grid = createGrid(1, 1, 0xff8000, 0x0000ff);
  grid.glyph[0] = 0x2592;
  expect([...rasterise(grid, atlasOf(1, 1)).data]).toEqual([128, 64, 127]);
});
