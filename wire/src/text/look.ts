import { z } from "zod";
import type { ColourDepth } from "./ansi-pen.ts";

/** Repertoires of glyphs that a picture can be drawn with, from the coarsest figures to letters. */
export const GLYPH_SET_NAMES = ["half", "quadrant", "sextant", "octant", "braille", "ascii", "ramp"] as const;
export const glyphSetName = z.enum(GLYPH_SET_NAMES);
export type GlyphSetName = z.infer<typeof glyphSetName>;

/** Colour depths, the richest first. */
export const COLOUR_DEPTHS = ["24bit", "256", "16", "mono"] as const satisfies readonly ColourDepth[];
export const colourDepth = z.enum(COLOUR_DEPTHS);

/** What a hub draws with for those who wish nothing. */
export const USUAL_LOOK = { glyphs: "quadrant", depth: "24bit" } as const;

/** How a viewer wants pictures drawn; what is left out is the hub's choice. */
export interface TextLook {
  readonly glyphs?: GlyphSetName | undefined;
  readonly depth?: ColourDepth | undefined;
}
