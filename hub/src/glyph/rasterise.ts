import { Attribute, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { drawMissing, drawShape } from "@lightwell/wire/text/shapes/drawn-shape.ts";
import type { GlyphAtlas } from "./glyph-atlas.ts";
import type { Pixels } from "./pixels.ts";

/** What is drawn here and not by a font, by code point, for each atlas (that is, for each cell size). */
const shapesByAtlas = new WeakMap<GlyphAtlas, Map<number, Uint8Array>>();

const SPACE = 0x20;
/** No character: the key of the box that stands in for glyphs that are missing. */
const MISSING = -1;

/**
 * Draws a grid as RGB pixels, a cell of the atlas's size each. Blocks, mosaics, braille, shades and box lines are
 * drawn exactly and join without seams; other glyphs come from the atlas, and one that it lacks is a hollow box.
 */
export function rasterise(grid: TextGrid, atlas: GlyphAtlas): Pixels {
  const { cellWidth, cellHeight } = atlas;
  const width = grid.cols * cellWidth;
  const height = grid.rows * cellHeight;
  const data = new Uint8Array(width * height * 3);
  const shapes = shapesOf(atlas);
  for (let row = 0, cell = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++, cell++) {
      const attr = grid.attr[cell] ?? 0;
      const fg = grid.fg[cell] ?? 0;
      const bg = grid.bg[cell] ?? 0;
      const [ink, ground] = attr & Attribute.reverse ? [bg, fg] : [fg, bg];
      const plain = coverageOf(grid.glyph[cell] ?? SPACE, atlas, shapes);
      const coverage =
        attr & (Attribute.bold | Attribute.underline) ? decorate(plain, attr, cellWidth, cellHeight) : plain;
      paint(data, (row * cellHeight * width + col * cellWidth) * 3, width * 3, cellWidth, coverage, ink, ground);
    }
  }
  return { data, width, height, channels: 3 };
}

function shapesOf(atlas: GlyphAtlas): Map<number, Uint8Array> {
  let shapes = shapesByAtlas.get(atlas);
  if (!shapes) {
    const { cellWidth, cellHeight } = atlas;
    shapes = new Map([
      [SPACE, new Uint8Array(cellWidth * cellHeight)],
      [MISSING, drawMissing(cellWidth, cellHeight)],
    ]);
    shapesByAtlas.set(atlas, shapes);
  }
  return shapes;
}

function coverageOf(codePoint: number, atlas: GlyphAtlas, shapes: Map<number, Uint8Array>): Uint8Array {
  const known = shapes.get(codePoint);
  if (known) return known;
  const drawn = drawShape(codePoint, atlas.cellWidth, atlas.cellHeight);
  if (drawn) shapes.set(codePoint, drawn);
  return drawn ?? atlas.coverage(codePoint) ?? shapes.get(MISSING) ?? new Uint8Array();
}

/** Bold is the glyph printed twice, one pixel apart; the underline is as thick as a light box line. */
function decorate(plain: Uint8Array, attr: number, width: number, height: number): Uint8Array {
  const coverage = plain.slice();
  if (attr & Attribute.bold) {
    for (let i = coverage.length - 1; i > 0; i--) {
      if (i % width !== 0) coverage[i] = Math.max(plain[i] ?? 0, plain[i - 1] ?? 0);
    }
  }
  if (attr & Attribute.underline) {
    const thickness = Math.max(1, Math.round(width / 8));
    const bottom = height - Math.floor(height / 12);
    coverage.fill(255, (bottom - thickness) * width, bottom * width);
  }
  return coverage;
}

function paint(
  data: Uint8Array,
  start: number,
  stride: number,
  cellWidth: number,
  coverage: Uint8Array,
  ink: number,
  ground: number,
): void {
  const [r, g, b] = [ink >> 16, (ink >> 8) & 255, ink & 255] as const;
  const [r0, g0, b0] = [ground >> 16, (ground >> 8) & 255, ground & 255] as const;
  for (let i = 0, row = start; i < coverage.length; row += stride) {
    for (let at = row, end = row + cellWidth * 3; at < end; at += 3, i++) {
      const share = coverage[i] as number;
      if (share === 0) {
        data[at] = r0;
        data[at + 1] = g0;
        data[at + 2] = b0;
      } else if (share === 255) {
        data[at] = r;
        data[at + 1] = g;
        data[at + 2] = b;
      } else {
        data[at] = (r0 + ((r - r0) * share + 127) / 255) | 0;
        data[at + 1] = (g0 + ((g - g0) * share + 127) / 255) | 0;
        data[at + 2] = (b0 + ((b - b0) * share + 127) / 255) | 0;
      }
    }
  }
}
