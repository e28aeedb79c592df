import { createGrid, type TextGrid } from "./grid.ts";

/** A 31-bit linear congruential generator in [0, 1): tests need the same numbers everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed & 0x7fffffff;
  return () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x80000000;
}

const LETTERS = [0x20, 0x41, 0x62, 0x7e, 0x2500, 0x2580, 0x2596, 0x2800, 0x1fb00, 0x1cd00, 0x10ffff];

/** Kinds of grid pairs that {@link sampleGridPair} makes. */
export const PAIR_KINDS = ["text", "noise", "picture", "scroll", "edit", "same", "pan"] as const;

/** Two grids of one size, the second made from the first or not at all, from a seed. For tests of codecs. */
export function sampleGridPair(
  kind: (typeof PAIR_KINDS)[number],
  cols: number,
  rows: number,
  seed: number,
): { base: TextGrid; grid: TextGrid } {
  const random = seededRandom(seed);
  for (let k = 0; k < 4; k++) random();
  const pick = (limit: number): number => Math.floor(random() * limit);
  const colours = [0, 0xffffff, pick(0x1000000), pick(0x1000000)];
  const fill = (grid: TextGrid, i: number, style: "text" | "noise"): void => {
    grid.glyph[i] = style === "text" ? (LETTERS[pick(LETTERS.length)] ?? 0x20) : pick(0x110000);
    grid.fg[i] = style === "text" ? (colours[pick(4)] ?? 0) : pick(0x1000000);
    grid.bg[i] = style === "text" ? (colours[pick(4)] ?? 0) : pick(0x1000000);
    grid.attr[i] = style === "text" ? (pick(9) === 0 ? pick(8) : 0) : pick(256);
  };
  const filled = (style: "text" | "noise"): TextGrid => {
    const grid = createGrid(cols, rows);
    for (let i = 0; i < grid.glyph.length; i++) fill(grid, i, style);
    return grid;
  };
  if (kind === "noise") return { base: filled("noise"), grid: filled("noise") };
  if (kind === "picture" || kind === "pan") {
    const [dx, dy] = kind === "pan" ? [random() * 6 - 3, random() * 4 - 2] : [40, 30];
    return { base: samplePicture(cols, rows, 0, 0, seed), grid: samplePicture(cols, rows, dx, dy, seed) };
  }
  const base = filled("text");
  if (kind === "text") return { base, grid: filled("text") };
  const grid = copyGrid(base);
  if (kind === "scroll") {
    const [dx, dy] = pick(2) === 0 ? [pick(9) - 4, 0] : [0, pick(9) - 4];
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < cols; x++) {
        const [fromX, fromY] = [x + dx, y + dy];
        const inside = fromX >= 0 && fromX < cols && fromY >= 0 && fromY < rows;
        if (inside) copyCell(base, fromY * cols + fromX, grid, y * cols + x);
        else fill(grid, y * cols + x, "text");
      }
    }
  } else if (kind === "edit") {
    for (let k = pick(1 + (cols * rows) / 4); k >= 0; k--) fill(grid, pick(cols * rows), "text");
  }
  return { base, grid };
}

/** A copy that may be changed. */
export function copyGrid(grid: TextGrid): TextGrid {
  return {
    cols: grid.cols,
    rows: grid.rows,
    glyph: grid.glyph.slice(),
    fg: grid.fg.slice(),
    bg: grid.bg.slice(),
    attr: grid.attr.slice(),
  };
}

function copyCell(from: TextGrid, i: number, to: TextGrid, j: number): void {
  to.glyph[j] = from.glyph[i] ?? 0;
  to.fg[j] = from.fg[i] ?? 0;
  to.bg[j] = from.bg[i] ?? 0;
  to.attr[j] = from.attr[i] ?? 0;
}

/** Half blocks of a smooth landscape seen from `(dx, dy)`. */
function samplePicture(cols: number, rows: number, dx: number, dy: number, seed: number): TextGrid {
  const grid = createGrid(cols, rows);
  grid.glyph.fill(0x2580);
  const pixel = (x: number, y: number): number => {
    const level = (k: number): number =>
      Math.floor(
        127 + 60 * Math.sin((x + dx) * 0.21 + k + (seed % 7)) + 60 * Math.sin((y + dy) * 0.17 + (x + dx) * 0.05),
      );
    return (level(0) << 16) | (level(0.4) << 8) | level(0.9);
  };
  for (let i = 0; i < grid.glyph.length; i++) {
    const [x, y] = [i % cols, Math.floor(i / cols)];
    grid.fg[i] = pixel(x, 2 * y);
    grid.bg[i] = pixel(x, 2 * y + 1);
  }
  return grid;
}

/** Where two grids first differ, or undefined when they are equal cell for cell. */
export function firstDifference(a: TextGrid, b: TextGrid): string | undefined {
  if (a.cols !== b.cols || a.rows !== b.rows) return `${a.cols}×${a.rows} is not ${b.cols}×${b.rows}`;
  for (const name of ["glyph", "fg", "bg", "attr"] as const) {
    const [left, right] = [a[name], b[name]];
    for (let i = 0; i < left.length; i++) {
      if (left[i] !== right[i]) return `${name} ${i}: ${left[i]} is not ${right[i]}`;
    }
  }
  return undefined;
}
