import { BRIDGE_CELLS, hasWide, looksSame, shownGlyph, utf8Length } from "./ansi-cells.ts";
import { colourAtDepth, type ColourDepth } from "./ansi-pen.ts";
import { glyphWidth } from "./glyph-width.ts";
import { Attribute, type TextGrid } from "./grid.ts";

/** Most bytes of one cell: three attribute codes, two 24-bit colours, four of UTF-8, rounded up. */
const CELL_BYTES = 64;
/** Position, reset and line end of a row. */
const ROW_BYTES = 32;

const [ESC, BRACKET, SEMICOLON, LETTER_M, ZERO] = [0x1b, 0x5b, 0x3b, 0x6d, 0x30] as const;
const SHOWN_ATTRIBUTES = Attribute.bold | Attribute.underline | Attribute.reverse;

/** Each number below 256 in decimal with a semicolon behind it: four bytes, the first in the lowest bits. */
const DECIMAL = new Uint32Array(256);
/** How many of the four bytes count. */
const DECIMAL_LENGTH = new Uint8Array(256);
for (let value = 0; value < 256; value++) {
  const text = `${value};`;
  DECIMAL_LENGTH[value] = text.length;
  for (let k = 0; k < text.length; k++) DECIMAL[value] = (DECIMAL[value] ?? 0) | (text.charCodeAt(k) << (8 * k));
}

/**
 * Writes grids as bytes: what `ansi.ts` writes as strings, encoded as UTF-8, in a fifth of the time. The buffer grows
 * and is used again; a result is a copy.
 */
class AnsiWriter {
  #bytes = new Uint8Array(64 * 1024);
  #at = 0;
  #depth: ColourDepth = "24bit";
  /** -1 is the terminal's own default. */
  #fg = -1;
  #bg = -1;
  #attr = 0;

  grid(grid: TextGrid, depth: ColourDepth): Uint8Array<ArrayBuffer> {
    this.#begin(depth);
    this.#room(0);
    this.#reset();
    this.#wholeGrid(grid);
    return this.#result();
  }

  text(grid: TextGrid, depth: ColourDepth): Uint8Array<ArrayBuffer> {
    this.#begin(depth);
    for (let y = 0; y < grid.rows; y++) {
      this.#room(grid.cols);
      if (y > 0) {
        this.#bytes[this.#at++] = 0x0d;
        this.#bytes[this.#at++] = 0x0a;
      }
      this.#cells(grid, y, 0, grid.cols);
    }
    this.#room(0);
    this.#reset();
    return this.#result();
  }

  diff(grid: TextGrid, base: TextGrid, depth: ColourDepth): Uint8Array<ArrayBuffer> {
    this.#begin(depth);
    this.#room(0);
    this.#reset();
    if (grid.cols !== base.cols || grid.rows !== base.rows) {
      this.#ascii("\x1b[2J");
      this.#reset();
      this.#wholeGrid(grid);
      return this.#result();
    }
    const before = this.#at;
    for (let y = 0; y < grid.rows; y++) this.#diffRow(grid, base, y);
    if (this.#at === before) return new Uint8Array(0);
    this.#room(0);
    this.#reset();
    return this.#result();
  }

  #begin(depth: ColourDepth): void {
    this.#at = 0;
    this.#depth = depth;
    this.#fg = this.#bg = -1;
    this.#attr = 0;
  }

  #result(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  /** Make room for a row of this many cells; a jump over cells takes less than writing them. */
  #room(cells: number): void {
    const needed = this.#at + cells * CELL_BYTES + ROW_BYTES;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #wholeGrid(grid: TextGrid): void {
    for (let y = 0; y < grid.rows; y++) {
      this.#room(grid.cols);
      this.#moveTo(y, 0);
      this.#cells(grid, y, 0, grid.cols);
    }
    this.#room(0);
    this.#reset();
  }

  #diffRow(grid: TextGrid, base: TextGrid, y: number): void {
    const depth = this.#depth;
    const start = y * grid.cols;
    const end = start + grid.cols;
    let i = start;
    while (i < end && looksSame(grid, base, i, depth)) i++;
    if (i === end) return;
    this.#room(grid.cols);
    // Half of a wide character cannot be replaced alone.
    if (hasWide(grid, start, end) || hasWide(base, start, end)) {
      this.#moveTo(y, 0);
      this.#cells(grid, y, 0, grid.cols);
      return;
    }
    this.#moveTo(y, i - start);
    while (i < end) {
      let next = i + 1;
      while (next < end && !looksSame(grid, base, next, depth)) next++;
      this.#cells(grid, y, i - start, next - start);
      i = next;
      while (next < end && looksSame(grid, base, next, depth)) next++;
      if (next === end) return;
      this.#bridge(grid, i, next, y);
      i = next;
    }
  }

  #bridge(grid: TextGrid, from: number, to: number, y: number): void {
    const count = to - from;
    const start = y * grid.cols;
    if (count <= BRIDGE_CELLS) {
      let bytes = 0;
      for (let i = from; i < to && bytes >= 0; i++)
        bytes = this.#suits(grid, i) ? bytes + utf8Length(shownGlyph(grid, i, i - start)) : -1;
      if (bytes >= 0 && bytes <= (count === 1 ? 3 : 4)) {
        this.#cells(grid, y, from - start, to - start);
        return;
      }
    }
    this.#bytes[this.#at++] = ESC;
    this.#bytes[this.#at++] = BRACKET;
    if (count > 1) this.#number(count);
    this.#bytes[this.#at++] = 0x43;
  }

  #suits(grid: TextGrid, i: number): boolean {
    const glyph = grid.glyph[i] as number;
    const attr = (grid.attr[i] as number) & SHOWN_ATTRIBUTES;
    return (
      attr === this.#attr &&
      this.#nextFg(glyph, grid.fg[i] as number, attr) === this.#fg &&
      this.#nextBg(glyph, grid.bg[i] as number, attr) === this.#bg
    );
  }

  #cells(grid: TextGrid, y: number, from: number, to: number): void {
    const bytes = this.#bytes;
    for (let x = from; x < to; x++) {
      const i = y * grid.cols + x;
      const raw = grid.glyph[i] as number;
      const glyph = raw >= 0x20 && raw < 0x7f ? raw : shownGlyph(grid, i, x);
      const attr = (grid.attr[i] as number) & SHOWN_ATTRIBUTES;
      const fg = this.#nextFg(glyph, grid.fg[i] as number, attr);
      const bg = this.#nextBg(glyph, grid.bg[i] as number, attr);
      if (fg !== this.#fg || bg !== this.#bg || attr !== this.#attr) this.#changePen(fg, bg, attr);
      let at = this.#at;
      if (glyph < 0x80) {
        bytes[at++] = glyph;
      } else if (glyph < 0x800) {
        bytes[at++] = 0xc0 | (glyph >> 6);
        bytes[at++] = 0x80 | (glyph & 63);
      } else if (glyph < 0x10000) {
        bytes[at++] = 0xe0 | (glyph >> 12);
        bytes[at++] = 0x80 | ((glyph >> 6) & 63);
        bytes[at++] = 0x80 | (glyph & 63);
      } else {
        bytes[at++] = 0xf0 | (glyph >> 18);
        bytes[at++] = 0x80 | ((glyph >> 12) & 63);
        bytes[at++] = 0x80 | ((glyph >> 6) & 63);
        bytes[at++] = 0x80 | (glyph & 63);
      }
      this.#at = at;
      if (glyph > 0xff && glyphWidth(glyph) === 2) x++;
    }
  }

  /** A space shows no foreground, unless underlined or reversed. */
  #nextFg(glyph: number, fg: number, attr: number): number {
    if (glyph === 0x20 && (attr & (Attribute.underline | Attribute.reverse)) === 0) return this.#fg;
    return this.#depth === "mono" ? this.#fg : colourAtDepth(fg, this.#depth);
  }

  /** A full block shows no background, unless reversed. */
  #nextBg(glyph: number, bg: number, attr: number): number {
    if (glyph === 0x2588 && (attr & Attribute.reverse) === 0) return this.#bg;
    return this.#depth === "mono" ? this.#bg : colourAtDepth(bg, this.#depth);
  }

  #changePen(fg: number, bg: number, attr: number): void {
    this.#bytes[this.#at++] = ESC;
    this.#bytes[this.#at++] = BRACKET;
    const changed = attr ^ this.#attr;
    if (changed !== 0) {
      if ((changed & Attribute.bold) !== 0) this.#code((attr & Attribute.bold) === 0 ? 22 : 1);
      if ((changed & Attribute.underline) !== 0) this.#code((attr & Attribute.underline) === 0 ? 24 : 4);
      if ((changed & Attribute.reverse) !== 0) this.#code((attr & Attribute.reverse) === 0 ? 27 : 7);
      this.#attr = attr;
    }
    if (fg !== this.#fg) this.#colour(fg, 0);
    if (bg !== this.#bg) this.#colour(bg, 10);
    this.#fg = fg;
    this.#bg = bg;
    // Instead of the last code's semicolon.
    this.#bytes[this.#at - 1] = LETTER_M;
  }

  #colour(colour: number, layer: 0 | 10): void {
    if (this.#depth === "16") {
      this.#code(layer + (colour < 8 ? 30 + colour : 82 + colour));
      return;
    }
    this.#code(38 + layer);
    if (this.#depth === "256") {
      this.#code(5);
      this.#code(colour);
      return;
    }
    this.#code(2);
    this.#code(colour >> 16);
    this.#code((colour >> 8) & 255);
    this.#code(colour & 255);
  }

  /** A number below 256 and a semicolon. */
  #code(value: number): void {
    const packed = DECIMAL[value] as number;
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = packed;
    bytes[at + 1] = packed >> 8;
    bytes[at + 2] = packed >> 16;
    bytes[at + 3] = packed >> 24;
    this.#at = at + (DECIMAL_LENGTH[value] as number);
  }

  #number(value: number): void {
    if (value >= 10) this.#number(Math.floor(value / 10));
    this.#bytes[this.#at++] = ZERO + (value % 10);
  }

  #moveTo(y: number, x: number): void {
    this.#bytes[this.#at++] = ESC;
    this.#bytes[this.#at++] = BRACKET;
    this.#number(y + 1);
    this.#bytes[this.#at++] = SEMICOLON;
    this.#number(x + 1);
    this.#bytes[this.#at++] = 0x48;
  }

  #reset(): void {
    this.#ascii("\x1b[0m");
  }

  #ascii(text: string): void {
    for (let k = 0; k < text.length; k++) this.#bytes[this.#at++] = text.charCodeAt(k);
  }
}

const writer = new AnsiWriter();

/** `gridToAnsi` as UTF-8. */
export function gridToAnsiBytes(grid: TextGrid, depth: ColourDepth): Uint8Array<ArrayBuffer> {
  return writer.grid(grid, depth);
}

/** `diffToAnsi` as UTF-8; empty when nothing looks different. */
export function diffToAnsiBytes(grid: TextGrid, base: TextGrid, depth: ColourDepth): Uint8Array<ArrayBuffer> {
  return writer.diff(grid, base, depth);
}

/** The grid as text without cursor moves, as UTF-8: SGR on change only, rows joined by CR LF, a reset at the end. */
export function gridToAnsiTextBytes(grid: TextGrid, depth: ColourDepth): Uint8Array<ArrayBuffer> {
  return writer.text(grid, depth);
}
