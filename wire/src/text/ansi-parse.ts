import { glyphWidth } from "./glyph-width.ts";
import { Attribute, createGrid, DEFAULT_BG, DEFAULT_FG, MAX_COLS, MAX_ROWS, type TextGrid } from "./grid.ts";
import { XTERM_PALETTE } from "./palette.ts";

const TAB_STOP = 8;
/** Characters of a line that are read, per column: enough for an SGR with both 24-bit colours before every cell. */
const CHARS_PER_COL = 64;

/** What the following characters are drawn with. */
interface Pen {
  fg: number;
  bg: number;
  attr: number;
}

/** Numbers of one SGR that are read; a cell's whole look takes at most fourteen. */
const MAX_CODES = 64;
/** Any control sequence after its introducer (ECMA-48 5.4). */
const CONTROL_SEQUENCE = /^[0-?]*[ -/]*[@-~]?/;
/** A string up to its terminator: OSC, DCS, SOS, PM, APC. One without a terminator swallows the line. */
const CONTROL_STRING = /^[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\|\x1b(?!\\)|$)/;
/** Other escapes: intermediates and a final byte. */
const ESCAPE = /^[ -/]*[0-~]?/;

/**
 * Lines with ANSI colours as cells. SGR 0, 1, 4, 7, 22, 24, 27, 30–37, 39, 40–47, 49, 90–97, 100–107 and 38/48 with
 * `;5;n` or `;2;r;g;b` act; every other sequence and every control is stripped; a tab goes to the next multiple of
 * eight. As on a terminal, colours last over the ends of lines. What is outside `cols × rows` is cut off.
 *
 * A wide character fills its cell and leaves a space in the next, a half one at the edge is a space. Combining marks and
 * parts of Korean syllables join the character before where Unicode has one for both (NFC); other characters without a
 * width of their own (marks, joiners, variation selectors) are dropped: a cell is one code point.
 */
export function parseAnsiLines(lines: readonly string[], cols: number, rows: number): TextGrid {
  if (!(cols >= 1 && cols <= MAX_COLS && rows >= 1 && rows <= MAX_ROWS)) {
    throw new RangeError(`a grid of ${cols}×${rows} cells is not possible`);
  }
  const grid = createGrid(cols, rows);
  const pen: Pen = { fg: DEFAULT_FG, bg: DEFAULT_BG, attr: 0 };
  for (const [y, line] of lines.slice(0, rows).entries()) parseLine(line, grid, y, pen);
  return grid;
}

function parseLine(whole: string, grid: TextGrid, y: number, pen: Pen): void {
  const line = whole.slice(0, grid.cols * CHARS_PER_COL);
  let x = 0;
  /** Where the last character is. */
  let last = -1;
  for (let at = 0; at < line.length;) {
    const glyph = line.codePointAt(at) ?? 0;
    at += glyph > 0xffff ? 2 : 1;
    if (glyph === 0x1b || (glyph >= 0x80 && glyph <= 0x9f)) {
      at = skipSequence(line, at, glyph, pen);
    } else if (glyph === 0x09) {
      for (const stop = x - (x % TAB_STOP) + TAB_STOP; x < stop; x++) putCell(grid, x, y, 0x20, pen);
    } else {
      const width = glyphWidth(glyph);
      if (width === 0 || isSyllablePart(glyph)) {
        if (joinCell(grid, last, y, glyph) || width === 0) continue;
      }
      last = x;
      putCell(grid, x, y, width === 2 && x + 1 >= grid.cols ? 0x20 : glyph, pen);
      if (width === 2) putCell(grid, x + 1, y, 0x20, pen);
      x += width;
    }
  }
}

/** The position after the sequence that begins with `introducer` (ESC or a C1 control) before `at`. */
function skipSequence(line: string, at: number, introducer: number, pen: Pen): number {
  let kind = introducer;
  let rest = at;
  if (introducer === 0x1b) {
    const second = line.charCodeAt(at);
    // ESC @ … ESC _ are the C1 controls in seven bits.
    if (!(second >= 0x40 && second <= 0x5f)) return at + (ESCAPE.exec(line.slice(at, at + 8))?.[0].length ?? 0);
    kind = second + 0x40;
    rest = at + 1;
  }
  if (kind === 0x9b) {
    const codes: number[] = [];
    const end = readCodes(line, rest, codes);
    if (line.charCodeAt(end) !== 0x6d) return rest + (CONTROL_SEQUENCE.exec(line.slice(rest))?.[0] ?? "").length;
    applySgr(codes, pen);
    return end + 1;
  }
  if (kind === 0x90 || kind === 0x98 || kind === 0x9d || kind === 0x9e || kind === 0x9f) {
    const string = CONTROL_STRING.exec(line.slice(rest))?.[0] ?? "";
    // An escape that ends the string without being its terminator begins a sequence of its own.
    return rest + string.length - (string.endsWith("\x1b") ? 1 : 0);
  }
  return rest;
}

function putCell(grid: TextGrid, x: number, y: number, glyph: number, pen: Pen): void {
  if (x >= grid.cols) return;
  const i = y * grid.cols + x;
  grid.glyph[i] = glyph;
  grid.fg[i] = pen.fg;
  grid.bg[i] = pen.bg;
  grid.attr[i] = pen.attr;
}

/** Vowels and finals of Korean, which have a width and yet belong to the character before. */
function isSyllablePart(glyph: number): boolean {
  return glyph >= 0x1160 && glyph <= 0x11ff;
}

/** Puts a mark onto the character at column `x`, if both are one character and it is as wide. */
function joinCell(grid: TextGrid, x: number, y: number, mark: number): boolean {
  if (x < 0 || x >= grid.cols) return false;
  const i = y * grid.cols + x;
  const base = grid.glyph[i] ?? 0x20;
  const joined = String.fromCodePoint(base, mark).normalize("NFC");
  const glyph = joined.codePointAt(0) ?? 0;
  if (joined.length !== (glyph > 0xffff ? 2 : 1) || glyphWidth(glyph) !== glyphWidth(base)) return false;
  grid.glyph[i] = glyph;
  return true;
}

/** Reads numbers between semicolons, an empty one as 0; gives the position of what ends them. */
function readCodes(line: string, from: number, codes: number[]): number {
  let value = 0;
  for (let at = from; ; at++) {
    const char = line.charCodeAt(at);
    if (char >= 0x30 && char <= 0x39) {
      value = Math.min(value * 10 + char - 0x30, 0xffff);
      continue;
    }
    if (codes.length < MAX_CODES) codes.push(value);
    if (char !== 0x3b) return at;
    value = 0;
  }
}

function applySgr(codes: readonly number[], pen: Pen): void {
  for (let k = 0; k < codes.length; k++) {
    const code = codes[k] ?? 0;
    // 58 is the colour of underlines: not shown, but its numbers must not be read as codes.
    if (code === 38 || code === 48 || code === 58) {
      const [colour, used] = extendedColour(codes, k + 1);
      k += used;
      if (colour === undefined) continue;
      if (code === 38) pen.fg = colour;
      else if (code === 48) pen.bg = colour;
    } else if (code === 0) {
      [pen.fg, pen.bg, pen.attr] = [DEFAULT_FG, DEFAULT_BG, 0];
    } else {
      applySimple(code, pen);
    }
  }
}

function applySimple(code: number, pen: Pen): void {
  if (code === 1) pen.attr |= Attribute.bold;
  else if (code === 4) pen.attr |= Attribute.underline;
  else if (code === 7) pen.attr |= Attribute.reverse;
  else if (code === 22) pen.attr &= ~Attribute.bold;
  else if (code === 24) pen.attr &= ~Attribute.underline;
  else if (code === 27) pen.attr &= ~Attribute.reverse;
  else if (code === 39) pen.fg = DEFAULT_FG;
  else if (code === 49) pen.bg = DEFAULT_BG;
  else if (code >= 30 && code <= 37) pen.fg = XTERM_PALETTE[code - 30] ?? pen.fg;
  else if (code >= 40 && code <= 47) pen.bg = XTERM_PALETTE[code - 40] ?? pen.bg;
  else if (code >= 90 && code <= 97) pen.fg = XTERM_PALETTE[code - 82] ?? pen.fg;
  else if (code >= 100 && code <= 107) pen.bg = XTERM_PALETTE[code - 92] ?? pen.bg;
}

/** The colour after 38 or 48, if it is one, and how many numbers it took. */
function extendedColour(codes: readonly number[], at: number): [colour: number | undefined, used: number] {
  if (codes[at] === 5) return [XTERM_PALETTE[codes[at + 1] ?? 256], 2];
  if (codes[at] !== 2) return [undefined, 1];
  const r = codes[at + 1] ?? 256;
  const g = codes[at + 2] ?? 256;
  const b = codes[at + 3] ?? 256;
  return [r > 255 || g > 255 || b > 255 ? undefined : (r << 16) | (g << 8) | b, 4];
}
