import type { ImageContent, ImageFormat } from "#core/frame.ts";
import { Canvas, ink } from "./canvas.ts";
import { fromPixels, loadEngine, runPipeline } from "./engine.ts";
import { KeptPromises } from "./kept.ts";
import { letter, type LetteringStyle } from "./lettering.ts";
import { writePicture } from "./transcode.ts";
import { encodeCost, pixelCost } from "./work-cost.ts";

export interface PlaceholderWish {
  /** Of the channel. */
  readonly title: string;
  /** What is going on, in a few words. */
  readonly words: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** JPEG unless told. */
  readonly format?: ImageFormat;
}

/** A hub has few channels without pictures at one time, and each picture is some 10 kB. */
const kept = new KeptPromises<ImageContent>(32);

/** A dark picture with a lamp, the channel's name and a few words, for a channel that has nothing to show. */
export function placeholder(wish: PlaceholderWish): Promise<ImageContent> {
  return kept.get(JSON.stringify(wish), () => draw(wish));
}

async function draw({ title, words, width, height, format = "jpeg" }: PlaceholderWish): Promise<ImageContent> {
  const engine = await loadEngine();
  const drawing = engine(Buffer.from(scene(width, height)))
    .flatten({ background: "#0b0d10" })
    .raw();
  const base = await runPipeline(drawing, pixelCost(width, height));
  const canvas = new Canvas(width, height, base.data);
  const em = Math.min(height / 12, width / 16);
  await write(canvas, title, { face: "bold", sizePx: Math.round(em * 1.25) }, ink.light, 0.62);
  await write(canvas, words, { face: "regular", sizePx: Math.round(em * 0.7) }, ink.dim, 0.76);
  return writePicture(fromPixels(engine, canvas), { format, cost: encodeCost(format, width, height) });
}

/** A line in the middle of the width, `down` as a share of the height; smaller when it would not fit. */
async function write(canvas: Canvas, text: string, style: LetteringStyle, colour: number, down: number): Promise<void> {
  const room = canvas.width * 0.9;
  const wished = await letter(text, style);
  const shrunk = { ...style, sizePx: Math.floor((style.sizePx * room) / wished.width) };
  const line = wished.width <= room ? wished : await letter(text, shrunk);
  const left = Math.round((canvas.width - line.width) / 2);
  canvas.paint(line, left, Math.round(canvas.height * down - line.height / 2), colour);
}

/** Shapes only: text in an SVG would need fonts of the machine. */
function scene(width: number, height: number): string {
  const lamp = { x: width / 2, y: height * 0.36, r: Math.min(width, height) * 0.055 };
  const ring = (factor: number, opacity: number) =>
    `<circle cx="${lamp.x}" cy="${lamp.y}" r="${lamp.r * factor}" fill="none" stroke="#ffb454" stroke-opacity="${opacity}" stroke-width="${Math.max(1, lamp.r * 0.07)}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs>
      <radialGradient id="room" gradientUnits="userSpaceOnUse" cx="${lamp.x}" cy="${lamp.y}" r="${Math.max(width, height) * 0.62}">
        <stop offset="0" stop-color="#241d14"/><stop offset="0.45" stop-color="#12141a"/><stop offset="1" stop-color="#0b0d10"/>
      </radialGradient>
      <radialGradient id="glow"><stop offset="0" stop-color="#ffb454" stop-opacity="0.55"/><stop offset="1" stop-color="#ffb454" stop-opacity="0"/></radialGradient>
    </defs>
    <rect width="100%" height="100%" fill="url(#room)"/>
    <circle cx="${lamp.x}" cy="${lamp.y}" r="${lamp.r * 2.6}" fill="url(#glow)"/>
    ${ring(1.7, 0.4)}${ring(2.5, 0.18)}
    <circle cx="${lamp.x}" cy="${lamp.y}" r="${lamp.r}" fill="#ffb454"/>
  </svg>`;
}
