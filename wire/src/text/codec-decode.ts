import { ByteReader } from "./codec-bytes.ts";
import { blankPrediction, KEY_GREY } from "./codec-encode.ts";
import { TextCodecError } from "./codec-error.ts";
import type { MessageType } from "./codec-header.ts";
import { Filter, MotionKind, PlaneBit, readMode, readPlaneMask, type Mode } from "./codec-mode.ts";
import { predictGrid, readMotion } from "./codec-motion.ts";
import { addColours, addGreen, unfilterPlane, type ColourPlanes } from "./codec-planes.ts";
import { createGrid, MAX_COLS, MAX_ROWS, type TextGrid } from "./grid.ts";

/** The first byte above the Unicode range in the top plane. */
const TOP_LIMIT = 0x11;

/**
 * The grid that an inflated body makes of `base`; throws {@link TextCodecError}. `base` is not changed.
 * For `K` and `R` no base is needed, for `C` it gives the size.
 */
export function decodeBody(type: MessageType, body: Uint8Array, base: TextGrid | undefined): TextGrid {
  const reader = new ByteReader(body);
  if (type === "K" || type === "R") {
    const cols = reader.u16();
    const rows = reader.u16();
    if (cols < 1 || rows < 1) throw new TextCodecError("malformed", `a grid of ${cols}×${rows} has no cells`);
    if (cols > MAX_COLS || rows > MAX_ROWS) throw new TextCodecError("too-large", `${cols}×${rows} cells are too many`);
    const grid = type === "K" ? readKey(reader, cols, rows) : createGrid(cols, rows);
    reader.end();
    return grid;
  }
  if (base === undefined) throw new TextCodecError("missing-base", `a message of type ${type} came before a keyframe`);
  const grid = type === "N" ? base : type === "C" ? createGrid(base.cols, base.rows) : readDelta(reader, type, base);
  reader.end();
  return grid;
}

function readKey(reader: ByteReader, cols: number, rows: number): TextGrid {
  const mode = readMode(reader);
  if (mode.motion !== MotionKind.none) throw new TextCodecError("malformed", "a keyframe cannot move");
  const mask = readPlaneMask(reader, mode, true);
  return readDense(reader, mode, mask, blankPrediction(cols, rows, mode.filter === Filter.none ? 0 : KEY_GREY));
}

function readDelta(reader: ByteReader, type: "S" | "D" | "L", base: TextGrid): TextGrid {
  const mode = readMode(reader);
  const suits =
    type === "S"
      ? mode.filter === Filter.none && mode.motion !== MotionKind.warp
      : (type === "L") === (mode.motion !== MotionKind.none);
  if (!suits) throw new TextCodecError("malformed", `the mode does not suit type ${type}`);
  const mask = readPlaneMask(reader, mode, type !== "S");
  const predicted = predictGrid(base, readMotion(reader, mode.motion, base.cols, base.rows));
  return type === "S" ? readSparse(reader, mode, mask, predicted) : readDense(reader, mode, mask, predicted);
}

function readDense(reader: ByteReader, mode: Mode, mask: number, predicted: TextGrid): TextGrid {
  const { cols, rows } = predicted;
  const cells = cols * rows;
  const { glyph, attr } = readGlyphPlanes(reader, mask, predicted.glyph, predicted.attr);
  const grid = { cols, rows, glyph, attr, fg: new Uint32Array(cells), bg: new Uint32Array(cells) };
  const planes = readColourPlanes(reader, mask, cells, mode.stacked);
  if (mode.filter !== Filter.none) {
    for (const plane of Object.values(planes)) {
      for (const part of mode.stacked ? [plane] : [plane.subarray(0, cells), plane.subarray(cells)]) {
        unfilterPlane(part, cols, mode.filter);
      }
    }
  }
  if (!mode.plainRgb) addGreen(planes);
  addColours(planes, predicted, mode.stacked, grid);
  return grid;
}

function readSparse(reader: ByteReader, mode: Mode, mask: number, predicted: TextGrid): TextGrid {
  const { cols, rows } = predicted;
  const changed = readRuns(reader, cols * rows);
  const count = changed.length;
  const glyphBefore = Uint32Array.from(changed, (i) => predicted.glyph[i] as number);
  const attrBefore = Uint8Array.from(changed, (i) => predicted.attr[i] as number);
  const { glyph, attr } = readGlyphPlanes(reader, mask, glyphBefore, attrBefore);
  const planes = readColourPlanes(reader, mask, count, false);
  if (mode.stacked) {
    for (const plane of Object.values(planes)) {
      for (let k = 0; k < count; k++) plane[count + k] = (plane[count + k] as number) + (plane[k] as number);
    }
  }
  if (!mode.plainRgb) addGreen(planes);
  const before = {
    cols: count,
    rows: 1,
    fg: Uint32Array.from(changed, (i) => predicted.fg[i] as number),
    bg: Uint32Array.from(changed, (i) => predicted.bg[i] as number),
  };
  addColours(planes, before, false, before);
  const grid = {
    cols,
    rows,
    glyph: predicted.glyph.slice(),
    fg: predicted.fg.slice(),
    bg: predicted.bg.slice(),
    attr: new Uint8Array(predicted.attr),
  };
  for (let k = 0; k < count; k++) {
    const i = changed[k] as number;
    grid.glyph[i] = glyph[k] as number;
    grid.attr[i] = attr[k] as number;
    grid.fg[i] = before.fg[k] as number;
    grid.bg[i] = before.bg[k] as number;
  }
  return grid;
}

/** Positions of the changed cells, bounded by the grid. */
function readRuns(reader: ByteReader, cells: number): Uint32Array {
  const runs = reader.varint();
  if (runs > cells) throw new TextCodecError("malformed", `${runs} runs are more than ${cells} cells`);
  const gaps = new Uint32Array(runs);
  for (let k = 0; k < runs; k++) gaps[k] = reader.varint();
  const changed = new Uint32Array(cells);
  let count = 0;
  let next = 0;
  for (let k = 0; k < runs; k++) {
    next += gaps[k] as number;
    const end = next + reader.varint() + 1;
    if (end > cells) throw new TextCodecError("malformed", `run ${k} ends at cell ${end} of ${cells}`);
    while (next < end) changed[count++] = next++;
  }
  return changed.subarray(0, count);
}

/** Reads the glyph and attribute planes in the mask; the bytes of the others stay as predicted. */
function readGlyphPlanes(
  reader: ByteReader,
  mask: number,
  glyphBefore: Uint32Array,
  attrBefore: Uint8Array,
): { glyph: Uint32Array; attr: Uint8Array } {
  const cells = glyphBefore.length;
  const hasGlyphs = (mask & (PlaneBit.glyphLow | PlaneBit.glyphHigh | PlaneBit.glyphTop)) !== 0;
  const glyph = hasGlyphs ? glyphBefore.slice() : glyphBefore;
  for (const [bit, shift] of [
    [PlaneBit.glyphLow, 0],
    [PlaneBit.glyphHigh, 8],
    [PlaneBit.glyphTop, 16],
  ] as const) {
    if ((mask & bit) === 0) continue;
    const plane = reader.bytes(cells);
    const keep = ~(255 << shift);
    for (let i = 0; i < cells; i++) {
      const byte = plane[i] as number;
      if (shift === 16 && byte >= TOP_LIMIT) throw new TextCodecError("malformed", "a glyph lies above U+10FFFF");
      glyph[i] = ((glyph[i] as number) & keep) | (byte << shift);
    }
  }
  return { glyph, attr: (mask & PlaneBit.attr) === 0 ? attrBefore : reader.bytes(cells).slice() };
}

/** Reads the colour planes in the mask into two layers of `cells` bytes each; the others are zero. */
function readColourPlanes(reader: ByteReader, mask: number, cells: number, stacked: boolean): ColourPlanes {
  const planes = {
    red: new Uint8Array(2 * cells),
    green: new Uint8Array(2 * cells),
    blue: new Uint8Array(2 * cells),
  };
  for (const [layer, first] of [PlaneBit.fg, PlaneBit.bg].entries()) {
    for (const [k, plane] of [planes.red, planes.green, planes.blue].entries()) {
      if ((mask & (first << k)) !== 0) plane.set(reader.bytes(stacked ? 2 * cells : cells), layer * cells);
    }
  }
  return planes;
}
