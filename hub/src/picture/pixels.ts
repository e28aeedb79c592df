import { HubError } from "#contract/errors.ts";
import { LeftOut, type Errand } from "#core/errand.ts";
import { Encoding, type Frame } from "#core/frame.ts";
import type { Pixels } from "#glyph/pixels.ts";
import type { Sharp } from "sharp";
import { fromPixels, HOUSE, loadEngine, outsideInput, pictureWork } from "./engine.ts";
import { costOf } from "./inspect.ts";
import { SharedWork } from "./shared-work.ts";
import { textPixels } from "./text-picture.ts";
import { pixelCost } from "./work-cost.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is wanted of a picture: resized to `resize` whatever its proportions, then `crop` cut out. As `Placement` of glyph says it. */
export interface PixelsWish {
  readonly resize: Size;
  readonly crop?: Size & { readonly left: number; readonly top: number };
}

/** A panorama that is to cover a tall grid would be blown up without bounds. */
const MAX_RESIZED_PIXELS = 16_000_000;

const wished = new Encoding<SharedWork<Pixels>>("pixels");
const decoding = new Encoding<Decoding>("decoding");

/**
 * Raw RGB pixels of a frame at any number of sizes, from one decode.
 *
 * Everybody who follows a channel asks for a frame in the same turn of the event loop. So the decode looks when it begins
 * what sizes are wanted and goes to the largest; smaller ones are shrunk from that (0.5 ms instead of 3.4 ms from a 720p
 * JPEG). One who asks later shares it too, unless he wants more than there is. The bytes are shared: do not change them.
 *
 * @throws {HubError} `bad-request` for a size beyond bounds; rejects when the picture does not decode, and with `LeftOut`
 * when the errand's signal is aborted before its turn comes.
 */
export function pixelsOf(frame: Frame, { resize, crop }: PixelsWish, errand: Errand = HOUSE): Promise<Pixels> {
  checkBounds(resize, crop);
  const size = `${resize.width}x${resize.height}`;
  const make = (shared: Errand) => frame.encoded(decoding, () => new Decoding(frame)).at(resize, shared);
  const whole = frame.encoded(wished, () => new SharedWork(make), size);
  if (!crop || (crop.width === resize.width && crop.height === resize.height)) return whole.ask(errand);
  const cut = async (shared: Errand) => cutOut(await whole.ask(shared), crop);
  const variant = `${size}+${crop.width}x${crop.height}+${crop.left}+${crop.top}`;
  return frame.encoded(wished, () => new SharedWork(cut), variant).ask(errand);
}

/** The one decode of a frame. */
class Decoding {
  readonly #frame: Frame;
  /** Sizes that are wanted of the decode that has not begun yet. */
  readonly #wanted = new Set<Size>();
  #next: SharedWork<Pixels>;
  /** The largest decode so far. */
  #done: { readonly size: Size; readonly pixels: Promise<Pixels> } | undefined;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.#next = this.#prepare();
  }

  async at(size: Size, errand: Errand): Promise<Pixels> {
    const done = this.#done;
    if (done && done.size.width >= size.width && done.size.height >= size.height)
      return shrink(await done.pixels, size, errand);
    this.#wanted.add(size);
    const leave = () => this.#wanted.delete(size);
    errand.signal?.addEventListener("abort", leave, { once: true });
    try {
      return await shrink(await this.#next.ask(errand), size, errand);
    } finally {
      leave();
    }
  }

  /** A decode to the largest size that is wanted when it begins; whoever asks after that wants another. */
  #prepare(): SharedWork<Pixels> {
    return new SharedWork(async (errand) => {
      const engine = await loadEngine();
      const { content } = this.#frame;
      if (content.kind === "image")
        return pictureWork.do(errand, costOf(content), () =>
          this.#begin((size) => finish(resized(engine(content.bytes, outsideInput), size))),
        );
      return this.#begin(async (size) => shrink(await textPixels(content.grid, size.width), size, errand));
    });
  }

  async #begin(decode: (size: Size) => Promise<Pixels>): Promise<Pixels> {
    // The others of this turn of the event loop come first.
    await undefined;
    const sizes = [...this.#wanted, ...(this.#done ? [this.#done.size] : [])];
    const size = {
      width: Math.max(...sizes.map(({ width }) => width)),
      height: Math.max(...sizes.map(({ height }) => height)),
    };
    this.#next = this.#prepare();
    const done = { size, pixels: decode(size) };
    this.#done = done;
    try {
      return await done.pixels;
    } catch (error) {
      if (error instanceof LeftOut && this.#done === done) this.#done = undefined;
      throw error;
    }
  }
}

async function shrink(pixels: Pixels, size: Size, errand: Errand): Promise<Pixels> {
  if (sameSize(pixels, size)) return pixels;
  const pipeline = resized(fromPixels(await loadEngine(), pixels), size);
  return pictureWork.do(errand, pixelCost(pixels.width, pixels.height), () => finish(pipeline));
}

function resized(pipeline: Sharp, { width, height }: Size): Sharp {
  return pipeline
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .flatten({ background: "#000000" })
    .toColourspace("srgb")
    .raw();
}

async function finish(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new HubError("internal", `a decoded picture has ${info.channels} channels`);
  return { data, width: info.width, height: info.height, channels: 3 };
}

function cutOut(
  { data, width, channels }: Pixels,
  crop: Size & { readonly left: number; readonly top: number },
): Pixels {
  const row = crop.width * channels;
  const cut = new Uint8Array(row * crop.height);
  for (let y = 0; y < crop.height; y++) {
    const from = ((crop.top + y) * width + crop.left) * channels;
    cut.set(data.subarray(from, from + row), y * row);
  }
  return { data: cut, width: crop.width, height: crop.height, channels };
}

function checkBounds(resize: Size, crop: PixelsWish["crop"]): void {
  const whole = { left: 0, top: 0, ...resize };
  const { left, top, width, height } = crop ?? whole;
  const figures = [resize.width, resize.height, left, top, width, height];
  const inside =
    figures.every(Number.isSafeInteger) &&
    Math.min(left, top) >= 0 &&
    Math.min(width, height) >= 1 &&
    left + width <= resize.width &&
    top + height <= resize.height;
  if (!inside || resize.width * resize.height > MAX_RESIZED_PIXELS)
    throw new HubError("bad-request", `a picture cannot be had at ${resize.width}×${resize.height} pixels`);
}

const sameSize = (a: Size, b: Size) => a.width === b.width && a.height === b.height;
