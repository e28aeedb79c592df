import { expect, it } from "vitest";
import { GLYPH_SETS } from "./glyph-set.ts";

const at = (name: "half" | "quadrant" | "sextant" | "octant" | "braille", ...subCells: number[]) =>
  GLYPH_SETS[name].patterns[subCells.reduce((bits, number) => bits | (1 << (number - 1)), 0)];

it("spells quadrants as Unicode names them", () => {
  expect(at("quadrant", 1)).toBe("▘".codePointAt(0));
  expect(at("quadrant", 2)).toBe("▝".codePointAt(0));
  expect(at("quadrant", 3)).toBe("▖".codePointAt(0));
  expect(at("quadrant", 4)).toBe("▗".codePointAt(0));
  expect(at("quadrant", 2, 3)).toBe("▞".codePointAt(0));
  expect(at("quadrant", 1, 2, 4)).toBe("▜".codePointAt(0));
});

it("spells sextants as Unicode names them, borrowing the halves", () => {
  expect(at("sextant", 1)).toBe(0x1fb00);
  expect(at("sextant", 1, 2, 3)).toBe(0x1fb06);
  expect(at("sextant", 1, 3, 5)).toBe(0x258c);
  expect(at("sextant", 2, 3, 5)).toBe(0x1fb14);
  expect(at("sextant", 2, 4, 6)).toBe(0x2590);
  expect(at("sextant", 2, 3, 4, 5, 6)).toBe(0x1fb3b);
  expect(at("sextant", 1, 2, 3, 4, 5, 6)).toBe(0x2588);
});

it("spells octants as Unicode 16 names them", () => {
  expect(at("octant", 3)).toBe(0x1cd00);
  expect(at("octant", 1, 2, 3)).toBe(0x1cd02);
  expect(at("octant", 5)).toBe(0x1cd09);
  expect(at("octant", 2, 5)).toBe(0x1cd0b);
  expect(at("octant", 2, 3, 4, 5, 6, 7, 8)).toBe(0x1cde5);
});

it("borrows the 26 octants that are encoded elsewhere", () => {
  const elsewhere = [...GLYPH_SETS.octant.patterns].filter((glyph) => glyph < 0x1cd00 || glyph > 0x1cde5);
  expect(elsewhere).toHaveLength(26);
  expect(at("octant", 1)).toBe(0x1cea8);
  expect(at("octant", 2)).toBe(0x1ceab);
  expect(at("octant", 7)).toBe(0x1cea3);
  expect(at("octant", 8)).toBe(0x1cea0);
  expect(at("octant", 3, 5)).toBe(0x1fbe6);
  expect(at("octant", 4, 6)).toBe(0x1fbe7);
  expect(at("octant", 1, 2)).toBe(0x1fb82);
  expect(at("octant", 7, 8)).toBe(0x2582);
  expect(at("octant", 1, 2, 3, 4, 5, 6)).toBe(0x1fb85);
  expect(at("octant", 3, 4, 5, 6, 7, 8)).toBe(0x2586);
  expect(at("octant", 1, 3)).toBe("▘".codePointAt(0));
  expect(at("octant", 1, 3, 6, 8)).toBe("▚".codePointAt(0));
});

it("numbers braille dots by columns and the fourth row last", () => {
  expect(at("braille", 1)).toBe(0x2801);
  expect(at("braille", 2)).toBe(0x2808);
  expect(at("braille", 7)).toBe(0x2840);
  expect(at("braille", 1, 2, 3, 4, 5, 6, 7, 8)).toBe(0x28ff);
});

it.each(["half", "quadrant", "sextant", "octant", "braille"] as const)("has a glyph of its own for each %s", (name) => {
  const { across, down, patterns } = GLYPH_SETS[name];
  expect(patterns).toHaveLength(2 ** (across * down));
  expect(new Set(patterns).size).toBe(patterns.length);
  expect(patterns[0]).toBe(0x20);
});
