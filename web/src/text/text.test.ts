import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Answers } from "./answers.ts";
import { Meter } from "./figures.ts";
import { fitCells, gridFor } from "./fit-cells.ts";
import { controlOf, wordsOf } from "./param-control.ts";
import { spokenRow } from "./plain-text.ts";
import { extended, selectedBlocks, selectedText } from "./selection.ts";
import { SpokenRows } from "./spoken-rows.ts";

function gridOf(...lines: string[]): TextGrid {
  const cols = Math.max(...lines.map((line) => Array.from(line).length));
  const grid = createGrid(cols, lines.length);
  lines.forEach((line, row) =>
    Array.from(line).forEach((glyph, col) => (grid.glyph[row * cols + col] = glyph.codePointAt(0) ?? 0x20)),
  );
  return grid;
}

describe("the size of cells", () => {
  const side = fc.integer({ min: 1, max: 4000 });

  it("lets every grid that has a pixel for each cell fit its room", () => {
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 120 }),
        (w, h, cols, rows) => {
          fc.pre(w >= cols && h >= rows);
          const { width, height } = fitCells({ width: w, height: h }, { cols, rows });
          return width >= 1 && height >= 1 && width * cols <= w && height * rows <= h;
        },
      ),
    );
  });

  it("keeps a cell about twice as high as wide", () => {
    expect(fitCells({ width: 1440, height: 900 }, { cols: 80, rows: 24 })).toEqual({ width: 18, height: 37 });
    expect(fitCells({ width: 3000, height: 480 }, { cols: 80, rows: 24 })).toEqual({ width: 10, height: 20 });
    expect(fitCells({ width: 800, height: 4000 }, { cols: 80, rows: 24 })).toEqual({ width: 10, height: 21 });
  });

  it("asks for as many cells as a window has room for, within what the hub gives", () => {
    expect(gridFor({ width: 1440, height: 900 }, 1)).toEqual({ cols: 180, rows: 56 });
    expect(gridFor({ width: 1170, height: 2532 }, 3)).toEqual({ cols: 80, rows: 90 });
    expect(gridFor({ width: 7680, height: 4320 }, 1)).toEqual({ cols: 400, rows: 113 });
    expect(gridFor({ width: 1440, height: 900 }, 1, 16)).toEqual({ cols: 90, rows: 28 });
    expect(gridFor({ width: 100, height: 20 }, 1, 24)).toEqual({ cols: 20, rows: 5 });
  });
});

describe("words", () => {
  it("have blanks where the picture has figures", () => {
    expect(spokenRow(gridOf("│ ██▄ Doors  open ⠿⣿ at 7 ░│"), 0)).toBe("Doors open at 7");
    expect(spokenRow(gridOf("\u{1fb02}\u{1cd05} 漢 字  ✦"), 0)).toBe("漢字 ✦");
    expect(spokenRow(gridOf("████"), 0)).toBe("");
  });

  it("are told when they stay, and those that never stay only now and then", () => {
    const spoken = new SpokenRows();
    const look = (number: number) => spoken.look(gridOf("Still".padEnd(8), `run ${number}`.padEnd(8)));
    expect(look(0)).toEqual(["Still", "run 0"]);
    expect(look(1)).toEqual(["Still", "run 0"]);
    const same = look(2);
    expect(look(3)).toBe(same);
    for (let number = 4; number < 8; number++) look(number);
    expect(look(8)).toEqual(["Still", "run 8"]);
    expect(spoken.look(gridOf("Still".padEnd(8), "stays".padEnd(8)))).toEqual(["Still", "run 8"]);
    expect(spoken.look(gridOf("Still".padEnd(8), "stays".padEnd(8)))).toEqual(["Still", "stays"]);
    expect(spoken.look(gridOf("Smaller"))).toEqual(["Smaller"]);
  });
});

describe("a selection", () => {
  const grid = gridOf("one two  ", "three    ", "four five");

  it("is the same in both directions, and is lines without the blanks at their ends", () => {
    const anchor = { col: 4, row: 0 };
    const head = { col: 3, row: 2 };
    expect(selectedText(grid, { anchor, head })).toBe("two\nthree\nfour");
    expect(selectedText(grid, { anchor: head, head: anchor })).toBe("two\nthree\nfour");
    expect(selectedText(grid, { anchor, head: anchor })).toBe("t");
  });

  it("covers its cells in at most three rectangles", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(5), fc.nat(8), fc.nat(5), (a, b, c, d) => {
        const blocks = selectedBlocks({ anchor: { col: a, row: b }, head: { col: c, row: d } }, 9);
        const [first, last] = [b * 9 + a, d * 9 + c].sort((x, y) => x - y);
        const covered = blocks.flatMap(({ left, top, right, bottom }) =>
          Array.from({ length: (right - left) * (bottom - top) }, (_, i) => {
            const row = top + Math.floor(i / (right - left));
            return row * 9 + left + (i % (right - left));
          }),
        );
        expect(blocks.length).toBeLessThanOrEqual(3);
        expect(covered).toEqual(Array.from({ length: (last ?? 0) - (first ?? 0) + 1 }, (_, i) => (first ?? 0) + i));
      }),
    );
  });

  it("begins at the first cell and follows the arrows to the edges", () => {
    let selection = extended(undefined, "ArrowRight", grid);
    expect(selection).toEqual({ anchor: { col: 0, row: 0 }, head: { col: 0, row: 0 } });
    selection = extended(selection, "ArrowRight", grid);
    selection = extended(selection, "ArrowDown", grid);
    expect(selection?.head).toEqual({ col: 1, row: 1 });
    expect(extended(selection, "Enter", grid)).toBeUndefined();
    for (let i = 0; i < 5; i++) selection = extended(selection, "ArrowUp", grid);
    expect(selection?.head).toEqual({ col: 1, row: 0 });
    expect(selectedText(grid, selection ?? { anchor: { col: 0, row: 0 }, head: { col: 0, row: 0 } })).toBe("on");
  });

  it("takes a wide glyph for its two cells", () => {
    const wide = gridOf("漢 字 x");
    expect(selectedText(wide, { anchor: { col: 0, row: 0 }, head: { col: 4, row: 0 } })).toBe("漢字x");
  });
});

describe("answers", () => {
  it("give a complaint to the command that it came after", () => {
    const answers = new Answers();
    const got: Record<string, string | undefined> = {};
    const first = answers.ask(0, (problem) => (got["first"] = problem ?? "fine"));
    const second = answers.ask(1, (problem) => (got["second"] = problem ?? "fine"));
    const third = answers.ask(2, (problem) => (got["third"] = problem ?? "fine"));
    answers.pong(first, 10);
    answers.complaint("too large");
    answers.pong(second, 12);
    answers.pong(third, 12);
    expect(got).toEqual({ first: "fine", second: "too large", third: "fine" });
  });

  it("measure the way there and back, ignore pongs that nobody asked for, and end with the connection", () => {
    const answers = new Answers();
    expect(answers.pong(answers.ask(100), 130)).toBe(30);
    expect(answers.pong(99, 130)).toBeUndefined();
    let got: string | undefined;
    answers.ask(0, (problem) => (got = problem));
    answers.end("gone");
    expect(got).toBe("gone");
  });
});

describe("figures", () => {
  it("count the frames and bytes of the last second", () => {
    const meter = new Meter();
    for (let at = 0; at <= 2000; at += 100) {
      meter.received(50, at);
      meter.arrived(at);
      meter.drawn({ cols: 80, rows: 24 }, 1.5, at);
    }
    expect(meter.figures(2050)).toEqual({
      fps: 10,
      bytesPerSecond: 500,
      roundTripMs: undefined,
      quietMs: 50,
      drawMs: 1.5,
      cols: 80,
      rows: 24,
    });
    expect(meter.figures(5000)).toMatchObject({ fps: 0, bytesPerSecond: 0, quietMs: 3000 });
  });
});

describe("parameters without a control", () => {
  it("are set by the kind of their value", () => {
    expect(controlOf(true, undefined)).toEqual({ type: "boolean" });
    expect(controlOf("#40a0ff", undefined)).toEqual({ type: "color" });
    expect(controlOf("words", undefined)).toMatchObject({ type: "text" });
    expect(controlOf(3, undefined)).toBeUndefined();
  });

  it("are named in words", () => {
    expect(["sunSize", "fall_speed", "top", "labelGround"].map(wordsOf)).toEqual([
      "Sun size",
      "Fall speed",
      "Top",
      "Label ground",
    ]);
  });
});
