import { availableParallelism } from "node:os";
import { systemClock } from "#core/clock.ts";
import type { Errand } from "#core/errand.ts";
import type { Pixels } from "#glyph/pixels.ts";
import type { OutputInfo, Sharp, SharpOptions } from "sharp";
import { cpuQuota, QuotaPace } from "./cpu-quota.ts";
import { DEFAULT_LIMITS, MAX_DECODE_BYTES } from "./inspect.ts";
import { WorkBudget } from "./work-budget.ts";
import type { WorkCost } from "./work-cost.ts";

/** Makes a pipeline that runs beside the event loop. */
export type Engine = (input: Uint8Array | SharpOptions, options?: SharpOptions) => Sharp;

/** The threads of libuv's pool; files, pages and look-ups of names need some of them at any time. */
const POOL_SIZE = Number(process.env["UV_THREADPOOL_SIZE"] ?? 4);
const CORES = availableParallelism();

/**
 * All work on pictures of this process. It leaves two threads of the pool to files and look-ups of names: a decode cannot be
 * interrupted, and nothing else may wait for one. There is more quick work in flight than there are cores, as the next piece
 * can only be handed over when the event loop comes round.
 */
export const pictureWork = new WorkBudget(
  systemClock,
  { quick: Math.max(1, Math.min(CORES + 2, POOL_SIZE - 3)), slow: 1, slowBytes: MAX_DECODE_BYTES },
  paceHere(),
);

function paceHere(): QuotaPace | undefined {
  const cores = cpuQuota();
  return cores !== undefined && cores < CORES ? new QuotaPace(cores, systemClock) : undefined;
}

/** Work of the hub itself: sources that draw, words and badges. */
export const HOUSE: Errand = { of: {}, clients: () => [] };

/** Run a pipeline to its end, when its turn has come. */
export function runPipeline(
  pipeline: Sharp,
  cost: WorkCost,
  errand: Errand = HOUSE,
): Promise<{ readonly data: Buffer<ArrayBuffer>; readonly info: OutputInfo }> {
  return pictureWork.do(errand, cost, () => pipeline.toBuffer({ resolveWithObject: true }));
}

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

/** A last resort: what is decoded row by row and takes longer ends with an error. */
export const LONGEST = { seconds: 10 };

/**
 * Options for bytes from outside: nothing is decoded beyond the pixel limit, and a picture that was cut off is
 * an error, not a grey area. What only draws a warning is shown, as a browser would.
 */
export const outsideInput: SharpOptions = { limitInputPixels: DEFAULT_LIMITS.maxPixels, failOn: "truncated" };

/** A pipeline that begins with raw pixels. */
export function fromPixels(engine: Engine, { data, width, height, channels }: Pixels): Sharp {
  return engine(data, { raw: { width, height, channels } });
}
