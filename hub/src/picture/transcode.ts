import { Encoding, type Content, type Frame, type ImageContent, type ImageFormat } from "#core/frame.ts";
import type { Sharp } from "sharp";
import { fromPixels, loadEngine, outsideInput } from "./engine.ts";
import { textPixels } from "./text-picture.ts";

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

const transcoded = new Encoding<Promise<ImageContent>>("transcoded");

/**
 * The frame's picture in this shape: at once and untouched when it fits already, else encoded beside the
 * event loop, once for all who ask. Text is drawn. Never enlarges.
 */
export function transcode(frame: Frame, shape: PictureShape): ImageContent | Promise<ImageContent> {
  const { content } = frame;
  if (content.kind === "image" && fits(content, shape)) return content;
  const { format, maxWidth, maxHeight, quality } = shape;
  return frame.encoded(transcoded, () => encode(content, shape), `${format};${maxWidth};${maxHeight};${quality}`);
}

function fits(content: ImageContent, { format, maxWidth, maxHeight, quality }: PictureShape): boolean {
  return (
    (format === undefined || content.format === format) &&
    (maxWidth === undefined || content.width <= maxWidth) &&
    (maxHeight === undefined || content.height <= maxHeight) &&
    (quality === undefined || content.format === "png")
  );
}

async function encode(content: Content, { format, maxWidth, maxHeight, quality }: PictureShape): Promise<ImageContent> {
  const engine = await loadEngine();
  // Without a wish text becomes PNG, which loses nothing of its edges.
  const opened =
    content.kind === "image"
      ? { pipeline: engine(content.bytes, outsideInput), format: content.format }
      : { pipeline: fromPixels(engine, await textPixels(content.grid, maxWidth)), format: "png" as const };
  const resized =
    maxWidth === undefined && maxHeight === undefined
      ? opened.pipeline
      : opened.pipeline.resize({
          ...(maxWidth === undefined ? {} : { width: maxWidth }),
          ...(maxHeight === undefined ? {} : { height: maxHeight }),
          fit: "inside",
          withoutEnlargement: true,
        });
  return writePicture(resized, format ?? opened.format, quality);
}

/** Run a pipeline into a picture, with the settings for live ones: quick to make rather than smallest. */
export async function writePicture(
  pipeline: Sharp,
  format: ImageFormat,
  quality = DEFAULT_QUALITY,
): Promise<ImageContent> {
  const { data, info } = await encoder(pipeline, format, quality).toBuffer({ resolveWithObject: true });
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
