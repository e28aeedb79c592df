import { Attribute, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { glyphWidth } from "@lightwell/wire/text/glyph-width.ts";
import { Ink, RIGHT_HALF, type CellAtlas } from "./cell-atlas.ts";
import { readableInk } from "./readable.ts";

/** A rectangle of pixels. */
export interface Dirty {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** No glyph below this is wide. */
const FIRST_WIDE = 0x1100;
const SPACE = 0x20;

/**
 * Paints grids of one size into pixels, a cell of the atlas each, without gaps. Cells that look as they did are not
 * painted again.
 */
export class CellPainter {
  readonly cols: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  /** As `ImageData` has them: red in the lowest byte, opaque. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Whether letters whose colour hardly differs from their ground are drawn black or white. */
  readonly readable: boolean;
  readonly #atlas: CellAtlas;
  #shown: TextGrid | undefined;

  constructor(atlas: CellAtlas, cols: number, rows: number, readable: boolean) {
    this.#atlas = atlas;
    this.cols = cols;
    this.rows = rows;
    this.readable = readable;
    this.width = cols * atlas.width;
    this.height = rows * atlas.height;
    this.pixels = new Uint32Array(this.width * this.height);
  }

  /** What is painted; undefined at first. */
  get shown(): TextGrid | undefined {
    return this.#shown;
  }

  /** Paints a grid of this size, which must not change any more. Returns what has changed, from top to bottom. */
  paint(grid: TextGrid): Dirty[] {
    const before = this.#shown;
    this.#shown = grid;
    if (before === grid) return [];
    const { width: cellWidth, height: cellHeight } = this.#atlas;
    const dirty: Dirty[] = [];
    for (let row = 0; row < this.rows; row++) {
      const [first, last] = this.#paintRow(grid, before, row);
      if (last < first) continue;
      const left = first * cellWidth;
      const width = (last + 1) * cellWidth - left;
      const top = row * cellHeight;
      const above = dirty.at(-1);
      if (above && above.top + above.height === top) {
        const start = Math.min(above.left, left);
        const end = Math.max(above.left + above.width, left + width);
        dirty[dirty.length - 1] = {
          left: start,
          top: above.top,
          width: end - start,
          height: above.height + cellHeight,
        };
      } else dirty.push({ left, top, width, height: cellHeight });
    }
    return dirty;
  }

  #paintRow(grid: TextGrid, before: TextGrid | undefined, row: number): readonly [first: number, last: number] {
    const { cols } = this;
    const start = row * cols;
    let first = cols;
    let last = -1;
    let besideWide = false;
    for (let col = 0; col < cols; col++) {
      const cell = start + col;
      const changed = before === undefined || differs(grid, before, cell);
      if (changed || besideWide) {
        this.#paintCell(grid, cell, col);
        first = Math.min(first, col);
        last = col;
      }
      // What stands right of a wide glyph that came or went shows its other half, or no longer.
      besideWide = changed && (isWide(grid.glyph[cell]) || isWide(before?.glyph[cell]));
    }
    return [first, last];
  }

  #paintCell(grid: TextGrid, cell: number, col: number): void {
    let glyph = grid.glyph[cell] as number;
    let attr = grid.attr[cell] as number;
    let ink = grid.fg[cell] as number;
    let ground = grid.bg[cell] as number;
    if (glyph === SPACE && col > 0 && isWide(grid.glyph[cell - 1])) {
      glyph = grid.glyph[cell - 1] as number;
      ink = grid.fg[cell - 1] as number;
      attr = (grid.attr[cell - 1] as number) | RIGHT_HALF;
    }
    if ((attr & Attribute.reverse) !== 0) [ink, ground] = [ground, ink];
    const atlas = this.#atlas;
    const slot = atlas.slotOf(glyph, attr);
    const kind = atlas.inks[slot];
    if (this.readable && kind === Ink.soft) ink = readableInk(ink, ground);
    const paper = toPixel(ground);
    const pen = toPixel(ink);
    const at = (cell - col) * atlas.width * atlas.height + col * atlas.width;
    if (kind === Ink.none) this.#fill(at, paper);
    else if (kind === Ink.full) this.#fill(at, pen);
    else if (kind === Ink.hard) this.#stamp(at, slot, pen, paper);
    else if (kind === Ink.picture) this.#compose(at, atlas.pictureOf(slot), paper);
    else this.#blend(at, slot, pen, paper);
  }

  #fill(at: number, colour: number): void {
    const { pixels, width } = this;
    const { width: cellWidth, height: cellHeight } = this.#atlas;
    for (let y = 0, from = at; y < cellHeight; y++, from += width) {
      for (let i = from, end = from + cellWidth; i < end; i++) pixels[i] = colour;
    }
  }

  #stamp(at: number, slot: number, pen: number, paper: number): void {
    const { pixels, width } = this;
    const { width: cellWidth, height: cellHeight, coverage } = this.#atlas;
    let c = slot * cellWidth * cellHeight;
    for (let y = 0, from = at; y < cellHeight; y++, from += width) {
      for (let i = from, end = from + cellWidth; i < end; i++) pixels[i] = coverage[c++] === 0 ? paper : pen;
    }
  }

  #compose(at: number, picture: Uint32Array, paper: number): void {
    const { pixels, width } = this;
    const { width: cellWidth, height: cellHeight } = this.#atlas;
    let c = 0;
    for (let y = 0, from = at; y < cellHeight; y++, from += width) {
      for (let i = from, end = from + cellWidth; i < end; i++) {
        const colour = picture[c++] as number;
        pixels[i] = mixed(colour, paper, colour >>> 24);
      }
    }
  }

  #blend(at: number, slot: number, pen: number, paper: number): void {
    const { pixels, width } = this;
    const { width: cellWidth, height: cellHeight, coverage } = this.#atlas;
    // Red and blue lie far enough apart to be weighted in one multiplication.
    const penPair = pen & 0xff00ff;
    const penGreen = pen & 0xff00;
    const paperPair = paper & 0xff00ff;
    const paperGreen = paper & 0xff00;
    let c = slot * cellWidth * cellHeight;
    for (let y = 0, from = at; y < cellHeight; y++, from += width) {
      for (let i = from, end = from + cellWidth; i < end; i++) {
        const level = coverage[c++] as number;
        if (level === 0) pixels[i] = paper;
        else if (level === 255) pixels[i] = pen;
        else {
          const share = level + (level >> 7);
          const rest = 256 - share;
          const pair = ((Math.imul(penPair, share) + Math.imul(paperPair, rest)) >>> 8) & 0xff00ff;
          const green = ((penGreen * share + paperGreen * rest) >>> 8) & 0xff00;
          pixels[i] = 0xff000000 | pair | green;
        }
      }
    }
  }
}

/** A pixel of this much (0–255) of one colour on another. */
function mixed(colour: number, ground: number, level: number): number {
  const share = level + (level >> 7);
  const rest = 256 - share;
  const pair = ((Math.imul(colour & 0xff00ff, share) + Math.imul(ground & 0xff00ff, rest)) >>> 8) & 0xff00ff;
  const green = (((colour & 0xff00) * share + (ground & 0xff00) * rest) >>> 8) & 0xff00;
  return (0xff000000 | pair | green) >>> 0;
}

function differs(a: TextGrid, b: TextGrid, cell: number): boolean {
  return (
    a.glyph[cell] !== b.glyph[cell] ||
    a.fg[cell] !== b.fg[cell] ||
    a.bg[cell] !== b.bg[cell] ||
    a.attr[cell] !== b.attr[cell]
  );
}

function isWide(glyph: number | undefined): boolean {
  return glyph !== undefined && glyph >= FIRST_WIDE && glyphWidth(glyph) === 2;
}

/** 0xRRGGBB as a pixel of `ImageData` on a little-endian machine, as every one with a browser is. */
function toPixel(colour: number): number {
  return (0xff000000 | ((colour & 0xff) << 16) | (colour & 0xff00) | ((colour >> 16) & 0xff)) >>> 0;
}
