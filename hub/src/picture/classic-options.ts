import { CLASSIC_DEFAULTS } from "#glyph/classic.ts";
import { z } from "zod";
import { TEXT_BOUNDS } from "./text-rendition.ts";

const { minCols, maxCols, minRows, maxRows } = TEXT_BOUNDS;

/** Settings of the classic renderer, for the outputs that offer it. */
export const classicOptions = z
  .strictObject({
    width: z.int().min(minCols).max(maxCols).default(CLASSIC_DEFAULTS.width),
    height: z.int().min(minRows).max(maxRows).default(CLASSIC_DEFAULTS.height),
    fontRatio: z.number().min(0.1).max(2).default(CLASSIC_DEFAULTS.fontRatio),
    colour: z.boolean().default(CLASSIC_DEFAULTS.colour),
    blurKernel: z
      .int()
      .min(1)
      .max(31)
      .refine((size) => size % 2 === 1, "a kernel is an odd number of pixels wide")
      .default(CLASSIC_DEFAULTS.blurKernel),
    saturation: z.number().min(0).max(10).default(CLASSIC_DEFAULTS.saturation),
    brightness: z.number().min(0).max(10).default(CLASSIC_DEFAULTS.brightness),
    gamma: z.number().min(0.1).max(10).default(CLASSIC_DEFAULTS.gamma),
    palette: z
      .string()
      .min(2)
      .max(256)
      .regex(/^\P{C}+$/u, "a palette has no control characters")
      .default(CLASSIC_DEFAULTS.palette),
  })
  .prefault({});
