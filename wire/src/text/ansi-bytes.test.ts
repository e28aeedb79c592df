import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  diffToAnsi,
  diffToAnsiBytes,
  gridToAnsi,
  gridToAnsiBytes,
  gridToAnsiTextBytes,
  parseAnsiLines,
  type ColourDepth,
} from "./ansi.ts";
import { createGrid } from "./grid.ts";
import { firstDifference, PAIR_KINDS, sampleGridPair } from "./samples.fixture.ts";

const DEPTHS: readonly ColourDepth[] = ["mono", "16", "256", "24bit"];
const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

const pairs = fc.tuple(
  fc.constantFrom(...PAIR_KINDS),
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 6 }),
  fc.nat(),
  fc.constantFrom(...DEPTHS),
);

/** Glyphs in which the writers could differ: controls, wide ones, half of them at the edge, all lengths of UTF-8. */
const ODD_GLYPHS = [0x20, 0x41, 0x1b, 0xe9, 0x6f22, 0x2588, 0x2580, 0x1f600, 0x1fb00, 0x10ffff, 0xd800, 0x301, 0x3f];

describe("ANSI as bytes", () => {
  test("is what the strings are as UTF-8, whole grids and diffs, at every depth", () => {
    fc.assert(
      fc.property(pairs, ([kind, cols, rows, seed, depth]) => {
        const { base, grid } = sampleGridPair(kind, cols, rows, seed);
        expect(decode(gridToAnsiBytes(grid, depth))).toBe(gridToAnsi(grid, depth));
        expect(decode(diffToAnsiBytes(grid, base, depth))).toBe(diffToAnsi(grid, base, depth));
      }),
      { numRuns: 2000 },
    );
  });

  test("agrees with the strings on wide characters, controls and attributes in any order", () => {
    const cell = fc.tuple(
      fc.constantFrom(...ODD_GLYPHS),
      fc.constantFrom(0, 0xffffff, 0x123456),
      fc.integer({ min: 0, max: 255 }),
    );
    const row = fc.array(cell, { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(row, row, fc.constantFrom(...DEPTHS), (before, after, depth) => {
        const [base, grid] = [before, after].map((cells) => {
          const made = createGrid(12, 2);
          for (const [i, [glyph, colour, attr]] of cells.entries()) {
            [made.glyph[i], made.fg[i], made.bg[i], made.attr[i]] = [glyph, colour, colour ^ 0xff, attr];
          }
          return made;
        }) as [ReturnType<typeof createGrid>, ReturnType<typeof createGrid>];
        expect(decode(gridToAnsiBytes(grid, depth))).toBe(gridToAnsi(grid, depth));
        expect(decode(diffToAnsiBytes(grid, base, depth))).toBe(diffToAnsi(grid, base, depth));
      }),
      { numRuns: 1000 },
    );
  });

  test("has room for the costliest grid there is", () => {
    const grid = createGrid(1000, 3);
    for (let i = 0; i < grid.glyph.length; i++) {
      grid.glyph[i] = 0x1fb00;
      [grid.fg[i], grid.bg[i], grid.attr[i]] = [0xfefefe + (i & 1), 0xfdfdfd - (i & 1), i & 1 ? 7 : 0];
    }
    expect(decode(gridToAnsiBytes(grid, "24bit"))).toBe(gridToAnsi(grid, "24bit"));
    expect(decode(diffToAnsiBytes(grid, createGrid(1000, 3), "24bit"))).toBe(
      diffToAnsi(grid, createGrid(1000, 3), "24bit"),
    );
  });

  test("of another size clears the screen first, as the strings do", () => {
    const [grid, base] = [createGrid(3, 1), createGrid(2, 1)];
    expect(decode(diffToAnsiBytes(grid, base, "mono"))).toBe(diffToAnsi(grid, base, "mono"));
  });

  test("a result stays as it is when the next is written", () => {
    const { base, grid } = sampleGridPair("text", 20, 4, 1);
    const first = gridToAnsiBytes(base, "24bit");
    const kept = decode(first);
    gridToAnsiBytes(grid, "24bit");
    expect(decode(first)).toBe(kept);
  });

  test("as text gives the grid back to whoever reads the lines", () => {
    const { grid } = sampleGridPair("picture", 30, 8, 3);
    const text = decode(gridToAnsiTextBytes(grid, "24bit"));
    expect(text.endsWith("\x1b[0m")).toBe(true);
    expect(firstDifference(parseAnsiLines(text.split("\r\n"), 30, 8), grid)).toBeUndefined();
  });
});
