import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gridToAnsiBytes, parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { type Placement, placePicture } from "../../hub/src/glyph/geometry.ts";
import { GLYPH_SETS, type GlyphSetName } from "../../hub/src/glyph/glyph-set.ts";
import type { Pixels } from "../../hub/src/glyph/pixels.ts";
import { rasterise } from "../../hub/src/glyph/rasterise.ts";
import { GlyphRenderer, type GlyphSettings } from "../../hub/src/glyph/renderer.ts";
import { type Engine, loadEngine } from "../../hub/src/picture/engine.ts";
import { FontAtlas } from "../../hub/src/picture/glyph-atlas.ts";
import { hasCommand, timeCommand } from "./commands.ts";
import { drawLandscape } from "./landscape.ts";
import { psnr, ssim } from "./quality.ts";

type Row = Record<string, string | number>;

const SOURCE = { width: 1280, height: 720 };
/** Grids, and the size of a cell in the picture that they are compared with. */
const SIZES = [
  { cols: 160, rows: 45, cellWidth: 8, cellHeight: 16 },
  { cols: 400, rows: 120, cellWidth: 4, cellHeight: 8 },
] as const;
type Size = (typeof SIZES)[number];

/** What the hub itself encodes with unless told. */
const JPEG_QUALITY = 80;

const SETTINGS = [
  ...(Object.keys(GLYPH_SETS) as GlyphSetName[]).map((set) => ({ set, depth: "24bit" }) as const),
  ...(["256", "16", "mono"] as const).map((depth) => ({ set: "quadrant", depth }) as const),
];

const chafaQuadrants = ["-f", "symbols", "-c", "full", "-w", "9", "--symbols", "space+solid+half+quad"];
const COMMANDS = [
  { label: "chafa, its defaults", name: "chafa", args: ["-f", "symbols", "-c", "full"] },
  { label: "chafa -w 9, its default symbols", name: "chafa", args: ["-f", "symbols", "-c", "full", "-w", "9"] },
  { label: "chafa -w 9, quadrants", name: "chafa", args: chafaQuadrants },
  { label: "jp2a --colors", name: "jp2a", args: ["--colors", "--color-depth=24"] },
] as const;

/** Time and likeness of every glyph set, and the way from a JPEG to ANSI, beside `chafa` and `jp2a`. */
export default async function benchmark(args: readonly string[] = []): Promise<{ table: Row[]; notes: string[] }> {
  const rounds = args.includes("--quick") ? 5 : 40;
  const folder = await mkdtemp(join(tmpdir(), "lightwell-glyph-"));
  try {
    const engine = await loadEngine();
    const landscape = drawLandscape(SOURCE.width, SOURCE.height);
    const jpeg = await engine(landscape, { raw: { ...SOURCE, channels: 3 } })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer();
    const jpegFile = join(folder, "landscape.jpg");
    await writeFile(jpegFile, jpeg);
    const commands = COMMANDS.filter(({ name }) => hasCommand(name));
    const table: Row[] = [];
    for (const size of SIZES) {
      for (const settings of SETTINGS) table.push(await measureSet(engine, jpeg, settings, size, rounds));
      for (const { label, name, args } of commands) {
        table.push(await measureCommand(engine, jpeg, jpegFile, label, name, args, size, rounds));
      }
    }
    const missing = [...new Set(COMMANDS.map(({ name }) => name))].filter((name) => !hasCommand(name));
    return { table, notes: notesOn(table, jpeg.length, rounds, missing) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureSet(
  engine: Engine,
  jpeg: Buffer,
  settings: Required<Pick<GlyphSettings, "set" | "depth">>,
  size: Size,
  rounds: number,
): Promise<Row> {
  const renderer = new GlyphRenderer(settings);
  const { cols, rows } = size;
  const placement = placePicture({ source: SOURCE, cols, rows, set: renderer.set, fit: "stretch" });
  const pixels = await shrink(engine, jpeg, placement);
  const mapping = timesOf(rounds * 25, () => renderer.render(pixels, placement));
  const whole: number[] = [];
  for (let i = 0; i < rounds * 3; i++) {
    const started = performance.now();
    gridToAnsiBytes(renderer.render(await shrink(engine, jpeg, placement), placement), settings.depth);
    whole.push(performance.now() - started);
  }
  const grid = renderer.render(pixels, placement);
  return {
    grid: `${cols}×${rows}`,
    renderer: settings.depth === "24bit" ? settings.set : `${settings.set}, ${settings.depth}`,
    "cells ms (min)": round(Math.min(...mapping), 3),
    "cells ms (median)": round(median(mapping), 3),
    "JPEG to ANSI ms (min)": round(Math.min(...whole), 1),
    "JPEG to ANSI ms (median)": round(median(whole), 1),
    ...(await likeness(engine, jpeg, grid, size)),
  };
}

async function measureCommand(
  engine: Engine,
  jpeg: Buffer,
  jpegFile: string,
  label: string,
  name: string,
  args: readonly string[],
  size: Size,
  rounds: number,
): Promise<Row> {
  const { cols, rows } = size;
  const dimensions = name === "chafa" ? ["--stretch", "-s", `${cols}x${rows}`] : [`--size=${cols}x${rows}`];
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) times.push((await timeCommand(name, [...args, ...dimensions, jpegFile])).ms);
  // Without its optimiser chafa prints the same picture in sequences that every reader knows.
  const plain = name === "chafa" ? ["-O", "0"] : [];
  const { output } = await timeCommand(name, [...args, ...plain, ...dimensions, jpegFile]);
  return {
    grid: `${cols}×${rows}`,
    renderer: label,
    "cells ms (min)": "",
    "cells ms (median)": "",
    "JPEG to ANSI ms (min)": round(Math.min(...times), 1),
    "JPEG to ANSI ms (median)": round(median(times), 1),
    ...(await likeness(engine, jpeg, parseAnsiLines(output.split(/\r?\n/), cols, rows), size)),
  };
}

/** Compares a grid, drawn as pixels, with the picture at that size, and with it averaged to two by two a cell. */
async function likeness(
  engine: Engine,
  jpeg: Buffer,
  grid: TextGrid,
  { cols, rows, cellWidth, cellHeight }: Size,
): Promise<Row> {
  const atlas = new FontAtlas({ cellWidth, cellHeight });
  await atlas.load(grid.glyph);
  const drawn = rasterise(grid, atlas);
  const { width, height } = drawn;
  const wanted = await engine(jpeg).resize(width, height, { fit: "fill" }).raw().toBuffer();
  const coarse = (data: Uint8Array) => averageDown(data, width, cellWidth / 2, cellHeight / 2, cols * 2, rows * 2);
  return {
    "PSNR dB": round(psnr(drawn.data, wanted), 2),
    "PSNR dB at 2×2 a cell": round(psnr(coarse(drawn.data), coarse(wanted)), 2),
    SSIM: round(ssim(drawn.data, wanted, width, height), 3),
  };
}

function averageDown(data: Uint8Array, width: number, stepX: number, stepY: number, across: number, down: number) {
  const out = new Uint8Array(across * down * 3);
  for (let y = 0, to = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      for (let channel = 0; channel < 3; channel++, to++) {
        let sum = 0;
        for (let row = y * stepY; row < (y + 1) * stepY; row++) {
          for (let column = x * stepX; column < (x + 1) * stepX; column++) {
            sum += data[(row * width + column) * 3 + channel] ?? 0;
          }
        }
        out[to] = Math.round(sum / (stepX * stepY));
      }
    }
  }
  return out;
}

async function shrink(engine: Engine, jpeg: Buffer, { resize, crop }: Placement): Promise<Pixels> {
  const { data, info } = await engine(jpeg)
    .resize(resize.width, resize.height, { fit: "fill", kernel: "cubic" })
    .extract(crop)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

function timesOf(rounds: number, work: () => unknown): number[] {
  for (let i = 0; i < rounds / 2; i++) work();
  return Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
}

function notesOn(table: readonly Row[], jpegBytes: number, rounds: number, missing: readonly string[]): string[] {
  const at = (renderer: string, column: string) =>
    Number(table.find((row) => row["grid"] === "160×45" && row["renderer"] === renderer)?.[column]);
  const ours = at("quadrant", "JPEG to ANSI ms (min)");
  const ratios = COMMANDS.map(({ label }) => [label, at(label, "JPEG to ANSI ms (min)") / ours] as const)
    .filter(([, ratio]) => Number.isFinite(ratio))
    .map(([label, ratio]) => `${label}: ${ratio.toFixed(1)} ×`);
  return [
    `Picture: a drawn landscape, 1280×720, as a JPEG of quality ${JPEG_QUALITY} (${jpegBytes} bytes); stretched to the grid by all.`,
    "Cells: from sub-cell pixels to a grid, warm. JPEG to ANSI: decode and resize by sharp with one thread, map, write 24-bit ANSI as bytes, one frame after another.",
    `Commands: wall time of the whole process over ${rounds} runs, its start included and nothing subtracted; chafa uses every core.`,
    ...(ratios.length > 0
      ? [`Time of each command over ours with quadrants, 160×45, best of each: ${ratios.join(" · ")}.`]
      : []),
    "Likeness: cells (for the commands their output, parsed) drawn as pixels, 8×16 a cell at 160×45 and 4×8 at 400×120, against the picture at that size; letters by DejaVu Sans Mono. At 2×2 a cell both are averaged to quadrants first.",
    "Grain and detail finer than a cell cost every renderer the same and keep the first PSNR low.",
    ...missing.map((name) => `${name} is not installed, so it is not in the table.`),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
