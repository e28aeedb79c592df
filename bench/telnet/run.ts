// Bytes per frame and second of each rung of the telnet ladder, on the panning clip of the textwire benchmark.
import { diffToAnsiBytes, gridToAnsiBytes } from "@lightwell/wire/text/ansi.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { placePicture } from "../../hub/src/glyph/geometry.ts";
import type { Pixels } from "../../hub/src/glyph/pixels.ts";
import { GlyphRenderer } from "../../hub/src/glyph/renderer.ts";
import { rungsFor, type Rung } from "../../hub/src/outputs/telnet/ladder.ts";
import { type Engine, loadEngine } from "../../hub/src/picture/engine.ts";
import { textSequences } from "../textwire/sequences.ts";

type Row = Record<string, string | number>;

const FPS = 15;
const COLS = 160;
const ROWS = 45;
/** What the specification's prototype took, in kB a frame, by rung. */
const PROTOTYPE = [233, 88, 44, 25, 3.3];

/** Draws and sends the clip on every rung; `--quick` times one pass instead of the best of five. */
export default async function run(args: readonly string[] = []): Promise<{ table: Row[]; notes: readonly string[] }> {
  const passes = args.includes("--quick") ? 1 : 5;
  const engine = await loadEngine();
  const clip = await pixelsOf(engine);
  const sixteen = rungsFor("16").filter(({ depth }) => depth === "16");
  const table = [...rungsFor("24bit"), ...sixteen].map((rung, k) => measure(clip, rung, PROTOTYPE[k], passes));
  return {
    table,
    notes: [
      `The pan of 120 frames as ${COLS}×${ROWS} quadrants; each frame as the difference to the one before, as a viewer that keeps up gets it. In brackets what the prototype of the specification took.`,
      `At ${FPS} frames a second. “Whole” is what a newcomer, a resize or a change of rung costs.`,
      "“Held” is temporal hysteresis of 8 of 255 levels. The rungs of 16 colours are for terminals that have no more.",
      `Times are per frame, best of ${passes} passes: sub-cell pixels to cells, and cells to the bytes of the difference; both once for all viewers of one size and rung.`,
    ],
  };
}

function measure(clip: readonly Pixels[], rung: Rung, prototype: number | undefined, passes: number): Row {
  const { depth, hysteresis } = rung;
  const [drawMs, writeMs]: [number[], number[]] = [[], []];
  let grids: TextGrid[] = [];
  let sizes: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const renderer = new GlyphRenderer({ depth, hysteresis });
    const placement = placement160(renderer);
    const started = performance.now();
    grids = clip.map((pixels) => renderer.render(pixels, placement));
    const drawn = performance.now();
    sizes = grids.slice(1).map((grid, k) => diffToAnsiBytes(grid, grids[k] ?? grid, depth).length);
    writeMs.push((performance.now() - drawn) / sizes.length);
    drawMs.push((drawn - started) / grids.length);
  }
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const wholes = grids.map((grid) => gridToAnsiBytes(grid, depth).length);
  return {
    rung: rung.name,
    "kB per frame": `${kilo(mean)} (${prototype ?? "-"})`,
    [`kB per second at ${FPS} fps`]: kilo(mean * FPS),
    "whole screen kB": kilo(wholes.reduce((sum, size) => sum + size, 0) / wholes.length),
    "weight in the ladder": rung.weight,
    "draw ms": Math.min(...drawMs).toFixed(2),
    "write ms": Math.min(...writeMs).toFixed(2),
  };
}

const placement160 = ({ set }: GlyphRenderer) =>
  placePicture({ source: { width: COLS, height: 2 * ROWS }, cols: COLS, rows: ROWS, set, fit: "stretch" });

/** The clip's half blocks as the pictures that they were, then resized to quadrants as the hub does it. */
async function pixelsOf(engine: Engine): Promise<Pixels[]> {
  const sequence = textSequences().find(({ name }) => name.startsWith("pan"));
  if (!sequence) throw new Error("there is no panning sequence");
  const { resize } = placement160(new GlyphRenderer());
  const pictures: Pixels[] = [];
  for (const grid of sequence.frames) {
    const { data, info } = await engine(halvesOf(grid), { raw: { width: COLS, height: 2 * ROWS, channels: 3 } })
      .resize(resize.width, resize.height, { fit: "fill", kernel: "cubic" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    pictures.push({ data, width: info.width, height: info.height, channels: 3 });
  }
  return pictures;
}

function halvesOf({ cols, rows, fg, bg }: TextGrid): Uint8Array {
  const rgb = new Uint8Array(cols * rows * 2 * 3);
  for (let y = 0; y < rows * 2; y++) {
    for (let x = 0; x < cols; x++) {
      const colour = (y % 2 === 0 ? fg : bg)[(y >> 1) * cols + x] ?? 0;
      rgb.set([colour >> 16, (colour >> 8) & 255, colour & 255], (y * cols + x) * 3);
    }
  }
  return rgb;
}

const kilo = (bytes: number): string => (bytes / 1000).toFixed(1);
