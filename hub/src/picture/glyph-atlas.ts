import { createRequire } from "node:module";
import type { GlyphAtlas } from "#glyph/glyph-atlas.ts";
import { loadEngine, runPipeline } from "./engine.ts";
import { SMALL } from "./work-cost.ts";

const fontFile = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf");

/** Glyphs are drawn this much larger than their cell and then averaged down, so that hinting has no say. */
const OVERSAMPLING = 4;
/** Most glyphs in one drawing: 64 cells of 40 pixels and their frames stay well within a line that Pango lays out. */
const BATCH = 64;
/** U+2588. In this font it is exactly one advance wide and one line high, so it shows where the cells of a line are. */
const FULL_BLOCK = "\u2588";

export interface GlyphAtlasOptions {
  /** Pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Most glyphs kept; the ones not asked for the longest go first. */
  readonly capacity?: number;
}

/**
 * Bitmaps of DejaVu Sans Mono at one cell size, drawn when they are first wanted. Every glyph stands on the same
 * baseline in the same cell. `coverage` never waits: `load` what a grid needs first.
 */
export class FontAtlas implements GlyphAtlas {
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly #capacity: number;
  /** In order of use; `undefined` marks a code point that the font does not have. */
  readonly #glyphs = new Map<number, Uint8Array | undefined>();
  #frame: Promise<LineFrame> | undefined;

  constructor({ cellWidth, cellHeight, capacity = 2048 }: GlyphAtlasOptions) {
    this.cellWidth = cellWidth;
    this.cellHeight = cellHeight;
    this.#capacity = capacity;
  }

  /** Coverage of each pixel of the cell, 0–255, row by row; `undefined` when not loaded or not in the font. */
  coverage(codePoint: number): Uint8Array | undefined {
    const glyph = this.#glyphs.get(codePoint);
    if (glyph) this.#keep(codePoint, glyph);
    return glyph;
  }

  /** Draws those of the code points that are not there yet. At most `capacity` of them can be there at a time. */
  async load(codePoints: Iterable<number>): Promise<void> {
    const wanted = [...new Set(codePoints)]
      .filter((codePoint) => !this.#glyphs.has(codePoint))
      .slice(0, this.#capacity);
    for (let i = 0; i < wanted.length; i += BATCH) await this.#draw(wanted.slice(i, i + BATCH));
  }

  async #draw(codePoints: readonly number[]): Promise<void> {
    const printable = codePoints.filter(isPrintable);
    for (const codePoint of codePoints) if (!isPrintable(codePoint)) this.#keep(codePoint, undefined);
    if (printable.length === 0) return;
    const frame = await (this.#frame ??= measureLine(this.cellHeight * OVERSAMPLING));
    const line = await drawLine(
      FULL_BLOCK + printable.map((c) => String.fromCodePoint(c) + FULL_BLOCK).join(""),
      frame.size,
    );
    const cells = 2 * printable.length + 1;
    if (line.width !== Math.round(frame.overhang * 2 + cells * frame.advance) || line.height !== frame.height) {
      // One of them is not of this font, is not one cell wide, or stands out of the line: find it.
      if (printable.length === 1) this.#keep(printable[0] ?? 0, undefined);
      else for (const codePoint of printable) await this.#draw([codePoint]);
      return;
    }
    for (const [i, codePoint] of printable.entries()) {
      const left = Math.round(frame.overhang + (2 * i + 1) * frame.advance);
      this.#keep(codePoint, cutCell(line, left, frame, this.cellWidth, this.cellHeight));
    }
  }

  #keep(codePoint: number, glyph: Uint8Array | undefined): void {
    this.#glyphs.delete(codePoint);
    this.#glyphs.set(codePoint, glyph);
    if (this.#glyphs.size <= this.#capacity) return;
    for (const oldest of this.#glyphs.keys()) {
      this.#glyphs.delete(oldest);
      return;
    }
  }
}

/** Controls, separators and lone surrogates have no glyph, and some of them would change the layout of the line. */
function isPrintable(codePoint: number): boolean {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return false;
  return /^[\p{L}\p{N}\p{P}\p{S}\x20]$/u.test(String.fromCodePoint(codePoint));
}

/** One line of text, drawn: its coverage, cut to its ink. */
interface Line {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Where cells lie in a drawn line that begins and ends with a full block, in pixels. */
interface LineFrame {
  readonly size: number;
  readonly advance: number;
  readonly height: number;
  /** How far a full block reaches over its advance, on each side. */
  readonly overhang: number;
}

async function measureLine(size: number): Promise<LineFrame> {
  const one = await drawLine(FULL_BLOCK, size);
  const two = await drawLine(FULL_BLOCK + FULL_BLOCK, size);
  const advance = two.width - one.width;
  return { size, advance, height: one.height, overhang: (one.width - advance) / 2 };
}

async function drawLine(text: string, size: number): Promise<Line> {
  const engine = await loadEngine();
  // Pango reads markup.
  const escaped = text.replace(/[&<>]/g, (mark) => `&#${mark.codePointAt(0)};`);
  const drawing = engine({ text: { text: escaped, font: `DejaVu Sans Mono ${size}`, fontfile: fontFile, dpi: 72 } });
  const { data, info } = await runPipeline(drawing.extractChannel(0).raw(), SMALL);
  return { data, width: info.width, height: info.height };
}

/** Averages one cell of a line down to the size of the atlas's cells. */
function cutCell(line: Line, left: number, frame: LineFrame, width: number, height: number): Uint8Array {
  // The full blocks on both sides reach over into the cell by their softened edge, where no glyph of this font has ink.
  const edge = Math.ceil(frame.overhang);
  const columns = shares(frame.advance, width);
  const rows = shares(frame.height, height);
  const coverage = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let sum = 0;
      for (const [row, rowShare] of rows[y] ?? []) {
        for (const [column, columnShare] of columns[x] ?? []) {
          if (column < edge || column >= frame.advance - edge) continue;
          sum += rowShare * columnShare * (line.data[row * line.width + left + column] ?? 0);
        }
      }
      coverage[i] = Math.round(sum);
    }
  }
  return coverage;
}

/** For each of `to` steps: which of `from` pixels it covers, and the share of each, together 1. */
function shares(from: number, to: number): [at: number, share: number][][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, step) => {
    const [start, end] = [step * scale, (step + 1) * scale];
    const covered: [number, number][] = [];
    for (let at = Math.floor(start); at < end; at++) {
      covered.push([at, (Math.min(end, at + 1) - Math.max(start, at)) / scale]);
    }
    return covered;
  });
}
