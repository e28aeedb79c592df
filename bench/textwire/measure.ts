import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { diffToAnsi } from "@lightwell/wire/text/ansi.ts";
import { EncodedFrame, FrameDecoder, type Deflate } from "@lightwell/wire/text/codec.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { TextSequence } from "./sequences.ts";

/** A keyframe is forced this often and counted apart from the deltas. */
const KEY_EVERY = 60;

const STRATEGY = {
  default: constants.Z_DEFAULT_STRATEGY,
  rle: constants.Z_RLE,
  huffman: constants.Z_HUFFMAN_ONLY,
} as const;

/** Deflate level 6 with the encoder's advice. */
export const advisedDeflate: Deflate = (bytes, strategy) =>
  deflateRawSync(bytes, { level: 6, strategy: STRATEGY[strategy] });

/** Deflate level 6 and nothing else, as the figures in the specification were taken. */
export const plainDeflate: Deflate = (bytes) => deflateRawSync(bytes, { level: 6 });

/** Means over a sequence. */
export interface HybridFigures {
  /** Bytes per message, header included. */
  readonly deltaBytes: number;
  readonly keyBytes: number;
  /** Milliseconds per frame, keyframes and deltas together; a delta's time holds that of the keyframe it is weighed against. */
  readonly encodeMs: number;
  readonly decodeMs: number;
}

/** Sends a sequence through the binary protocol. Throws when a frame does not arrive as it was sent. */
export function measureHybrid(sequence: TextSequence, deflate: Deflate): HybridFigures {
  const decoder = new FrameDecoder((bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes }));
  const sizes: { key: number[]; delta: number[] } = { key: [], delta: [] };
  let encodeMs = 0;
  let decodeMs = 0;
  let before: EncodedFrame | undefined;
  for (const [n, grid] of sequence.frames.entries()) {
    const frame = new EncodedFrame(n, grid, deflate);
    const start = performance.now();
    const isKey = n % KEY_EVERY === 0 || before === undefined;
    const message = before === undefined || isKey ? frame.key() : frame.deltaFrom(before);
    const sent = performance.now();
    const shown = decoder.decode(message);
    decodeMs += performance.now() - sent;
    encodeMs += sent - start;
    if (!isSame(shown.grid, grid)) throw new Error(`frame ${n} of ${sequence.name} arrived changed`);
    sizes[isKey ? "key" : "delta"].push(message.length);
    before = frame;
  }
  const count = sequence.frames.length;
  return {
    deltaBytes: mean(sizes.delta),
    keyBytes: mean(sizes.key),
    encodeMs: encodeMs / count,
    decodeMs: decodeMs / count,
  };
}

/** Mean bytes of every frame as JSON: rows of runs `[text, fg, bg]`, the obvious way to send cells. */
export function measureJsonRuns(sequence: TextSequence): number {
  return mean(sequence.frames.map((grid) => Buffer.byteLength(JSON.stringify(jsonRuns(grid)))));
}

/** Mean bytes of what turns a 24-bit colour terminal from each frame to the next. */
export function measureAnsiDiff(sequence: TextSequence): number {
  return mean(pairs(sequence).map(([base, grid]) => Buffer.byteLength(diffToAnsi(grid, base, "24bit"))));
}

/** Mean share of cells that change from one frame to the next. */
export function measureChange(sequence: TextSequence): number {
  return mean(
    pairs(sequence).map(([base, grid]) => {
      let changed = 0;
      for (let i = 0; i < grid.glyph.length; i++) {
        if (grid.glyph[i] !== base.glyph[i] || grid.fg[i] !== base.fg[i] || grid.bg[i] !== base.bg[i]) changed++;
      }
      return changed / grid.glyph.length;
    }),
  );
}

/** A frame as rows of runs `[text, fg, bg]`. */
export function jsonRuns(grid: TextGrid): unknown {
  const lines = Array.from({ length: grid.rows }, (_, y) => {
    const runs: [text: string, fg: number, bg: number][] = [];
    for (let i = y * grid.cols; i < (y + 1) * grid.cols; i++) {
      const [fg, bg] = [grid.fg[i] ?? 0, grid.bg[i] ?? 0];
      const text = String.fromCodePoint(grid.glyph[i] ?? 0x20);
      const last = runs.at(-1);
      if (last !== undefined && last[1] === fg && last[2] === bg) last[0] += text;
      else runs.push([text, fg, bg]);
    }
    return runs;
  });
  return { type: "frame", width: grid.cols, height: grid.rows, lines };
}

function pairs({ frames }: TextSequence): [base: TextGrid, grid: TextGrid][] {
  return frames.slice(1).flatMap((grid, k) => {
    const base = frames[k];
    return base === undefined ? [] : [[base, grid] as [TextGrid, TextGrid]];
  });
}

/** True for grids that are equal, cell for cell. */
export function isSame(a: TextGrid, b: TextGrid): boolean {
  return (["glyph", "fg", "bg", "attr"] as const).every(
    (part) => a[part].length === b[part].length && a[part].every((value, i) => value === b[part][i]),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
