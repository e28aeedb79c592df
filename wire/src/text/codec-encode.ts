import { ByteWriter } from "./codec-bytes.ts";
import { chooseColourForm, estimateBytes, type ColourChoice } from "./codec-estimate.ts";
import { Filter, MotionKind, PlaneBit, packMode } from "./codec-mode.ts";
import { predictGrid, STILL, writeMotion, type Motion } from "./codec-motion.ts";
import { filterPlane, subtractColours, subtractGreen, type ColourPlanes } from "./codec-planes.ts";
import { changedCells, findPan, findScroll, isHalfBlockPicture } from "./codec-search.ts";
import { createGrid, type TextGrid } from "./grid.ts";

/** Share of changed cells from which a delta is dense. */
const DENSE_SHARE = 0.35;
/** A keyframe that is filtered predicts every colour as middle grey, so that signed bytes do not wrap. */
export const KEY_GREY = 0x808080;

/** A body that is not yet deflated. */
export interface DeltaBody {
  readonly type: "S" | "D" | "L" | "N";
  readonly body: Uint8Array;
}

/** The body of a `K` message: everything that a viewer needs to show the grid. */
export function encodeKeyBody(grid: TextGrid): Uint8Array {
  const stacked = isHalfBlockPicture(grid);
  const grey = blankPrediction(grid.cols, grid.rows, KEY_GREY);
  const residual = subtractColours(grid, grey, stacked);
  const choice = chooseColourForm(residual, grid.cols);
  const writer = new ByteWriter(grid.cols * grid.rows * 8 + 64);
  writer.u16(grid.cols);
  writer.u16(grid.rows);
  if (choice.filter === Filter.none) {
    const black = blankPrediction(grid.cols, grid.rows, 0);
    writeDense(writer, grid, black, subtractColours(grid, black, false), { ...choice, stacked: false }, STILL);
  } else {
    writeDense(writer, grid, grey, residual, { ...choice, stacked }, STILL);
  }
  return writer.finish();
}

/** What a keyframe is predicted from: no glyphs, no attributes, one colour. */
export function blankPrediction(cols: number, rows: number, colour: number): TextGrid {
  const grid = createGrid(cols, rows, colour, colour);
  grid.glyph.fill(0);
  return grid;
}

/** The body that turns `base` into `grid`, or undefined when the sizes differ and only a keyframe will do. */
export function encodeDeltaBody(grid: TextGrid, base: TextGrid): DeltaBody | undefined {
  if (grid.cols !== base.cols || grid.rows !== base.rows) return undefined;
  const changed = changedCells(grid, base);
  if (changed.length === 0) return { type: "N", body: new Uint8Array(0) };
  const scroll = findScroll(grid, base, changed);
  if (scroll.kind === MotionKind.bands) {
    const moved = predictGrid(base, scroll);
    const left = changedCells(grid, moved);
    if (left.length + 4 * scroll.bands.length < changed.length) return encodeFrom(grid, moved, scroll, left);
  }
  if (changed.length < DENSE_SHARE * grid.glyph.length) return encodeFrom(grid, base, STILL, changed);
  return encodePicture(grid, base);
}

function encodeFrom(grid: TextGrid, predicted: TextGrid, motion: Motion, changed: Uint32Array): DeltaBody {
  if (changed.length < DENSE_SHARE * grid.glyph.length) return encodeSparse(grid, predicted, motion, changed);
  const stacked = isHalfBlockPicture(grid);
  const residual = subtractColours(grid, predicted, stacked);
  return encodeDense(grid, predicted, residual, { ...chooseColourForm(residual, grid.cols), stacked }, motion);
}

/** Most cells changed: video. Predicts from the base in place or from the base panned, whichever leaves less. */
function encodePicture(grid: TextGrid, base: TextGrid): DeltaBody {
  const stacked = isHalfBlockPicture(grid);
  const residual = subtractColours(grid, base, stacked);
  const choice = chooseColourForm(residual, grid.cols);
  const pan = findPan(grid, base, stacked);
  if (pan.kind !== MotionKind.none) {
    const panned = predictGrid(base, pan);
    const left = subtractColours(grid, panned, stacked);
    const panChoice = chooseColourForm(left, grid.cols);
    if (panChoice.bytes < choice.bytes) return encodeDense(grid, panned, left, { ...panChoice, stacked }, pan);
  }
  return encodeDense(grid, base, residual, { ...choice, stacked }, STILL);
}

type DenseForm = ColourChoice & { readonly stacked: boolean };

function encodeDense(
  grid: TextGrid,
  predicted: TextGrid,
  residual: ColourPlanes,
  form: DenseForm,
  motion: Motion,
): DeltaBody {
  const writer = new ByteWriter(grid.glyph.length * 8 + 64);
  writeDense(writer, grid, predicted, residual, form, motion);
  return { type: motion.kind === MotionKind.none ? "D" : "L", body: writer.finish() };
}

/** Mode, plane mask, motion, planes. Uses up `residual`. */
function writeDense(
  writer: ByteWriter,
  grid: TextGrid,
  predicted: TextGrid,
  residual: ColourPlanes,
  form: DenseForm,
  motion: Motion,
): void {
  if (!form.plainRgb) subtractGreen(residual);
  const planes = glyphPlanes(grid, predicted, undefined);
  const half = grid.glyph.length;
  const colours = [residual.red, residual.green, residual.blue];
  const parts = form.stacked
    ? colours
    : [...colours.map((plane) => plane.subarray(0, half)), ...colours.map((plane) => plane.subarray(half))];
  parts.forEach((plane, k) => {
    if (isBlank(plane)) return;
    planes.mask |= PlaneBit.fg << k;
    planes.list.push(filterPlane(plane, grid.cols, form.filter));
  });
  writer.u8(packMode({ ...form, motion: motion.kind }));
  writer.varint(planes.mask);
  writeMotion(writer, motion);
  for (const plane of planes.list) writer.bytes(plane);
}

/** Mode, plane mask, motion, skips and runs, then the planes of the changed cells alone. */
function encodeSparse(grid: TextGrid, predicted: TextGrid, motion: Motion, changed: Uint32Array): DeltaBody {
  const planes = glyphPlanes(grid, predicted, changed);
  const count = changed.length;
  const cells = { cols: count, rows: 1, fg: pick(grid.fg, changed), bg: pick(grid.bg, changed) };
  const others = { cols: count, rows: 1, fg: pick(predicted.fg, changed), bg: pick(predicted.bg, changed) };
  const residual = subtractColours(cells, others, false);
  subtractGreen(residual);
  const foregrounds: Uint8Array[] = [];
  const backgrounds: Uint8Array[] = [];
  const pairs: Uint8Array[] = [];
  for (const plane of [residual.red, residual.green, residual.blue]) {
    const fg = plane.subarray(0, count);
    const bg = plane.subarray(count);
    foregrounds.push(fg);
    backgrounds.push(bg);
    pairs.push(bg.map((value, i) => value - (fg[i] as number)));
  }
  const stacked = sumOfEstimates(pairs) < sumOfEstimates(backgrounds);
  [...foregrounds, ...(stacked ? pairs : backgrounds)].forEach((plane, k) => {
    if (isBlank(plane)) return;
    planes.mask |= PlaneBit.fg << k;
    planes.list.push(plane);
  });
  const writer = new ByteWriter(count * 10 + 64);
  writer.u8(packMode({ filter: Filter.none, stacked, plainRgb: false, motion: motion.kind }));
  writer.varint(planes.mask);
  writeMotion(writer, motion);
  writeRuns(writer, changed);
  for (const plane of planes.list) writer.bytes(plane);
  return { type: "S", body: writer.finish() };
}

const sumOfEstimates = (planes: readonly Uint8Array[]): number =>
  planes.reduce((sum, plane) => sum + estimateBytes(plane), 0);

/** The number of runs, then all gaps before them, then all lengths less one: alike values stand together. */
function writeRuns(writer: ByteWriter, changed: Uint32Array): void {
  const gaps: number[] = [];
  const lengths: number[] = [];
  let next = 0;
  for (let k = 0; k < changed.length;) {
    const first = changed[k] as number;
    let length = 1;
    while (k + length < changed.length && changed[k + length] === first + length) length++;
    gaps.push(first - next);
    lengths.push(length - 1);
    next = first + length;
    k += length;
  }
  writer.varint(gaps.length);
  for (const gap of gaps) writer.varint(gap);
  for (const length of lengths) writer.varint(length);
}

/** Planes of glyph bytes and attributes, as they are; a plane that is all as predicted is left out. */
function glyphPlanes(
  grid: TextGrid,
  predicted: TextGrid,
  changed: Uint32Array | undefined,
): { mask: number; list: Uint8Array[] } {
  const glyph = changed === undefined ? grid.glyph : pick(grid.glyph, changed);
  const glyphBefore = changed === undefined ? predicted.glyph : pick(predicted.glyph, changed);
  const attr = changed === undefined ? grid.attr : Uint8Array.from(changed, (i) => grid.attr[i] as number);
  const attrBefore =
    changed === undefined ? predicted.attr : Uint8Array.from(changed, (i) => predicted.attr[i] as number);
  let different = 0;
  for (let i = 0; i < glyph.length; i++) different |= (glyph[i] as number) ^ (glyphBefore[i] as number);
  const list: Uint8Array[] = [];
  let mask = 0;
  for (const [bit, shift] of [
    [PlaneBit.glyphLow, 0],
    [PlaneBit.glyphHigh, 8],
    [PlaneBit.glyphTop, 16],
  ] as const) {
    if (((different >> shift) & 255) === 0) continue;
    mask |= bit;
    const plane = new Uint8Array(glyph.length);
    for (let i = 0; i < glyph.length; i++) plane[i] = (glyph[i] as number) >> shift;
    list.push(plane);
  }
  if (attr.some((value, i) => value !== attrBefore[i])) {
    mask |= PlaneBit.attr;
    list.push(attr);
  }
  return { mask, list };
}

function pick(values: Uint32Array, positions: Uint32Array): Uint32Array {
  const picked = new Uint32Array(positions.length);
  for (let k = 0; k < positions.length; k++) picked[k] = values[positions[k] as number] as number;
  return picked;
}

function isBlank(plane: Uint8Array): boolean {
  for (let i = 0; i < plane.length; i++) if (plane[i] !== 0) return false;
  return true;
}
