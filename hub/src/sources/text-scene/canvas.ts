import { glyphWidth } from "@lightwell/wire/text/glyph-width.ts";
import { DEFAULT_FG, createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { mix, scale } from "./colour.ts";
import { COVERED } from "./columns.ts";

/** The upper half block: its foreground is the upper pixel of a cell, its background the lower one. */
const HALF = 0x2580;
const SPACE = 0x20;
const COVERED_CODE = COVERED.codePointAt(0);

/**
 * A grid to draw on, by cells (glyphs) and by pixels: one column wide and half a row high, about square.
 * Whatever lies outside is left out. A cell shows either a glyph or two pixels, whichever was drawn last.
 */
export class Canvas {
  readonly cols: number;
  readonly rows: number;
  /** Pixels from top to bottom; from left to right there are `cols`. */
  readonly height: number;
  readonly glyph: Uint32Array;
  readonly fg: Uint32Array;
  readonly bg: Uint32Array;
  readonly attr: Uint8Array;
  readonly #grid: TextGrid;

  constructor(cols: number, rows: number) {
    this.#grid = createGrid(cols, rows);
    this.cols = cols;
    this.rows = rows;
    this.height = rows * 2;
    this.glyph = this.#grid.glyph;
    this.fg = this.#grid.fg;
    this.bg = this.#grid.bg;
    this.attr = this.#grid.attr;
  }

  /** Colour every pixel anew. */
  paint(colourAt: (x: number, y: number) => number): void {
    const { cols, rows, glyph, fg, bg, attr } = this;
    glyph.fill(HALF);
    attr.fill(0);
    for (let row = 0, i = 0; row < rows; row++) {
      for (let x = 0; x < cols; x++, i++) {
        fg[i] = colourAt(x, row * 2);
        bg[i] = colourAt(x, row * 2 + 1);
      }
    }
  }

  pixel(x: number, y: number): number {
    if (!this.#holds(x, y >> 1)) return 0;
    const i = (y >> 1) * this.cols + x;
    return ((y & 1) === 0 && this.glyph[i] === HALF ? this.fg[i] : this.bg[i]) as number;
  }

  setPixel(x: number, y: number, colour: number): void {
    if (!this.#holds(x, y >> 1)) return;
    const i = (y >> 1) * this.cols + x;
    if (this.glyph[i] !== HALF) {
      this.glyph[i] = HALF;
      this.attr[i] = 0;
      this.fg[i] = this.bg[i] as number;
    }
    if (y & 1) this.bg[i] = colour;
    else this.fg[i] = colour;
  }

  mixPixel(x: number, y: number, colour: number, share: number): void {
    if (share > 0) this.setPixel(x, y, mix(this.pixel(x, y), colour, share));
  }

  /** A glyph on what lies there; a space, or what is no glyph, changes nothing. */
  put(x: number, y: number, codePoint: number, colour: number, attr = 0): void {
    if (codePoint <= SPACE || !this.#holds(x, y)) return;
    if (codePoint === COVERED_CODE) {
      this.clear(x, y);
      return;
    }
    const i = y * this.cols + x;
    this.flatten(i);
    this.glyph[i] = codePoint;
    this.fg[i] = colour;
    this.attr[i] = attr;
  }

  /**
   * A line of glyphs from column `x` on, within `[from, to)`. Returns the column after it.
   * Its spaces are spaces, not pixels, so that who copies the text or hears it read gets words.
   */
  text(x: number, y: number, text: string, colour: number, { attr = 0, from = 0, to = this.cols } = {}): number {
    let at = x;
    for (const character of text) {
      if (at >= from && at < to) {
        if (character === " ") this.clear(at, y);
        else this.put(at, y, character.codePointAt(0) ?? SPACE, colour, attr);
      }
      at++;
    }
    return at;
  }

  /** One colour behind the cell, the mean of its pixels, and no glyph. */
  clear(x: number, y: number): void {
    if (!this.#holds(x, y)) return;
    const i = y * this.cols + x;
    this.flatten(i);
    this.glyph[i] = SPACE;
    this.attr[i] = 0;
  }

  /** Take cell `i`'s two pixels for one background. */
  flatten(i: number): void {
    if (this.glyph[i] === HALF) this.bg[i] = mix(this.fg[i] as number, this.bg[i] as number, 0.5);
  }

  /** Mix `colour` into what lies in a rectangle of cells, glyphs included. */
  wash(left: number, top: number, width: number, height: number, colour: number, share: number): void {
    if (share <= 0) return;
    for (let y = Math.max(0, top); y < Math.min(this.rows, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.cols, left + width); x++) {
        const i = y * this.cols + x;
        this.fg[i] = mix(this.fg[i] as number, colour, share);
        this.bg[i] = mix(this.bg[i] as number, colour, share);
      }
    }
  }

  /** A rectangle of cells darker by `amount` (0–1), with soft edges outside it. */
  shade(left: number, top: number, width: number, height: number, amount: number): void {
    if (amount <= 0) return;
    for (let y = Math.max(0, top - 1); y < Math.min(this.rows, top + height + 1); y++) {
      const down = Math.min(1, (Math.min(y - top, top + height - 1 - y) + 2) / 4);
      for (let x = Math.max(0, left - 4); x < Math.min(this.cols, left + width + 4); x++) {
        const across = Math.min(1, (Math.min(x - left, left + width - 1 - x) + 5) / 8);
        this.scaleCell(y * this.cols + x, 1 - amount * down * across);
      }
    }
  }

  /** Cell `i` darker or brighter. */
  scaleCell(i: number, factor: number): void {
    this.fg[i] = scale(this.fg[i] as number, factor);
    this.bg[i] = scale(this.bg[i] as number, factor);
  }

  /**
   * The finished grid; the canvas must not be drawn on afterwards. Cells whose pixels look alike are spaces, for who
   * copies the text or hears it read, and for smaller frames. A wide character of which something else took a half is
   * left out: terminals could not show it.
   */
  finish(): TextGrid {
    const { glyph, fg, bg } = this;
    for (let i = 0; i < glyph.length; i++) {
      if (glyph[i] === HALF && lookAlike(fg[i] as number, bg[i] as number)) {
        this.flatten(i);
        glyph[i] = SPACE;
      }
      // A space shows no foreground: one value for all keeps deltas small.
      if (glyph[i] === SPACE) fg[i] = DEFAULT_FG;
      else if (i % this.cols > 0 && isWide(glyph[i - 1])) this.#leaveOut(i - 1);
      if (i % this.cols === this.cols - 1 && isWide(glyph[i])) this.#leaveOut(i);
    }
    return this.#grid;
  }

  #leaveOut(i: number): void {
    this.glyph[i] = SPACE;
    this.attr[i] = 0;
    this.fg[i] = DEFAULT_FG;
  }

  #holds(x: number, row: number): boolean {
    return x >= 0 && x < this.cols && row >= 0 && row < this.rows;
  }
}

function isWide(glyph: number | undefined): boolean {
  return glyph !== undefined && glyph !== HALF && glyph > 0x10ff && glyphWidth(glyph) === 2;
}

/** Steps of a channel that nobody sees between two neighbours. */
const UNSEEN = 3;

function lookAlike(a: number, b: number): boolean {
  return (
    Math.abs((a >> 16) - (b >> 16)) <= UNSEEN &&
    Math.abs(((a >> 8) & 255) - ((b >> 8) & 255)) <= UNSEEN &&
    Math.abs((a & 255) - (b & 255)) <= UNSEEN
  );
}
