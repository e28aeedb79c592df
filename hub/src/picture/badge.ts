import type { Matrix3x3 } from "sharp";
import type { ImageContent } from "#core/frame.ts";
import { ink, type Colour } from "./canvas.ts";
import { loadEngine, outsideInput } from "./engine.ts";
import { letter } from "./lettering.ts";
import { costOf } from "./inspect.ts";
import { writePicture } from "./transcode.ts";
import { encodeCost, together } from "./work-cost.ts";

/** Narrower pictures have no room for words: a bar of the warm colour says that something is wrong. */
const LEAST_WIDTH_FOR_WORDS = 120;
const LEAST_TYPE_PX = 8;

/**
 * A quarter of the saturation and four fifths of the light, by the luminance of Rec. 709. As a matrix it
 * takes a tenth of the time of the library's `modulate`, which goes through another colour space.
 */
const DRAINED = drained(0.25, 0.8);

/**
 * The picture with its colours drained and words over it ("stalled since 12:03:10"), in its own format and
 * size: nobody takes it for a live one.
 */
export async function badgePicture(content: ImageContent, words: string): Promise<ImageContent> {
  const engine = await loadEngine();
  const { width, height } = content;
  const overlay = width < LEAST_WIDTH_FOR_WORDS ? bar(width, height) : await label(words, width, height);
  const pipeline = engine(content.bytes, outsideInput)
    .pipelineColourspace("srgb")
    .recomb(DRAINED)
    .composite([
      {
        input: overlay.data,
        raw: { width: overlay.width, height: overlay.height, channels: 4 },
        left: overlay.left,
        top: overlay.top,
      },
    ]);
  const cost = together(costOf(content), encodeCost(content.format, width, height));
  return writePicture(pipeline, { format: content.format, cost });
}

function drained(saturation: number, light: number): Matrix3x3 {
  const grey = [0.2126, 0.7152, 0.0722];
  const row = (own: number): [number, number, number] => {
    const share = (i: number) => light * ((grey[i] ?? 0) * (1 - saturation) + (i === own ? saturation : 0));
    return [share(0), share(1), share(2)];
  };
  return [row(0), row(1), row(2)];
}

interface Overlay {
  /** RGBA. */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

function bar(width: number, height: number): Overlay {
  const thickness = Math.max(1, Math.round(height / 10));
  const data = Buffer.alloc(width * thickness * 4);
  for (let i = 0; i < width * thickness; i++) set(data, i, ink.warm, 255);
  return { data, width, height: thickness, left: 0, top: height - thickness };
}

/** A dark pill with a warm dot, at the lower left. */
async function label(words: string, pictureWidth: number, pictureHeight: number): Promise<Overlay> {
  const wanted = Math.min(48, Math.max(LEAST_TYPE_PX, Math.min(pictureHeight / 18, pictureWidth / 24)));
  const sizePx = Math.round(wanted);
  const text = await letter(words, { face: "bold", sizePx });
  const margin = Math.round(sizePx * 0.8);
  const height = Math.min(pictureHeight, Math.round(sizePx * 2));
  const textLeft = Math.round(sizePx * 1.9);
  const width = Math.min(pictureWidth, textLeft + text.width + sizePx);
  const data = Buffer.alloc(width * height * 4);
  const dot = { x: sizePx * 1.1, y: height / 2, radius: sizePx * 0.32 };
  const textTop = Math.round((height - text.height) / 2);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const pill = pillShare(x + 0.5, y + 0.5, width, height);
      const spot = clamp(dot.radius - Math.hypot(x + 0.5 - dot.x, y + 0.5 - dot.y) + 0.5);
      const [tx, ty] = [x - textLeft, y - textTop];
      const inText = tx >= 0 && tx < text.width && ty >= 0 && ty < text.height;
      const letters = inText ? (text.alpha[ty * text.width + tx] ?? 0) / 255 : 0;
      const colour = spot > 0 ? blend(ink.night, ink.warm, spot) : blend(ink.night, ink.light, letters);
      set(data, i, colour, Math.round(pill * (215 + 40 * Math.max(spot, letters))));
    }
  }
  const left = Math.min(margin, pictureWidth - width);
  const top = Math.max(0, pictureHeight - height - margin);
  return { data, width, height, left, top };
}

/** 1 inside a rectangle with half-round ends, 0 outside, between them at the edge. */
function pillShare(x: number, y: number, width: number, height: number): number {
  const radius = height / 2;
  const nearest = Math.min(width - radius, Math.max(radius, x));
  return clamp(radius - Math.hypot(x - nearest, y - radius) + 0.5);
}

function set(data: Buffer, pixel: number, colour: Colour, alpha: number): void {
  data[pixel * 4] = colour >> 16;
  data[pixel * 4 + 1] = (colour >> 8) & 255;
  data[pixel * 4 + 2] = colour & 255;
  data[pixel * 4 + 3] = alpha;
}

function blend(from: Colour, to: Colour, share: number): Colour {
  const channel = (shift: number) => {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
    return Math.round(a + (b - a) * share) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));
