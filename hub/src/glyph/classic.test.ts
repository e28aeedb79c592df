import { expect, it } from "vitest";
import { CLASSIC_DEFAULTS, type ClassicSettings, classicAnsi, renderClassic } from "./classic.ts";

/** One pixel for one cell, without blur, so that only the rules of tone and colour are at work. */
const PLAIN: ClassicSettings = { ...CLASSIC_DEFAULTS, width: 1, height: 1, fontRatio: 1, blurKernel: 1 };

function pixels(width: number, height: number, ...rgb: number[]) {
  return { data: Uint8Array.from(rgb), width, height, channels: 3 } as const;
}

function cellOf(r: number, g: number, b: number, settings: Partial<ClassicSettings> = {}) {
  const { grid, colours } = renderClassic(pixels(1, 1, r, g, b), { ...PLAIN, ...settings });
  return [String.fromCodePoint(grid.glyph[0] ?? 0), colours?.[0]];
}

it("has the original's defaults", () => {
  expect(CLASSIC_DEFAULTS).toMatchObject({
    width: 60,
    height: 40,
    fontRatio: 0.5,
    colour: true,
    blurKernel: 7,
    saturation: 0.9,
    brightness: 1.4,
    gamma: 0.9,
  });
});

it("multiplies S and V, then finds glyph and colour as computed by hand", () => {
  // (200,100,50): V = 200, S = 0.75 → V = 255 (280 held), S = 0.675
  // → r = 255, g = 255·(1 − 0.675·100/150) = 140, b = 255·(1 − 0.675) = 83
  // grey = 0.299·255 + 0.587·140 + 0.114·83 = 168 → 255·(168/255)^(1/0.9) = 160
  // glyph = ⌊95/255 · 9⌋ = 3; colour = 16 + 36·5 + 6·⌊700/255⌋ + ⌊415/255⌋ = 16 + 180 + 12 + 1
  expect(cellOf(200, 100, 50)).toEqual(["*", 209]);
  // Grey has no hue to lose: 100·1.4 = 140 → 131 → ⌊124/255 · 9⌋ = 4; 16 + (36 + 6 + 1)·⌊700/255⌋
  expect(cellOf(100, 100, 100)).toEqual(["+", 102]);
});

it("draws white with the first glyph, black with the last, and black in dark grey", () => {
  expect(cellOf(255, 255, 255)).toEqual(["@", 231]);
  expect(cellOf(0, 0, 0)).toEqual([" ", 235]);
  // 36·1.4 = 50 → 42 → ⌊213/255 · 9⌋ = 7; ⌊250/255⌋ = 0 in every channel.
  expect(cellOf(36, 36, 36)).toEqual([":", 235]);
});

it("takes its glyphs from the configured palette", () => {
  expect(cellOf(0, 0, 0, { palette: "█▒░" })[0]).toBe("░");
  expect(cellOf(255, 255, 255, { palette: "█▒░" })[0]).toBe("█");
});

it("covers the cells and cuts out the middle", () => {
  // 4×1 pixels on 2×1 square cells: the outer ones fall away.
  const { grid } = renderClassic(pixels(4, 1, 9, 9, 9, 255, 255, 255, 0, 0, 0, 9, 9, 9), { ...PLAIN, width: 2 });
  expect(String.fromCodePoint(...grid.glyph)).toBe("@ ");
});

it("counts a cell as half as wide as high", () => {
  // 2×2 pixels on 2×1 cells of 1:2 fit exactly: each cell is the mean of the two pixels above one another.
  const picture = pixels(2, 2, 255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0);
  const { grid } = renderClassic(picture, { ...PLAIN, width: 2, fontRatio: 0.5 });
  expect(String.fromCodePoint(...grid.glyph)).toBe("@ ");
});

it("blurs before it scales", () => {
  const line = Array.from({ length: 27 }, (_, i) => (i >= 12 && i < 15 ? 255 : 0));
  const settings = { ...PLAIN, width: 9, height: 1, fontRatio: 1, brightness: 1, gamma: 1 };
  const sharp = renderClassic(pixels(9, 1, ...line), settings);
  const blurred = renderClassic(pixels(9, 1, ...line), { ...settings, blurKernel: 7 });
  expect(String.fromCodePoint(...sharp.grid.glyph)).toBe("    @    ");
  // Gaussian of 7, sigma 1.4: 0.288, 0.223, 0.104, 0.029 of 255 → 73, 57, 26, 7 → glyphs 6, 6, 8, 8.
  expect(String.fromCodePoint(...blurred.grid.glyph)).toBe(" ..---.. ");
});

it("writes colours on change only, rows joined by CR LF, and a reset at the end", () => {
  const [r, k] = [
    [255, 0, 0],
    [0, 0, 0],
  ] as const;
  const frame = renderClassic(pixels(2, 2, ...r, ...r, ...r, ...k), { ...PLAIN, width: 2, height: 2, saturation: 1 });
  // Red is grey 76 → 66 → ⌊189/255 · 9⌋ = 6.
  expect(classicAnsi(frame)).toBe("\x1b[38;5;196m--\r\n-\x1b[38;5;235m \x1b[0m");
});

it("writes no colours when they are off", () => {
  const frame = renderClassic(pixels(1, 1, 255, 255, 255), { ...PLAIN, colour: false });
  expect(classicAnsi(frame)).toBe("@\x1b[0m");
});

it("draws 60×40 cells of any picture by default", () => {
  const { grid } = renderClassic({ data: new Uint8Array(64 * 48 * 4), width: 64, height: 48, channels: 4 });
  expect([grid.cols, grid.rows, grid.glyph.length]).toEqual([60, 40, 2400]);
});
