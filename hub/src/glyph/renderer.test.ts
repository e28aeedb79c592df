import type { ColourDepth } from "@lightwell/wire/text/ansi.ts";
import { DEFAULT_BG, DEFAULT_FG, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import { expect, it } from "vitest";
import type { Dither } from "./dither.ts";
import { placePicture } from "./geometry.ts";
import { GLYPH_SETS, type GlyphSetName } from "./glyph-set.ts";
import { addNoise, drawScene } from "./pictures.fixture.ts";
import { type GlyphSettings, GlyphRenderer } from "./renderer.ts";

const COLS = 40;
const ROWS = 15;
const SETS = Object.keys(GLYPH_SETS) as GlyphSetName[];
const DEPTHS: ColourDepth[] = ["mono", "16", "256", "24bit"];

function placed(set: GlyphSetName) {
  return placePicture({
    source: { width: 640, height: 480 },
    cols: COLS,
    rows: ROWS,
    set: GLYPH_SETS[set],
    fit: "stretch",
  });
}

/** A picture of as many pixels as there are cells, stretched over them. */
function stretched(renderer: GlyphRenderer, cols: number, rows: number) {
  return placePicture({ source: { width: cols, height: rows }, cols, rows, set: renderer.set, fit: "stretch" });
}

function sceneFor(set: GlyphSetName) {
  const { width, height } = placed(set).crop;
  return drawScene(width, height);
}

function draw(renderer: GlyphRenderer, rgb: Uint8Array): TextGrid {
  const placement = placed(renderer.set.name);
  return renderer.render(
    { data: rgb, width: placement.crop.width, height: placement.crop.height, channels: 3 },
    placement,
  );
}

/** Share of cells that look different. */
function changed(one: TextGrid, other: TextGrid): number {
  const differs = (cell: number) =>
    one.glyph[cell] !== other.glyph[cell] || one.fg[cell] !== other.fg[cell] || one.bg[cell] !== other.bg[cell];
  return [...one.glyph.keys()].filter(differs).length / one.glyph.length;
}

/** Share of cells that ±2 noise changes in a still scene. */
function changedByNoise(settings: GlyphSettings): number {
  const rgb = sceneFor(settings.set ?? "quadrant");
  const renderer = new GlyphRenderer(settings);
  const before = draw(renderer, rgb);
  return changed(before, draw(renderer, addNoise(rgb, 2, 5)));
}

it.each(SETS.flatMap((set) => DEPTHS.map((depth) => [set, depth] as const)))(
  "draws %s at depth %s with glyphs of the set and colours of the depth only",
  (set, depth) => {
    const letters = Uint32Array.from({ length: 95 }, (_, i) => 0x20 + i);
    const repertoire = new Set(GLYPH_SETS[set].patterns.length > 0 ? GLYPH_SETS[set].patterns : letters);
    const palettes = {
      mono: [DEFAULT_FG, DEFAULT_BG],
      "16": [...XTERM_PALETTE.subarray(0, 16)],
      "256": [...XTERM_PALETTE.subarray(16)],
      "24bit": undefined,
    };
    const colours = palettes[depth] && new Set(palettes[depth]);
    for (const dither of ["none", "ordered", "diffusion"] satisfies Dither[]) {
      const grid = draw(new GlyphRenderer({ set, depth, dither }), sceneFor(set));
      expect([...grid.glyph].filter((glyph) => !repertoire.has(glyph))).toEqual([]);
      // A scene of slopes and edges that came out blank would satisfy the line above.
      expect(new Set([...grid.glyph, ...grid.fg, ...grid.bg]).size).toBeGreaterThan(3);
      const shown = [...grid.bg, ...grid.fg.filter((_, cell) => grid.glyph[cell] !== 0x20)];
      if (colours) expect(shown.filter((colour) => !colours.has(colour))).toEqual([]);
    }
  },
);

it("gives each frame a grid of its own", () => {
  const renderer = new GlyphRenderer();
  const first = draw(renderer, sceneFor("quadrant"));
  const copy = { ...first, glyph: first.glyph.slice(), fg: first.fg.slice(), bg: first.bg.slice() };
  draw(renderer, addNoise(sceneFor("quadrant"), 90, 1));
  expect(changed(first, copy)).toBe(0);
});

it.each(SETS)("holds every cell of %s under ±2 noise when told to, and redraws cells that moved", (set) => {
  const free = changedByNoise({ set });
  expect(changedByNoise({ set, hysteresis: 4 })).toBe(0);
  expect(free).toBeGreaterThan(0.2);
  const renderer = new GlyphRenderer({ set, hysteresis: 4 });
  const rgb = sceneFor(set);
  draw(renderer, rgb);
  const moved = rgb.map((value) => 255 - value);
  expect(changed(draw(renderer, moved), draw(new GlyphRenderer({ set }), moved))).toBe(0);
});

it("follows a slow fade although each step is within the tolerance", () => {
  const renderer = new GlyphRenderer({ hysteresis: 4 });
  const flat = (level: number) => new Uint8Array(COLS * ROWS * 12).fill(level);
  let last = draw(renderer, flat(0));
  for (let level = 1; level <= 100; level++) last = draw(renderer, flat(level));
  expect(Math.abs((last.bg[0] ?? 0) - 100 * 0x010101) % 0x010101).toBe(0);
  expect(Math.abs(((last.bg[0] ?? 0) & 255) - 100)).toBeLessThanOrEqual(4);
});

it("forgets what it held on reset", () => {
  const renderer = new GlyphRenderer({ hysteresis: 4 });
  const rgb = sceneFor("quadrant");
  const noisy = addNoise(rgb, 2, 5);
  draw(renderer, rgb);
  renderer.reset();
  expect(changed(draw(renderer, noisy), draw(new GlyphRenderer(), noisy))).toBe(0);
});

it("changes few cells under ±2 noise with ordered dither, and most with error diffusion", () => {
  expect(changedByNoise({ set: "quadrant", depth: "mono", dither: "ordered" })).toBeLessThan(0.08);
  expect(changedByNoise({ set: "ramp", depth: "mono", dither: "ordered" })).toBeLessThan(0.08);
  expect(changedByNoise({ set: "quadrant", depth: "mono", dither: "diffusion" })).toBeGreaterThan(0.3);
});

it("mixes palette colours to the mean of a flat picture", () => {
  for (const depth of ["16", "256"] as const) {
    for (const dither of ["ordered", "diffusion"] as const) {
      const { crop } = placed("half");
      const flat = new Uint8Array(crop.width * crop.height * 3).map((_, i) => [120, 90, 60][i % 3] ?? 0);
      const grid = draw(new GlyphRenderer({ set: "half", depth, dither }), flat);
      for (const [i, shift] of [16, 8, 0].entries()) {
        const levels = [...grid.fg, ...grid.bg].map((colour) => (colour >> shift) & 255);
        const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
        expect(Math.abs(mean - ([120, 90, 60][i] ?? 0))).toBeLessThan(depth === "16" ? 16 : 4);
      }
    }
  }
});

it("leaves the cells around a fitted picture blank", () => {
  const renderer = new GlyphRenderer({ tone: { invert: true } });
  const placement = placePicture({
    source: { width: 10, height: 10 },
    cols: 20,
    rows: 6,
    set: renderer.set,
    fit: "fit",
  });
  const { width, height } = placement.crop;
  const grid = renderer.render({ data: new Uint8Array(width * height * 3), width, height, channels: 3 }, placement);
  const row = [...grid.bg.subarray(0, 20)].map((colour) => (colour === DEFAULT_BG ? "." : "#")).join("");
  expect(row).toBe("....############....");
});

it("lays transparent pixels on black", () => {
  const renderer = new GlyphRenderer({ set: "half" });
  const placement = stretched(renderer, 1, 1);
  const data = Uint8Array.from([255, 255, 255, 0, 255, 100, 0, 128]);
  const grid = renderer.render({ data, width: 1, height: 2, channels: 4 }, placement);
  expect([grid.fg[0], grid.bg[0]]).toEqual([0, 0x803200]);
});

it("applies brightness, contrast, gamma, saturation and inversion", () => {
  const renderOne = (tone: GlyphSettings["tone"], rgb: number[]) => {
    const renderer = new GlyphRenderer({ set: "half", ...(tone ? { tone } : {}) });
    const placement = stretched(renderer, 1, 1);
    return renderer.render({ data: Uint8Array.from([...rgb, ...rgb]), width: 1, height: 2, channels: 3 }, placement)
      .bg[0];
  };
  expect(renderOne({ brightness: 2 }, [10, 100, 200])).toBe(0x14c8ff);
  expect(renderOne({ contrast: 2 }, [0, 102, 255])).toBe(0x004dff);
  expect(renderOne({ gamma: 2 }, [0, 64, 255])).toBe(0x0080ff);
  expect(renderOne({ saturation: 0 }, [255, 0, 0])).toBe(0x4c4c4c);
  expect(renderOne({ invert: true }, [0, 1, 255])).toBe(0xfffe00);
});

it("draws a ramp of the user's own, lightest first", () => {
  const grid = (depth: ColourDepth) => {
    const renderer = new GlyphRenderer({ set: "ramp", ramp: " ·●", depth, dither: "none" });
    const placement = stretched(renderer, 3, 1);
    const data = Uint8Array.from([0, 0, 0, 120, 120, 120, 255, 0, 0]);
    return renderer.render({ data, width: 3, height: 1, channels: 3 }, placement);
  };
  expect(String.fromCodePoint(...grid("mono").glyph)).toBe(" ··");
  expect(String.fromCodePoint(...grid("24bit").glyph)).toBe(" ·●");
  // A middle dot is half of full tone, so it is as bright as twice the pixel.
  expect([...grid("24bit").fg].slice(1)).toEqual([0xf0f0f0, 0xff0000]);
  expect(() => new GlyphRenderer({ set: "ramp", ramp: "#" })).toThrow("at least two characters");
});

it("finds letters that follow the light", () => {
  const letter = (...lit: number[]) => {
    const renderer = new GlyphRenderer({ set: "ascii" });
    const placement = stretched(renderer, 1, 1);
    const data = Uint8Array.from(lit.flatMap((tone) => [tone, tone, tone]));
    return String.fromCodePoint(renderer.render({ data, width: 2, height: 3, channels: 3 }, placement).glyph[0] ?? 0);
  };
  expect(letter(0, 0, 0, 0, 0, 0)).toBe(" ");
  expect(letter(0, 0, 0, 0, 120, 120)).toMatch(/[.,_]/);
  expect(letter(140, 140, 0, 0, 0, 0)).toMatch(/['"^`]/);
  expect(letter(0, 120, 120, 120, 120, 0)).toBe("/");
  expect(letter(255, 255, 255, 255, 255, 255)).toMatch(/[@MBNQW#8]/);
});

it("refuses pixels of another size than the placement asks for", () => {
  const placement = placed("quadrant");
  const pixels = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 } as const;
  expect(() => new GlyphRenderer().render(pixels, placement)).toThrow("its placement wants 80×30 pixels");
});
