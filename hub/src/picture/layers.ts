import { readFile, stat } from "node:fs/promises";
import { HubError, messageOf } from "#contract/errors.ts";
import type { ImageContent } from "#core/frame.ts";
import type { Pixels } from "#glyph/pixels.ts";
import type { OverlayOptions } from "sharp";
import { blend, type Cover } from "./blend.ts";
import { fromPixels, HOUSE, loadEngine, outsideInput, pictureWork, runPipeline, type Engine } from "./engine.ts";
import { imageContent, inspectPicture, type PictureLimits } from "./inspect.ts";
import { encodeCost, pixelCost, SMALL, together, type WorkCost } from "./work-cost.ts";

/** A picture file that is one layer of a composition. */
export interface LayerFile {
  readonly path: string;
  /** The left half holds the colours, the right half the opacity. */
  readonly sideBySide: boolean;
}

export interface Composition {
  /** Pixels of the result. */
  readonly width: number;
  readonly height: number;
  readonly main: LayerFile;
  /** Laid over the main layer. */
  readonly float?: LayerFile | undefined;
}

/** Files of one's own may be larger than what strangers send: photos, panoramas. */
const FILE_LIMITS: PictureLimits = { maxBytes: 100_000_000, maxPixels: 250_000_000, maxDecodeBytes: 1_000_000_000 };
const JPEG_QUALITY = 86;
/** Proportions that differ by less than this are stretched instead of framed. */
const SAME_SHAPE = 0.02;
/** The frame around a picture of another shape is made from so small a copy, which blurs it for nothing. */
const BACKDROP_SCALE = 24;

/**
 * Loads the layers, fits them to the size and composes float over main as a JPEG.
 *
 * A main picture of another shape stands in full before a dim, blurred copy of itself. A JPEG that has the
 * size already and no float is passed on as it is.
 *
 * @throws {HubError} `not-found`, `too-large`, `bad-picture`, naming the file.
 */
export async function composeLayers({ width, height, main, float }: Composition): Promise<ImageContent> {
  const engine = await loadEngine();
  const size = { width, height };
  const base = await readLayer(main, async (bytes) => {
    if (!float && !main.sideBySide && (await isReady(engine, bytes, size))) return imageContent(bytes, FILE_LIMITS);
    return main.sideBySide ? overBlack(await halves(engine, bytes, size), size) : frame(engine, bytes, size);
  });
  if ("kind" in base) return base;
  if (float) {
    const cover = await readLayer(float, (bytes) => (float.sideBySide ? halves : withAlpha)(engine, bytes, size));
    await blend(base, cover);
  }
  const picture = fromPixels(engine, base).jpeg({ quality: JPEG_QUALITY });
  const { data } = await runPipeline(picture, encodeCost("jpeg", width, height));
  return { kind: "image", format: "jpeg", bytes: data, width, height };
}

/** @throws {HubError} as {@link composeLayers}. Pixels as shown: turned by its EXIF orientation. */
export async function measureLayer(path: string): Promise<{ readonly width: number; readonly height: number }> {
  const engine = await loadEngine();
  return readLayer({ path, sideBySide: false }, async (bytes) => {
    const { width, height } = inspectPicture(bytes, FILE_LIMITS);
    const orientation = await orientationOf(engine, bytes);
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  });
}

/** What the halves of a picture look like, to tell whether they are colours and opacity. */
export interface Halves {
  readonly leftNeutral: boolean;
  readonly rightNeutral: boolean;
  /** The right half has both black and white in it. */
  readonly rightIsMask: boolean;
}

const PROBE = { width: 64, height: 32 };

/** @throws {HubError} as {@link composeLayers} */
export async function probeHalves(path: string): Promise<Halves> {
  const engine = await loadEngine();
  return readLayer({ path, sideBySide: false }, async (bytes) => {
    const { cost } = inspectPicture(bytes, FILE_LIMITS);
    const probe = engine(bytes, layerInput).resize(PROBE.width, PROBE.height, { fit: "fill" }).flatten();
    const { data } = await runPipeline(probe.toColourspace("srgb").raw(), cost);
    return judgeHalves(data, PROBE.width);
  });
}

/** Judge the halves of RGB pixels. Neutral: nearly no pixel has a hue that JPEG did not add. */
export function judgeHalves(rgb: Uint8Array, width: number): Halves {
  const hued = [0, 0];
  let [black, white] = [0, 0];
  const pixels = rgb.length / 3;
  for (let i = 0; i < pixels; i++) {
    const [r = 0, g = 0, b = 0] = rgb.subarray(i * 3, i * 3 + 3);
    const right = i % width >= width / 2;
    if (Math.max(r, g, b) - Math.min(r, g, b) > 14) hued[Number(right)] = (hued[Number(right)] ?? 0) + 1;
    if (right && g < 40) black++;
    if (right && g > 215) white++;
  }
  const few = pixels * 0.01;
  const neutral = hued.map((count) => count <= few);
  return {
    leftNeutral: neutral[0] === true,
    rightNeutral: neutral[1] === true,
    rightIsMask: black > few && white > few,
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const layerInput = { ...outsideInput, limitInputPixels: FILE_LIMITS.maxPixels };

/** Pixels as something to lay over others. */
function overlay({ data, width, height, channels }: Pixels): OverlayOptions {
  return { input: Buffer.from(data.buffer, data.byteOffset, data.length), raw: { width, height, channels } };
}

async function readLayer<T>({ path }: LayerFile, use: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  try {
    const { size } = await stat(path);
    if (size > FILE_LIMITS.maxBytes)
      throw new HubError("too-large", `${size} bytes; at most ${FILE_LIMITS.maxBytes} are read`);
    return await use(await readFile(path));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const code = error instanceof HubError ? error.code : missing ? "not-found" : "bad-picture";
    const words = missing ? "the file is gone" : messageOf(error).replaceAll(/\s+/g, " ");
    throw new HubError(code, `${path}: ${words}`, { cause: error });
  }
}

async function isReady(engine: Engine, bytes: Uint8Array, size: Size): Promise<boolean> {
  const { format, width, height } = inspectPicture(bytes, FILE_LIMITS);
  if (format !== "jpeg" || width !== size.width || height !== size.height) return false;
  return (await orientationOf(engine, bytes)) === 1;
}

/** By EXIF: 1 is upright, 5 and above lie on their side. */
async function orientationOf(engine: Engine, bytes: Uint8Array): Promise<number> {
  const { orientation = 1 } = await pictureWork.do(HOUSE, SMALL, () => engine(bytes).metadata());
  return orientation;
}

/** The whole picture, before a backdrop of itself when its shape is another. */
async function frame(engine: Engine, bytes: Uint8Array, size: Size): Promise<Pixels> {
  const { cost } = inspectPicture(bytes, FILE_LIMITS);
  const upright = engine(bytes, layerInput).autoOrient().flatten().toColourspace("srgb");
  const fitted = await toPixels(upright.resize(size.width, size.height, { fit: "inside" }), cost);
  const stretch = (size.width * fitted.height) / (size.height * fitted.width);
  if (Math.abs(stretch - 1) < SAME_SHAPE)
    return fitted.width === size.width && fitted.height === size.height
      ? fitted
      : toPixels(fromPixels(engine, fitted).resize(size.width, size.height, { fit: "fill" }), costAt(size));
  const small = { width: Math.ceil(size.width / BACKDROP_SCALE), height: Math.ceil(size.height / BACKDROP_SCALE) };
  const blurred = await toPixels(
    fromPixels(engine, fitted).resize(small.width, small.height, { fit: "cover" }).blur(1.5).modulate({
      brightness: 0.45,
    }),
    costAt(size),
  );
  return toPixels(
    fromPixels(engine, blurred)
      .resize(size.width, size.height, { fit: "fill", kernel: "cubic" })
      .composite([overlay(fitted)]),
    costAt(size),
  );
}

/** A layer by its own alpha channel. */
async function withAlpha(engine: Engine, bytes: Uint8Array, size: Size): Promise<Cover> {
  const { cost } = inspectPicture(bytes, FILE_LIMITS);
  const { data, width } = await toPixels(
    engine(bytes, layerInput)
      .autoOrient()
      .toColourspace("srgb")
      .ensureAlpha()
      .resize(size.width, size.height, { fit: "contain", background: { r: 0, g: 0, b: 0, alpha: 0 } }),
    cost,
  );
  const plane = { data, start: 0, step: 4, row: width * 4 };
  return { colours: plane, opacity: { ...plane, start: 3 }, noisy: false };
}

/** Colours from the left half, opacity from the right one. */
async function halves(engine: Engine, bytes: Uint8Array, size: Size): Promise<Cover> {
  const { cost, width, height } = inspectPicture(bytes, FILE_LIMITS);
  const decoded = engine(bytes, layerInput).flatten().toColourspace("srgb");
  const whole = await toPixels(decoded, together(cost, pixelCost(width, height)));
  const half = { width: Math.floor(whole.width / 2), height: whole.height, top: 0 };
  if (half.width < 1) throw new HubError("bad-picture", "a picture of one column has no halves");
  const right = whole.width - half.width;
  if (half.width === size.width && half.height === size.height) {
    const plane = { data: whole.data, start: 0, step: 3, row: whole.width * 3 };
    return { colours: plane, opacity: { ...plane, start: right * 3 + 1 }, noisy: true };
  }
  const fit = async (left: number) => {
    const cut = fromPixels(engine, whole).extract({ ...half, left });
    const fitted = cut.resize(size.width, size.height, { fit: "contain", background: "#000000" });
    const { data } = await toPixels(fitted, costAt(size));
    return { data, start: 0, step: 3, row: size.width * 3 };
  };
  const [colours, opacity] = await Promise.all([fit(0), fit(right)]);
  return { colours, opacity: { ...opacity, start: 1 }, noisy: true };
}

async function overBlack(cover: Cover, { width, height }: Size): Promise<Pixels> {
  const black: Pixels = { data: new Uint8Array(width * height * 3), width, height, channels: 3 };
  await blend(black, cover);
  return black;
}

const costAt = ({ width, height }: Size) => pixelCost(width, height);

async function toPixels(pipeline: ReturnType<Engine>, cost: WorkCost): Promise<Pixels> {
  const { data, info } = await runPipeline(pipeline.raw(), cost);
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) throw new HubError("bad-picture", `it has ${channels} channels`);
  return { data, width, height, channels };
}
