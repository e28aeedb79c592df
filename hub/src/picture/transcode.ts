import type { Errand } from "#core/errand.ts";
import { Encoding, type Content, type Frame, type ImageContent, type ImageFormat } from "#core/frame.ts";
import type { Sharp } from "sharp";
import { fromPixels, HOUSE, loadEngine, outsideInput, runPipeline } from "./engine.ts";
import { costOf } from "./inspect.ts";
import { SharedWork } from "./shared-work.ts";
import { textPixels } from "./text-picture.ts";
import { encodeCost, pixelCost, together, type WorkCost } from "./work-cost.ts";

/** What a picture is turned into. Undefined leaves that side as it is. */
export interface PictureShape {
  readonly format?: ImageFormat | undefined;
  readonly maxWidth?: number | undefined;
  readonly maxHeight?: number | undefined;
  /** 1 to 100, for JPEG and WebP. */
  readonly quality?: number | undefined;
}

/** At 80 a JPEG of a photo is hard to tell from its original. */
const DEFAULT_QUALITY = 80;

const transcoded = new Encoding<SharedWork<ImageContent>>("transcoded");

/**
 * The frame's picture in this shape: at once and untouched when it fits already, else encoded beside the
 * event loop, once for all who ask. Text is drawn. Never enlarges.
 *
 * @throws {LeftOut} by rejection, when the errand's signal is aborted before its turn comes
 */
export function transcode(
  frame: Frame,
  shape: PictureShape,
  errand: Errand = HOUSE,
): ImageContent | Promise<ImageContent> {
  const { content } = frame;
  if (content.kind === "image" && fits(content, shape)) return content;
  const { format, maxWidth, maxHeight, quality = DEFAULT_QUALITY } = shape;
  const make = () => new SharedWork((shared) => encode(content, shape, shared));
  return frame.encoded(transcoded, make, `${format};${maxWidth};${maxHeight};${quality}`).ask(errand);
}

function fits(content: ImageContent, { format, maxWidth, maxHeight, quality }: PictureShape): boolean {
  return (
    (format === undefined || content.format === format) &&
    (maxWidth === undefined || content.width <= maxWidth) &&
    (maxHeight === undefined || content.height <= maxHeight) &&
    (quality === undefined || content.format === "png")
  );
}

async function encode(content: Content, shape: PictureShape, errand: Errand): Promise<ImageContent> {
  const { maxWidth, maxHeight, quality } = shape;
  const opened = content.kind === "image" ? await openPicture(content) : await openText(content, maxWidth);
  const { pipeline, width, height } = opened;
  const resized =
    maxWidth === undefined && maxHeight === undefined
      ? pipeline
      : pipeline.resize({
          ...(maxWidth === undefined ? {} : { width: maxWidth }),
          ...(maxHeight === undefined ? {} : { height: maxHeight }),
          fit: "inside",
          withoutEnlargement: true,
        });
  const format = shape.format ?? opened.format;
  const scale = Math.min(1, (maxWidth ?? width) / width, (maxHeight ?? height) / height);
  const cost = together(opened.cost, encodeCost(format, width * scale, height * scale));
  return writePicture(resized, { format, quality, cost, errand });
}

interface Opened {
  readonly pipeline: Sharp;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly cost: WorkCost;
}

async function openPicture(content: ImageContent): Promise<Opened> {
  const engine = await loadEngine();
  const { format, width, height } = content;
  return { pipeline: engine(content.bytes, outsideInput), format, width, height, cost: costOf(content) };
}

/** Without a wish text becomes PNG, which loses nothing of its edges. */
async function openText({ grid }: Content & { readonly kind: "text" }, maxWidth: number | undefined): Promise<Opened> {
  const engine = await loadEngine();
  const pixels = await textPixels(grid, maxWidth);
  const { width, height } = pixels;
  return { pipeline: fromPixels(engine, pixels), format: "png", width, height, cost: pixelCost(width, height) };
}

/** Run a pipeline into a picture, with the settings for live ones: quick to make rather than smallest. */
export async function writePicture(
  pipeline: Sharp,
  to: {
    readonly format: ImageFormat;
    readonly quality?: number | undefined;
    readonly cost: WorkCost;
    readonly errand?: Errand;
  },
): Promise<ImageContent> {
  const { format, quality = DEFAULT_QUALITY, cost, errand } = to;
  const { data, info } = await runPipeline(encoder(pipeline, format, quality), cost, errand);
  return { kind: "image", format, bytes: data, width: info.width, height: info.height };
}

function encoder(pipeline: Sharp, format: ImageFormat, quality: number): Sharp {
  switch (format) {
    case "jpeg":
      // Optimised Huffman tables double the time of encoding for a few per cent of the bytes.
      return pipeline.flatten({ background: "#000000" }).jpeg({ quality, optimizeCoding: false });
    case "webp":
      return pipeline.webp({ quality, effort: 1 });
    case "png":
      return pipeline.png({ compressionLevel: 3 });
  }
}
