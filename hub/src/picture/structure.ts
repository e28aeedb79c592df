import type { ImageFormat } from "#core/frame.ts";
import type { WorkCost } from "./work-cost.ts";

/** What the outermost structure of a picture says, before anything is decoded. */
export interface Structure {
  readonly format: ImageFormat;
  /** Pixels, at least 1. */
  readonly width: number;
  readonly height: number;
  /** Bytes that belong to the picture; what follows is padding. */
  readonly length: number;
  /** Of decoding the picture as a whole. */
  readonly cost: WorkCost;
}
