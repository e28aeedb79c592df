import fc from "fast-check";
import { expect, it } from "vitest";
import { placePicture } from "./geometry.ts";
import { GLYPH_SETS, type GlyphSetName } from "./glyph-set.ts";

const source = { width: 1280, height: 720 };
const set = GLYPH_SETS.quadrant;

it("shows a whole 16:9 picture on 160×45 cells of 1:2 without a margin", () => {
  expect(placePicture({ source, cols: 160, rows: 45, set, fit: "fit" })).toEqual({
    cols: 160,
    rows: 45,
    resize: { width: 320, height: 90 },
    crop: { left: 0, top: 0, width: 320, height: 90 },
    cells: { left: 0, top: 0, cols: 160, rows: 45 },
  });
});

it("centres a picture that is narrower than the grid and leaves whole cells blank", () => {
  const { cells, resize } = placePicture({ source: { width: 100, height: 100 }, cols: 80, rows: 24, set, fit: "fit" });
  expect(cells).toEqual({ left: 16, top: 0, cols: 48, rows: 24 });
  expect(resize).toEqual({ width: 96, height: 48 });
});

it("cuts the middle out of a picture that must cover the grid", () => {
  const { cells, resize, crop } = placePicture({
    source: { width: 100, height: 100 },
    cols: 80,
    rows: 24,
    set,
    fit: "cover",
  });
  expect(cells).toEqual({ left: 0, top: 0, cols: 80, rows: 24 });
  expect(resize).toEqual({ width: 160, height: 80 });
  expect(crop).toEqual({ left: 0, top: 16, width: 160, height: 48 });
});

it("takes the shape of the cells into account", () => {
  const square = placePicture({ source, cols: 160, rows: 45, set, fit: "fit", fontRatio: 1 });
  expect(square.cells).toEqual({ left: 40, top: 0, cols: 80, rows: 45 });
});

it("always asks for one pixel per sub-cell, from within the resized picture, inside the grid", () => {
  const side = fc.integer({ min: 1, max: 8000 });
  fc.assert(
    fc.property(
      fc.record({ width: side, height: side }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom(...(Object.keys(GLYPH_SETS) as GlyphSetName[])),
      fc.constantFrom("fit", "cover", "stretch"),
      fc.double({ min: 0.3, max: 1.2, noNaN: true }),
      (size, cols, rows, name, fit, fontRatio) => {
        const { across, down } = GLYPH_SETS[name];
        const { cells, crop, resize } = placePicture({
          source: size,
          cols,
          rows,
          set: GLYPH_SETS[name],
          fit,
          fontRatio,
        });
        expect(crop.width).toBe(cells.cols * across);
        expect(crop.height).toBe(cells.rows * down);
        expect(crop.left).toBeGreaterThanOrEqual(0);
        expect(crop.top).toBeGreaterThanOrEqual(0);
        expect(crop.left + crop.width).toBeLessThanOrEqual(resize.width);
        expect(crop.top + crop.height).toBeLessThanOrEqual(resize.height);
        expect(cells.left + cells.cols).toBeLessThanOrEqual(cols);
        expect(cells.top + cells.rows).toBeLessThanOrEqual(rows);
        expect(Math.min(cells.cols, cells.rows)).toBeGreaterThan(0);
        if (fit === "fit") expect(cells.cols === cols || cells.rows === rows).toBe(true);
      },
    ),
  );
});
