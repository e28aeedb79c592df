import { HubError } from "#contract/errors.ts";
import type { Channel } from "#core/channel.ts";
import type { ImageFormat } from "#core/frame.ts";
import { Rendition } from "#core/rendition.ts";
import { transcode, type PictureShape } from "./transcode.ts";

/** How somebody wants to see a channel. What is left out stays as it is. */
export interface ImageWishes {
  readonly format?: ImageFormat | undefined;
  /** Most pixels across; the picture keeps its shape and is never enlarged. */
  readonly width?: number | undefined;
  /** Most pixels down. */
  readonly height?: number | undefined;
  /** 1 to 100, of JPEG and WebP. Asking for one encodes anew, also a picture that fits. */
  readonly quality?: number | undefined;
  /** Most frames per second, above 0. */
  readonly maxFps?: number | undefined;
}

/**
 * Sizes are rounded down to one of these, so that many who ask for about the same share one picture. Those of 720p, 1080p and
 * 4K divided by 2, 4 and 8 are among them: decoders make these sizes of a JPEG for a fraction of the time.
 */
export const SIZE_STEPS: readonly number[] = [16, 32, 64, 160, 240, 320, 480, 640, 960, 1280, 1920, 3840];

const HEIGHT_STEPS: readonly number[] = [16, 32, 64, 90, 120, 180, 240, 360, 480, 720, 1080, 2160];

const QUALITY_STEPS: readonly number[] = [10, 30, 50, 65, 80, 95];
const FPS_STEPS: readonly number[] = [0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 40, 50, 60];

/** Renditions of one channel that may be watched at once. */
export const MAX_RENDITIONS = 24;

/**
 * The channel as pictures of the wished format, size, quality and rate, shared by all who wish the same.
 * The channel itself when nothing is wished. Frames that fit already pass untouched; text is drawn.
 *
 * @throws {HubError} `bad-request` for a wish out of bounds, `full` beyond {@link MAX_RENDITIONS}.
 */
export function imageRendition(channel: Channel, wishes: ImageWishes): Channel {
  const shape = shapeOf(wishes);
  const maxFps = wishes.maxFps === undefined ? undefined : stepDown("fps", wishes.maxFps, FPS_STEPS);
  const key = keyOf(shape, maxFps);
  if (key === "") return channel;
  if (!channel.renditions.has(key)) makeRoom(channel);
  const thinning = { minIntervalMs: maxFps === undefined ? 0 : 1000 / maxFps };
  return Rendition.of(channel, key, (frame, errand) => transcode(frame, shape, errand), thinning);
}

function shapeOf({ format, width, height, quality }: ImageWishes): PictureShape {
  return {
    format,
    maxWidth: width === undefined ? undefined : sizeStep("width", width, SIZE_STEPS),
    maxHeight: height === undefined ? undefined : sizeStep("height", height, HEIGHT_STEPS),
    quality: quality === undefined ? undefined : qualityStep(quality),
  };
}

/** Says everything that changes the result; empty when nothing is changed. */
function keyOf({ format, maxWidth, maxHeight, quality }: PictureShape, maxFps: number | undefined): string {
  const parts = { f: format, w: maxWidth, h: maxHeight, q: quality, fps: maxFps };
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
}

/** Renditions that were asked for and never watched must not keep others out. */
function makeRoom(channel: Channel): void {
  if (channel.renditions.size < MAX_RENDITIONS) return;
  for (const [key, rendition] of channel.renditions) if (!rendition.watched) channel.renditions.delete(key);
  if (channel.renditions.size < MAX_RENDITIONS) return;
  throw new HubError(
    "full",
    `"${channel.name}" is being watched in ${MAX_RENDITIONS} shapes already: take one that others watch, or try again later`,
  );
}

function sizeStep(name: string, value: number, steps: readonly number[]): number {
  const most = steps.at(-1) ?? value;
  if (!Number.isFinite(value) || value < 1 || value > most)
    throw new HubError("bad-request", `${name} must be from 1 to ${most} pixels, not ${value}`);
  return steps.findLast((step) => step <= value) ?? 16;
}

function stepDown(name: string, value: number, steps: readonly number[]): number {
  const [least = value, most = value] = [steps[0], steps.at(-1)];
  if (!(value >= least && value <= most))
    throw new HubError("bad-request", `${name} must be from ${least} to ${most}, not ${value}`);
  return steps.findLast((step) => step <= value) ?? least;
}

function qualityStep(value: number): number {
  if (!(value >= 1 && value <= 100)) throw new HubError("bad-request", `quality must be from 1 to 100, not ${value}`);
  return QUALITY_STEPS.findLast((step) => step <= value) ?? 10;
}
