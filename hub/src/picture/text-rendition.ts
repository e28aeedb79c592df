import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Channel } from "#core/channel.ts";
import type { Errand } from "#core/errand.ts";
import type { Content, Frame } from "#core/frame.ts";
import { Rendition } from "#core/rendition.ts";
import { classicAnsi, CLASSIC_DEFAULTS, renderClassic, type ClassicSettings } from "#glyph/classic.ts";
import { type Fit, placePicture } from "#glyph/geometry.ts";
import { type GlyphSettings, GlyphRenderer } from "#glyph/renderer.ts";
import { pixelsOf } from "./pixels.ts";

/** How somebody wants to see a channel as text. */
export interface TextWishes extends GlyphSettings {
  readonly cols: number;
  readonly rows: number;
  /** Texts keep the size that they have, whatever it is: `cols` and `rows` are for pictures. */
  readonly whole?: boolean;
  /** `fit` unless told. */
  readonly fit?: Fit;
  /** Width of a cell over its height; 0.5 unless told. */
  readonly fontRatio?: number;
  /** Most frames per second; every frame unless told. */
  readonly maxFps?: number;
}

/** Smallest and largest grids that strangers get. */
export const TEXT_BOUNDS = { minCols: 20, maxCols: 400, minRows: 5, maxRows: 120 } as const;

/** Sizes and looks of one channel as text that may be watched at once; beyond them viewers share {@link COMMON_SIZE}. */
const MAX_TEXT_RENDITIONS = 64;
const COMMON_SIZE = { cols: 80, rows: 24 };

/** A wished size brought within {@link TEXT_BOUNDS}. */
export function boundedSize(cols: number, rows: number): { readonly cols: number; readonly rows: number } {
  const { minCols, maxCols, minRows, maxRows } = TEXT_BOUNDS;
  return { cols: clamp(cols, minCols, maxCols), rows: clamp(rows, minRows, maxRows) };
}

/**
 * The channel as text grids, shared by all who wish the same. Pictures are drawn as glyphs from one decode for
 * all sizes; a grid of another size is centred and cut, never scaled, unless it is wanted `whole`. Many different wishes at once end at one
 * common size, so that strangers cannot make the hub draw without bounds: look at the frame's own size.
 */
export function textRendition(channel: Channel, wishes: TextWishes): Channel {
  const size = boundedSize(wishes.cols, wishes.rows);
  let wanted = { ...wishes, ...size };
  let key = keyOf(wanted);
  if (!channel.renditions.has(key) && textRenditionsOf(channel) >= MAX_TEXT_RENDITIONS) {
    wanted = { ...wanted, ...COMMON_SIZE };
    key = keyOf(wanted);
  }
  const renderer = new GlyphRenderer(wanted);
  return Rendition.of(channel, key, (frame, errand) => draw(frame, wanted, renderer, errand), thinning(wanted.maxFps));
}

/** What a frame of {@link classicRendition} carries beside its cells: the original's own text. */
export type ClassicText = (frame: Frame) => string | undefined;

/** Of all classic renditions: those who ask for one that runs already have to find what it makes. */
const classicTexts = new WeakMap<Content, string>();

/** The channel as the original streamer draws it (`classic`), and the text that it would send for a frame. */
export function classicRendition(
  channel: Channel,
  settings: Partial<ClassicSettings>,
  maxFps?: number,
): { readonly channel: Channel; readonly textOf: ClassicText } {
  const classic = { ...CLASSIC_DEFAULTS, ...settings };
  const rendition = Rendition.of(
    channel,
    `classic;${maxFps ?? ""};${JSON.stringify(classic)}`,
    async (frame, errand) => {
      if (frame.content.kind === "text")
        return { kind: "text", grid: centred(frame.content.grid, classic.width, classic.height) };
      const { width, height } = frame.content;
      // Twice the cells is where more pixels no longer change what the original's blur leaves.
      const scale = Math.min(1, Math.max((classic.width * 4) / width, (classic.height * 4) / height));
      const resize = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
      const drawn = renderClassic(await pixelsOf(frame, { resize }, errand), classic);
      const content: Content = { kind: "text", grid: drawn.grid };
      classicTexts.set(content, classicAnsi(drawn));
      return content;
    },
    thinning(maxFps),
  );
  return { channel: rendition, textOf: (frame) => classicTexts.get(frame.content) };
}

async function draw(frame: Frame, wishes: TextWishes, renderer: GlyphRenderer, errand: Errand): Promise<Content> {
  const { content } = frame;
  const { cols, rows } = wishes;
  if (content.kind === "text") {
    const { grid } = content;
    const asItIs = wishes.whole === true || (grid.cols === cols && grid.rows === rows);
    return asItIs ? content : { kind: "text", grid: centred(grid, cols, rows) };
  }
  const placement = placePicture({
    source: content,
    cols,
    rows,
    set: renderer.set,
    fit: wishes.fit ?? "fit",
    ...(wishes.fontRatio === undefined ? {} : { fontRatio: wishes.fontRatio }),
  });
  return { kind: "text", grid: renderer.render(await pixelsOf(frame, placement, errand), placement) };
}

/** The grid in the middle of another size; what does not fit is cut on both sides. */
export function centred(grid: TextGrid, cols: number, rows: number): TextGrid {
  const result = createGrid(cols, rows, undefined, commonGround(grid));
  const [left, top] = [(cols - grid.cols) >> 1, (rows - grid.rows) >> 1];
  const from = Math.max(0, -left);
  const width = Math.min(grid.cols - from, cols - Math.max(0, left));
  for (let y = Math.max(0, top); y < Math.min(rows, top + grid.rows); y++) {
    const source = (y - top) * grid.cols + from;
    const target = y * cols + Math.max(0, left);
    result.glyph.set(grid.glyph.subarray(source, source + width), target);
    result.fg.set(grid.fg.subarray(source, source + width), target);
    result.bg.set(grid.bg.subarray(source, source + width), target);
    result.attr.set(grid.attr.subarray(source, source + width), target);
  }
  return result;
}

/** The ground around a centred grid goes on in the colour of its corner. */
function commonGround(grid: TextGrid): number {
  return grid.bg[0] ?? 0;
}

function thinning(maxFps: number | undefined): { readonly minIntervalMs: number } {
  return { minIntervalMs: maxFps === undefined ? 0 : 1000 / maxFps };
}

function textRenditionsOf(channel: Channel): number {
  let count = 0;
  for (const [key, rendition] of channel.renditions) {
    if (!key.startsWith("text;")) continue;
    // One that was asked for and never watched must not keep others out.
    if (rendition.watched) count++;
    else channel.renditions.delete(key);
  }
  return count;
}

function keyOf({ cols, rows, ...look }: TextWishes): string {
  const rest = Object.entries(look)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `text;${cols}x${rows};${JSON.stringify(rest)}`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}
