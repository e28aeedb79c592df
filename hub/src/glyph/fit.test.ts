import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fitHalves } from "./fit-half.ts";
import { fitQuadrants } from "./fit-quadrant.ts";
import { fitSplit } from "./fit-split.ts";
import { GLYPH_SETS, type GlyphSet } from "./glyph-set.ts";
import { drawScene } from "./pictures.fixture.ts";

const ONE_CELL = { left: 0, top: 0, cols: 1, rows: 1 };

/** Squared error of a picture of cells against the pixels that it was made from. */
function errorOf(grid: TextGrid, rgb: Uint8Array, { across, down, patterns }: GlyphSet): number {
  let error = 0;
  for (let y = 0, at = 0; y < grid.rows * down; y++) {
    for (let x = 0; x < grid.cols * across; x++) {
      const cell = Math.floor(y / down) * grid.cols + Math.floor(x / across);
      const bit = (y % down) * across + (x % across);
      const lit = (patterns.indexOf(grid.glyph[cell] ?? 0) >> bit) & 1;
      const colour = (lit ? grid.fg[cell] : grid.bg[cell]) ?? 0;
      for (const shift of [16, 8, 0]) error += ((rgb[at++] ?? 0) - ((colour >> shift) & 255)) ** 2;
    }
  }
  return error;
}

/** The least squared error that any two colours can have for one cell. */
function leastError(rgb: Uint8Array, subCells: number): number {
  let least = Infinity;
  for (let pattern = 0; pattern < 1 << (subCells - 1); pattern++) {
    let error = 0;
    for (let channel = 0; channel < 3; channel++) {
      for (const side of [0, 1]) {
        const values = Array.from({ length: subCells }, (_, i) => i)
          .filter((i) => ((pattern >> i) & 1) === side)
          .map((i) => rgb[i * 3 + channel] ?? 0);
        const mean = values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
        error += values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      }
    }
    least = Math.min(least, error);
  }
  return least;
}

it("draws the corners of a tiny picture as the quadrants that they are", () => {
  const [k, w, r] = [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
  ] as const;
  // Four cells side by side: a corner, a half, a diagonal, and three of four.
  const rgb = Uint8Array.from([w, k, r, r, k, w, w, w, k, k, k, k, w, k, w, k].flat());
  const grid = createGrid(4, 1);
  fitQuadrants(rgb, grid, { left: 0, top: 0, cols: 4, rows: 1 });
  expect(String.fromCodePoint(...grid.glyph)).toBe("▘▀▞▛");
  expect([...grid.fg]).toEqual([0xffffff, 0xff0000, 0xffffff, 0xffffff]);
  expect([...grid.bg]).toEqual([0, 0, 0, 0]);
});

it("draws a flat cell as a space on the mean", () => {
  const grid = createGrid(1, 1);
  fitQuadrants(Uint8Array.from([100, 50, 25, 101, 50, 25, 100, 50, 25, 101, 50, 25]), grid, ONE_CELL);
  expect([grid.glyph[0], grid.bg[0]]).toEqual([0x20, 0x653219]);
});

it("finds the best of all partitions for quadrants", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (rgb) => {
      const grid = createGrid(1, 1);
      fitQuadrants(rgb, grid, ONE_CELL);
      // Colours are whole numbers, and a cell may be called flat for a gain of up to three.
      expect(errorOf(grid, rgb, GLYPH_SETS.quadrant)).toBeLessThanOrEqual(leastError(rgb, 4) + 12 * 0.25 + 3);
    }),
    { numRuns: 2000 },
  );
});

it("keeps both pixels of a half-block cell", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (rgb) => {
      const grid = createGrid(1, 1);
      fitHalves(rgb, grid, ONE_CELL);
      expect(errorOf(grid, rgb, GLYPH_SETS.half)).toBe(0);
    }),
  );
});

it.each(["sextant", "octant"] as const)("comes within 0.4 dB of the best possible %ss on a smooth picture", (name) => {
  const set = GLYPH_SETS[name];
  const { across, down } = set;
  const [cols, rows] = [24, 12];
  const rgb = drawScene(cols * across, rows * down);
  const grid = createGrid(cols, rows);
  fitSplit(rgb, grid, { left: 0, top: 0, cols, rows }, set);
  let least = 0;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const cell = Array.from({ length: across * down }, (_, i) => {
        const at = ((row * down + Math.floor(i / across)) * cols * across + col * across + (i % across)) * 3;
        return [...rgb.subarray(at, at + 3)];
      });
      least += leastError(Uint8Array.from(cell.flat()), across * down);
    }
  }
  expect(10 * Math.log10(errorOf(grid, rgb, set) / least)).toBeLessThan(0.4);
});

it("writes only the cells of its region", () => {
  const grid = createGrid(4, 3, 1, 2);
  fitQuadrants(drawScene(4, 2), grid, { left: 1, top: 1, cols: 2, rows: 1 });
  const untouched = [...grid.bg].map((bg, cell) => (bg === 2 ? cell : -1)).filter((cell) => cell >= 0);
  expect(untouched).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 10, 11]);
});
