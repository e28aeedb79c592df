import { Attribute, createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellAtlas, type LetterSource } from "./cell-atlas.ts";
import { CellPainter } from "./cell-painter.ts";
import { readableInk } from "./readable.ts";

/** A letter is half ink on its left column; in bold on all columns. */
const letters: LetterSource = {
  draw: (_glyph, bold, width, height) =>
    Uint8Array.from({ length: width * height }, (_, i) => (bold || i % width === 0 ? 128 : 0)),
};

const [WIDTH, HEIGHT] = [4, 8];

function painterFor({ cols, rows }: TextGrid, readable = false): CellPainter {
  return new CellPainter(new CellAtlas(WIDTH, HEIGHT, letters), cols, rows, readable);
}

/** 0xRRGGBB of a pixel. */
function colourAt(painter: CellPainter, x: number, y: number): number {
  const pixel = painter.pixels[y * painter.width + x] ?? 0;
  expect(pixel >>> 24).toBe(255);
  return ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 0xff);
}

function gridOf(text: string, fg = 0xff8000, bg = 0x0000ff): TextGrid {
  const glyphs = Array.from(text, (glyph) => glyph.codePointAt(0) ?? 0x20);
  const grid = createGrid(glyphs.length, 1, fg, bg);
  grid.glyph.set(glyphs);
  return grid;
}

describe("painting cells", () => {
  it("gives blocks exactly the colours of their cell, to the last pixel", () => {
    const grid = gridOf("▘█ ▄");
    const painter = painterFor(grid);
    painter.paint(grid);
    const inkOf = (x: number, y: number) => (colourAt(painter, x, y) === 0xff8000 ? "#" : ".");
    const picture = Array.from({ length: HEIGHT }, (_, y) =>
      Array.from({ length: 4 * WIDTH }, (__, x) => inkOf(x, y)).join(""),
    );
    expect(picture).toEqual([
      ...Array.from({ length: 4 }, () => "##..####........"),
      ...Array.from({ length: 4 }, () => "....####....####"),
    ]);
  });

  it("mixes letters by coverage, bold ones by those of the bold letter", () => {
    const grid = gridOf("aa", 0xffffff, 0x000000);
    grid.attr[1] = Attribute.bold;
    const painter = painterFor(grid);
    painter.paint(grid);
    expect(colourAt(painter, 0, 0)).toBe(0x808080);
    expect(colourAt(painter, 1, 0)).toBe(0);
    expect(colourAt(painter, WIDTH + 1, 0)).toBe(0x808080);
  });

  it("swaps colours in reverse and underlines across the cell", () => {
    const grid = gridOf("  ");
    grid.attr[0] = Attribute.reverse;
    grid.attr[1] = Attribute.underline;
    const painter = painterFor(grid);
    painter.paint(grid);
    expect(colourAt(painter, 0, 0)).toBe(0xff8000);
    const underlined = Array.from({ length: HEIGHT }, (_, y) => colourAt(painter, 2 * WIDTH - 1, y));
    expect(underlined).toEqual([...Array.from({ length: HEIGHT - 1 }, () => 0x0000ff), 0xff8000]);
  });

  it("lets a wide glyph stand in two cells and takes both back", () => {
    const wide = gridOf("漢 ", 0xffffff, 0);
    const painter = painterFor(wide);
    painter.paint(wide);
    // The left column of a picture two cells wide is in the first cell only.
    expect(colourAt(painter, 0, 0)).toBe(0x808080);
    expect(colourAt(painter, WIDTH, 0)).toBe(0);
    const bold = gridOf("漢 ", 0xffffff, 0);
    bold.attr[0] = Attribute.bold;
    expect(painter.paint(bold)).toEqual([{ left: 0, top: 0, width: 2 * WIDTH, height: HEIGHT }]);
    expect(colourAt(painter, WIDTH, 0)).toBe(0x808080);
    painter.paint(gridOf("a ", 0xffffff, 0));
    expect(colourAt(painter, WIDTH, 0)).toBe(0);
  });

  it("leaves emoji their own colours, in both of their cells, on the ground of each", () => {
    // Red on the left, half of it clear; opaque green on the right.
    const emoji: LetterSource = {
      draw: (_glyph, _bold, width, height) =>
        Uint32Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 0x800000ff : 0xff00ff00)),
    };
    const grid = gridOf("😀 ", 0xffffff, 0);
    grid.bg.set([0x0000ff, 0x400000]);
    for (const readable of [false, true]) {
      const painter = new CellPainter(new CellAtlas(WIDTH, HEIGHT, emoji), 2, 1, readable);
      painter.paint(grid);
      expect(colourAt(painter, 0, 0)).toBe(0x80007e);
      expect(colourAt(painter, WIDTH, HEIGHT - 1)).toBe(0x00ff00);
    }
    const other = gridOf("a ", 0xffffff, 0);
    const painter = new CellPainter(new CellAtlas(WIDTH, HEIGHT, emoji), 2, 1, false);
    painter.paint(grid);
    painter.paint(other);
    expect(colourAt(painter, WIDTH, 0)).toBe(0);
  });

  it("paints only what has changed", () => {
    const before = createGrid(6, 4);
    const painter = painterFor(before);
    expect(painter.paint(before)).toEqual([{ left: 0, top: 0, width: 6 * WIDTH, height: 4 * HEIGHT }]);
    expect(painter.paint(before)).toEqual([]);
    const after = createGrid(6, 4);
    after.bg[1 * 6 + 2] = 0xff0000;
    after.bg[3 * 6 + 4] = 0xff0000;
    expect(painter.paint(after)).toEqual([
      { left: 2 * WIDTH, top: HEIGHT, width: WIDTH, height: HEIGHT },
      { left: 4 * WIDTH, top: 3 * HEIGHT, width: WIDTH, height: HEIGHT },
    ]);
  });

  it("has the same pixels after any changes as when painted at once", () => {
    const glyph = fc.constantFrom(0x20, 0x61, 0x2588, 0x259a, 0x1fb02, 0x6f22, 0x2592);
    const cell = fc.record({ glyph, fg: fc.nat(0xffffff), bg: fc.nat(0xffffff), attr: fc.nat(7) });
    const grids = fc.array(fc.array(cell, { minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(grids, (frames) => {
        const changing = painterFor({ ...createGrid(4, 3) });
        let last = createGrid(4, 3);
        for (const cells of frames) {
          last = createGrid(4, 3);
          cells.forEach((each, i) => {
            last.glyph[i] = each.glyph;
            last.fg[i] = each.fg;
            last.bg[i] = each.bg;
            last.attr[i] = each.attr;
          });
          changing.paint(last);
        }
        const atOnce = painterFor(last);
        atOnce.paint(last);
        return changing.pixels.every((pixel, i) => pixel === atOnce.pixels[i]);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps the right glyphs when more were wanted than it can hold", () => {
    const atlas = new CellAtlas(1, 1, { draw: (glyph) => Uint8Array.of(glyph % 251) });
    for (let glyph = 0x10000; glyph < 0x10000 + 9000; glyph++) {
      const slot = atlas.slotOf(glyph, 0);
      expect(atlas.coverage[slot]).toBe(glyph % 251);
    }
  });
});

describe("readable letters", () => {
  it("are left alone when they differ enough in brightness", () => {
    expect(readableInk(0xffffff, 0x000000)).toBe(0xffffff);
    expect(readableInk(0x00ff00, 0x101010)).toBe(0x00ff00);
  });

  it("are white on dark and black on light grounds otherwise, though their hue differs", () => {
    expect(readableInk(0xff0000, 0x008000)).toBe(0xffffff);
    expect(readableInk(0xffff00, 0xffffff)).toBe(0x000000);
  });

  it("change letters on the canvas, and no blocks", () => {
    const grid = gridOf("a▀", 0x300000, 0x000000);
    const painter = painterFor(grid, true);
    painter.paint(grid);
    expect(colourAt(painter, 0, 0)).toBe(0x808080);
    expect(colourAt(painter, WIDTH, 0)).toBe(0x300000);
  });
});
