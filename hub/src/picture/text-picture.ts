import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { drawShape } from "@lightwell/wire/text/shapes/drawn-shape.ts";
import type { Pixels } from "#glyph/pixels.ts";
import { rasterise } from "#glyph/rasterise.ts";
import { FontAtlas } from "./glyph-atlas.ts";

/** A cell of text in a picture, in pixels; large grids take smaller ones. */
const CELLS = [
  { width: 10, height: 20 },
  { width: 8, height: 16 },
  { width: 6, height: 12 },
  { width: 4, height: 8 },
] as const;

/** What a picture of text has at most: a 200×60 terminal still gets the 8×16 cell. */
const MAX_PIXELS = 1_600_000;

const atlases = new Map<number, FontAtlas>();

/**
 * A grid drawn as RGB pixels, each cell at the largest size that keeps the picture small enough. About 2 ms for
 * 80×24. `maxWidth` (pixels) saves drawing what is shrunk afterwards: the cell is then the smallest that reaches it.
 */
export async function textPixels(grid: TextGrid, maxWidth = Number.POSITIVE_INFINITY): Promise<Pixels> {
  const atlas = atlasFor(grid, maxWidth);
  await atlas.load(lettersOf(grid, atlas));
  return rasterise(grid, atlas);
}

function atlasFor({ cols, rows }: TextGrid, maxWidth: number): FontAtlas {
  const affordable = CELLS.filter(({ width, height }) => cols * width * rows * height <= MAX_PIXELS);
  const cell = affordable.findLast(({ width }) => cols * width >= maxWidth) ?? affordable[0] ?? CELLS[3];
  let atlas = atlases.get(cell.width);
  if (!atlas) atlases.set(cell.width, (atlas = new FontAtlas({ cellWidth: cell.width, cellHeight: cell.height })));
  return atlas;
}

/** The code points that need the font: blocks, mosaics and lines are drawn without it. */
function lettersOf(grid: TextGrid, { cellWidth, cellHeight }: FontAtlas): Set<number> {
  const letters = new Set(grid.glyph);
  letters.delete(0x20);
  for (const codePoint of letters) if (drawShape(codePoint, cellWidth, cellHeight)) letters.delete(codePoint);
  return letters;
}
