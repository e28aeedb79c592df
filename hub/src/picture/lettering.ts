import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Coverage } from "./canvas.ts";
import { loadEngine, runPipeline } from "./engine.ts";
import { KeptPromises } from "./kept.ts";
import { SMALL } from "./work-cost.ts";

/** Typefaces that come with the hub: a fresh machine has none of its own. */
const faces = {
  regular: { file: "DejaVuSans.ttf", family: "DejaVu Sans" },
  bold: { file: "DejaVuSans-Bold.ttf", family: "DejaVu Sans Bold" },
  mono: { file: "DejaVuSansMono.ttf", family: "DejaVu Sans Mono" },
  "mono-bold": { file: "DejaVuSansMono-Bold.ttf", family: "DejaVu Sans Mono Bold" },
} as const;

export interface LetteringStyle {
  readonly face: keyof typeof faces;
  /** Size of the type, in pixels per em. */
  readonly sizePx: number;
}

/** Text of a channel's name and a few words; what is longer is cut. */
const MAX_CHARACTERS = 200;

/** Smaller type cannot be read, and is left out. */
const LEAST_SIZE_PX = 5;

const NOTHING: Coverage = { width: 0, height: 0, alpha: new Uint8Array() };

const fontFolder = join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf");
const kept = new KeptPromises<Coverage>(256);
const guards = new KeptPromises<Guard>(32);

/**
 * One line of text as coverage, 1.4 em high whatever its letters, so that lines share a baseline and digits
 * set one by one stand as they do in a word. Made beside the event loop, once per text and style.
 */
export function letter(text: string, style: LetteringStyle): Promise<Coverage> {
  const { sizePx } = style;
  if (!(sizePx >= LEAST_SIZE_PX)) return Promise.resolve(NOTHING);
  const line = [...text.replaceAll(/\s/g, " ")].slice(0, MAX_CHARACTERS).join("");
  return kept.get(`${style.face} ${sizePx} ${line}`, () => setLine(line, style));
}

/** Every one of these characters on its own, for text that changes with each frame (a clock). */
export async function letterEach(characters: string, style: LetteringStyle): Promise<ReadonlyMap<string, Coverage>> {
  const all = [...new Set(characters)];
  const lines = await Promise.all(all.map((character) => letter(character, style)));
  return new Map(all.map((character, i) => [character, lines[i] ?? NOTHING]));
}

/**
 * The image library cuts a text to its ink, and says nothing of baseline and advance. So every text is set
 * between two bars, which are then cut away: they tell where the line is.
 */
const BAR = "|";

/** Measures of the bar, in pixels. */
interface Guard {
  readonly ink: number;
  readonly advance: number;
}

async function setLine(text: string, style: LetteringStyle): Promise<Coverage> {
  const height = Math.round(style.sizePx * 1.4);
  const guard = await guards.get(`${style.face} ${style.sizePx}`, () => measureBar(style));
  const set = await render(`${BAR}${text}${BAR}`, style);
  const bearing = (guard.advance - guard.ink) / 2;
  const left = Math.round(guard.ink + bearing);
  const width = Math.max(0, Math.round(set.width - guard.ink - guard.advance));
  const [top, bottom] = inkRows(set, guard.ink);
  const shift = Math.round((height - (bottom - top)) / 2) - top;
  const alpha = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y - shift;
    if (from < 0 || from >= set.height) continue;
    alpha.set(set.alpha.subarray(from * set.width + left, from * set.width + left + width), y * width);
  }
  return { width, height, alpha };
}

async function measureBar(style: LetteringStyle): Promise<Guard> {
  const [one, two] = [await render(BAR, style), await render(BAR + BAR, style)];
  return { ink: one.width, advance: two.width - one.width };
}

/** First row with ink and the one after the last, within the first `columns`. */
function inkRows({ alpha, width, height }: Coverage, columns: number): [number, number] {
  const rows = Array.from({ length: height }, (_, y) => Math.max(...alpha.subarray(y * width, y * width + columns)));
  // Small bars are thinner than a pixel and never quite black; their ends are softened.
  const threshold = Math.max(...rows) / 2;
  const inked = (share: number) => share > threshold;
  return [Math.max(0, rows.findIndex(inked)), rows.findLastIndex(inked) + 1];
}

async function render(text: string, { face, sizePx }: LetteringStyle): Promise<Coverage> {
  const { file, family } = faces[face];
  const engine = await loadEngine();
  // At 72 dpi a point is a pixel.
  const input = { text: escapeMarkup(text), font: `${family} ${sizePx}`, fontfile: join(fontFolder, file), dpi: 72 };
  const { data, info } = await runPipeline(engine({ text: input }).extractChannel(0).raw(), SMALL);
  return { width: info.width, height: info.height, alpha: data };
}

/** Text goes to Pango as markup. */
function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
