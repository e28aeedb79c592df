import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffToAnsi, gridToAnsi, gridToAnsiLines, parseAnsiLines, type ColourDepth } from "./ansi.ts";
import { glyphWidth } from "./glyph-width.ts";
import { Attribute, createGrid, DEFAULT_BG, DEFAULT_FG, type TextGrid } from "./grid.ts";
import { XTERM_PALETTE } from "./palette.ts";
import { nearest16, nearest256 } from "./quantise.ts";
import { copyGrid, PAIR_KINDS, sampleGridPair } from "./samples.fixture.ts";

const DEPTHS: readonly ColourDepth[] = ["mono", "16", "256", "24bit"];

/** A terminal just good enough for what this module writes: CUP, CUF, ED 2, and text with SGR through the parser. */
function terminal(cols: number, rows: number): { write(text: string): void; screen(): TextGrid } {
  const screen = createGrid(cols, rows);
  let [x, y] = [0, 0];
  let style = "";
  return {
    write(text) {
      for (const [, jump, sgr, glyph] of text.matchAll(/\x1b\[([\d;]*[HCJ])|(\x1b\[[\d;]*m)|([^])/gu)) {
        if (sgr !== undefined) style = sgr === "\x1b[0m" ? "" : style + sgr;
        else if (jump?.endsWith("H"))
          [y, x] = jump
            .slice(0, -1)
            .split(";")
            .map((v) => Number(v) - 1) as [number, number];
        else if (jump?.endsWith("C")) x += Number(jump.slice(0, -1) || 1);
        else if (jump?.endsWith("J")) screen.glyph.fill(0x20);
        else if (glyph !== undefined) {
          const cell = parseAnsiLines([style + glyph], 1000, 1);
          const width = glyphWidth(glyph.codePointAt(0) ?? 0);
          expect(x + width, "nothing is written beyond the edge").toBeLessThanOrEqual(cols);
          for (let k = 0; k < width; k++, x++) {
            for (const part of ["glyph", "fg", "bg", "attr"] as const) screen[part][y * cols + x] = cell[part][k] ?? 0;
          }
        }
      }
    },
    screen: () => screen,
  };
}

const quantised = (rgb: number, depth: ColourDepth, other: number): number =>
  depth === "24bit"
    ? rgb
    : depth === "256"
      ? (XTERM_PALETTE[nearest256(rgb)] ?? 0)
      : depth === "16"
        ? (XTERM_PALETTE[nearest16(rgb)] ?? 0)
        : other;

/** What somebody in front of a terminal sees of each cell, as text that can be compared. */
function look(grid: TextGrid, depth: ColourDepth, isTerminal: boolean): string[] {
  return Array.from(grid.glyph, (glyph, i) => {
    const attr = (grid.attr[i] ?? 0) & 7;
    const shown = isTerminal ? glyph : shownGlyph(grid, i);
    const bold = shown === 0x20 ? attr & ~Attribute.bold : attr;
    const colour = (rgb: number, other: number): number => (isTerminal ? rgb : quantised(rgb, depth, other));
    const fg = shown === 0x20 && bold === 0 ? 0 : colour(grid.fg[i] ?? 0, DEFAULT_FG);
    const bg = shown === 0x2588 && (attr & Attribute.reverse) === 0 ? 0 : colour(grid.bg[i] ?? 0, DEFAULT_BG);
    return `${shown.toString(16)}/${fg.toString(16)}/${bg.toString(16)}/${bold}`;
  });
}

function shownGlyph(grid: TextGrid, i: number): number {
  const glyph = grid.glyph[i] ?? 0x20;
  const width = glyphWidth(glyph);
  if (width === 1) return glyph;
  const hasRoom = (i % grid.cols) + 1 < grid.cols && grid.glyph[i + 1] === 0x20;
  return width === 0 ? 0x20 : hasRoom ? glyph : 0x3f;
}

/** The space under a wide character takes that character's colours on a terminal. */
function settleWide(grid: TextGrid): TextGrid {
  const settled = copyGrid(grid);
  for (let i = 0; i + 1 < settled.glyph.length; i++) {
    if (glyphWidth(settled.glyph[i] ?? 0) !== 2 || shownGlyph(settled, i) === 0x3f) continue;
    for (const part of ["fg", "bg", "attr"] as const) settled[part][i + 1] = settled[part][i] ?? 0;
  }
  return settled;
}

const pairs = fc.tuple(
  fc.constantFrom(...PAIR_KINDS),
  fc.integer({ min: 1, max: 24 }),
  fc.integer({ min: 1, max: 6 }),
  fc.nat(),
  fc.constantFrom(...DEPTHS),
);

describe("ANSI for a terminal", () => {
  test("shows the grid, and a diff turns one grid into the other, at every depth", () => {
    fc.assert(
      fc.property(pairs, ([kind, cols, rows, seed, depth]) => {
        const pair = sampleGridPair(kind, cols, rows, seed);
        const [base, grid] = [settleWide(pair.base), settleWide(pair.grid)];
        const screen = terminal(cols, rows);
        screen.write(gridToAnsi(base, depth));
        expect(look(screen.screen(), depth, true)).toEqual(look(base, depth, false));
        screen.write(diffToAnsi(grid, base, depth));
        expect(look(screen.screen(), depth, true)).toEqual(look(grid, depth, false));
      }),
      { numRuns: 1500 },
    );
  });

  test("shows a wide character only where it has room, and redraws its row", () => {
    const base = parseAnsiLines(["漢字 ab"], 8, 1);
    const grid = parseAnsiLines(["x漢 ab"], 8, 1);
    const screen = terminal(8, 1);
    screen.write(gridToAnsi(base, "24bit"));
    screen.write(diffToAnsi(grid, base, "24bit"));
    expect(String.fromCodePoint(...screen.screen().glyph)).toBe("x漢  ab  ");
    base.glyph[1] = 0x61;
    expect(gridToAnsi(base, "mono")).toContain("?a");
  });

  test("never lets a control character through", () => {
    const grid = createGrid(6, 1);
    grid.glyph.set([0x1b, 0x07, 0x9b, 0x0a, 0x202e, 0xd800]);
    expect(gridToAnsi(grid, "mono")).toBe("\x1b[0m\x1b[1;1H      \x1b[0m");
  });

  test("says nothing about what looks the same at the depth", () => {
    const base = createGrid(8, 2, 0x800000, 0x000000);
    base.glyph.fill(0x41);
    const grid = copyGrid(base);
    grid.fg.fill(0x810000);
    expect(diffToAnsi(grid, base, "24bit")).not.toBe("");
    expect(diffToAnsi(grid, base, "256")).toBe("");
    expect(diffToAnsi(grid, base, "mono")).toBe("");
  });

  test("changes colours only when they change, and jumps over what did not", () => {
    const base = createGrid(40, 2);
    const grid = copyGrid(base);
    for (const [at, glyph] of [
      [1, 0x41],
      [2, 0x42],
      [30, 0x43],
    ] as const) {
      [grid.glyph[at], grid.fg[at]] = [glyph, 0xff0000];
    }
    expect(diffToAnsi(grid, base, "24bit")).toBe("\x1b[0m\x1b[1;2H\x1b[38;2;255;0;0;48;2;0;0;0mAB\x1b[27CC\x1b[0m");
    expect(diffToAnsi(grid, base, "256")).toContain("\x1b[38;5;196;48;5;16mAB");
    expect(diffToAnsi(grid, base, "16")).toContain("\x1b[91;40mAB");
  });

  test("of another size clears the screen first", () => {
    expect(diffToAnsi(createGrid(3, 1), createGrid(2, 1), "mono")).toBe("\x1b[0m\x1b[2J\x1b[0m\x1b[1;1H   \x1b[0m");
  });
});

describe("lines with ANSI colours", () => {
  test("of a grid give the grid back", () => {
    fc.assert(
      fc.property(pairs, ([kind, cols, rows, seed]) => {
        const grid = settleWide(sampleGridPair(kind, cols, rows, seed).grid);
        const parsed = parseAnsiLines(gridToAnsiLines(grid, "24bit"), cols, rows);
        expect(look(parsed, "24bit", true)).toEqual(look(grid, "24bit", false));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["plain", "ab", { glyph: 0x61, fg: DEFAULT_FG, bg: DEFAULT_BG, attr: 0 }],
    ["system colours", "\x1b[31;42ma", { fg: 0xcd0000, bg: 0x00cd00 }],
    ["bright colours", "\x1b[94;103ma", { fg: 0x5c5cff, bg: 0xffff00 }],
    ["256 colours", "\x1b[38;5;196;48;5;232ma", { fg: 0xff0000, bg: 0x080808 }],
    ["24-bit colours", "\x1b[38;2;1;2;3;48;2;255;254;253ma", { fg: 0x010203, bg: 0xfffefd }],
    ["attributes", "\x1b[1;4;7ma", { attr: 7 }],
    ["attributes off", "\x1b[1;4;7;22;24ma", { attr: 4 }],
    ["default colours", "\x1b[31;41;39;49ma", { fg: DEFAULT_FG, bg: DEFAULT_BG }],
    ["an empty SGR as a reset", "\x1b[31;1m\x1b[ma", { fg: DEFAULT_FG, attr: 0 }],
    ["an empty parameter as a reset", "\x1b[1;;4ma", { attr: 2 }],
    ["codes it does not know", "\x1b[2;3;5;9;53;58;5;1ma", { glyph: 0x61, attr: 0 }],
    ["a colour out of range", "\x1b[38;5;256;1ma", { fg: DEFAULT_FG, attr: 1 }],
    ["a channel out of range", "\x1b[38;2;256;0;0;1ma", { fg: DEFAULT_FG, attr: 1 }],
    ["half a colour", "\x1b[38;2;1ma", { glyph: 0x61, fg: DEFAULT_FG }],
    ["cursor moves", "\x1b[2J\x1b[10;10H\x1b[?25la", { glyph: 0x61 }],
    ["a private SGR-like sequence", "\x1b[>4;1ma", { glyph: 0x61, attr: 0 }],
    ["a title", "\x1b]0;title\x07a", { glyph: 0x61 }],
    ["a hyperlink", "\x1b]8;;http://x/\x1b\\a", { glyph: 0x61 }],
    ["a device string", "\x1bPq#0;2;0;0;0\x1b\\a", { glyph: 0x61 }],
    ["an 8-bit CSI", "\x9b31ma", { glyph: 0x61, fg: 0xcd0000 }],
    ["a charset escape", "\x1b(Ba", { glyph: 0x61 }],
    ["a string cut by another escape", "\x1b]0;t\x1b[31ma", { glyph: 0x61, fg: 0xcd0000 }],
    ["controls", "\x00\x07\x08\r\n\x7f\x85a", { glyph: 0x61 }],
    ["a combining mark that stands alone", "\u0301ab", { glyph: 0x61 }],
    ["a combining mark on a letter", "\u0301a\u0301b", { glyph: 0xe1 }],
    ["a combining mark that joins no letter", "q\u0301b", { glyph: 0x71 }],
  ])("with %s are understood", (_, line, expected) => {
    const grid = parseAnsiLines([line], 4, 1);
    const cell = { glyph: grid.glyph[0], fg: grid.fg[0], bg: grid.bg[0], attr: grid.attr[0] };
    expect(cell).toMatchObject(expected);
  });

  test("keep colours over the ends of lines and cut what is outside", () => {
    const grid = parseAnsiLines(["\x1b[31mabcdef", "g", "h"], 3, 2);
    expect(String.fromCodePoint(...grid.glyph)).toBe("abcg  ");
    expect(grid.fg[3]).toBe(0xcd0000);
  });

  test("expand tabs and give wide characters two cells", () => {
    expect(String.fromCodePoint(...parseAnsiLines(["a\tb"], 10, 1).glyph)).toBe("a       b ");
    expect(String.fromCodePoint(...parseAnsiLines(["漢😀x漢"], 6, 1).glyph)).toBe("漢 😀 x ");
  });

  test("join marks and syllables to the letter before, and never change its width", () => {
    const cells = (line: string) => String.fromCodePoint(...parseAnsiLines([line], 8, 1).glyph).trimEnd();
    expect(cells("e\u0301a\u0308n\u0303!")).toBe("éäñ!");
    expect(cells("\x1b[31me\x1b[32m\u0302\u0301x")).toBe("ếx");
    expect(cells("\u1112\u1161\u11abx")).toBe("한 x");
    expect(cells("か\u3099x")).toBe("が x");
    expect(cells("e\ufe0f\u200d\u0301")).toBe("é");
    expect(cells("漢\u0301 漢 ".repeat(3))).toBe("漢  漢  漢");
    expect(cells("abcdefghi\u0301")).toBe("abcdefgh");
  });

  test("with an unfinished sequence lose only their end", () => {
    for (const end of ["\x1b", "\x1b[", "\x1b[38;2;", "\x1b]0;title", "\x1bP", "\x9b", "\x1b("]) {
      expect(String.fromCodePoint(...parseAnsiLines([`ab${end}`, "c"], 2, 2).glyph)).toBe("abc ");
    }
  });

  test("of any characters give printable cells in time that grows with the line", () => {
    const pieces = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\x1b[", "\x1b]", "\x1b", ";;;;", "38;2;", "m", "\x9c", "\x07"),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const grid = parseAnsiLines([parts.join("")], 40, 1);
        return grid.glyph.every((glyph) => glyphWidth(glyph) > 0) && grid.fg.every((fg) => fg <= 0xffffff);
      }),
      { numRuns: 3000 },
    );
    for (const piece of ["\x1b[", "\x1b]", "\x1b", "\x1b[1", "1;", "\u0301", "\x1b]a\x1b"]) {
      expect(parseAnsiLines([piece.repeat(1_000_000)], 1000, 1).cols).toBe(1000);
    }
  });

  test("need a grid that is possible", () => {
    expect(() => parseAnsiLines([], 0, 5)).toThrow(RangeError);
    expect(() => parseAnsiLines([], 5, 501)).toThrow(RangeError);
  });
});

describe("quantising", () => {
  test("keeps every palette colour", () => {
    for (let index = 0; index < 256; index++) {
      const colour = XTERM_PALETTE[index] ?? 0;
      if (index < 16) expect(XTERM_PALETTE[nearest16(colour)]).toBe(colour);
      else expect(XTERM_PALETTE[nearest256(colour)]).toBe(colour);
    }
  });

  test("finds a colour within one step of six bits of the nearest", () => {
    const distance = (index: number, rgb: number): number =>
      Math.hypot(...[16, 8, 0].map((s) => (((XTERM_PALETTE[index] ?? 0) >> s) & 255) - ((rgb >> s) & 255)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (rgb) => {
        const best = Math.min(...Array.from({ length: 240 }, (_, k) => distance(k + 16, rgb)));
        return distance(nearest256(rgb), rgb) <= best + 8;
      }),
    );
  });
});
