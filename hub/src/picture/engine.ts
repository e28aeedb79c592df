import type { Pixels } from "#glyph/pixels.ts";
import type { Sharp, SharpOptions } from "sharp";
import { DEFAULT_LIMITS } from "./inspect.ts";

/** Makes a pipeline that runs beside the event loop. */
export type Engine = (input: Uint8Array | SharpOptions, options?: SharpOptions) => Sharp;

let loading: Promise<Engine> | undefined;

/**
 * The image library, loaded when first needed: it costs 22 MB of memory, which a hub that only passes
 * pictures on does without.
 */
export function loadEngine(): Promise<Engine> {
  return (loading ??= import("sharp").then(({ default: sharp }) => {
    // Every live picture is another one: a cache of operations would only hold memory.
    sharp.cache(false);
    // One thread per pipeline: the pool of libuv runs several pictures at once anyway.
    sharp.concurrency(1);
    return sharp as Engine;
  }));
}

/**
 * Options for bytes from outside: nothing is decoded beyond the pixel limit, and a picture that was cut off is
 * an error, not a grey area. What only draws a warning is shown, as a browser would.
 */
export const outsideInput: SharpOptions = { limitInputPixels: DEFAULT_LIMITS.maxPixels, failOn: "truncated" };

/** A pipeline that begins with raw pixels. */
export function fromPixels(engine: Engine, { data, width, height, channels }: Pixels): Sharp {
  return engine(data, { raw: { width, height, channels } });
}
