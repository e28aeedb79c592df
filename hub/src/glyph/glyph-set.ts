import { BRAILLE, HALVES, OCTANTS, QUADRANTS, SEXTANTS } from "@lightwell/wire/text/shapes/mosaics.ts";

export type GlyphSetName = "ramp" | "ascii" | "half" | "quadrant" | "sextant" | "octant" | "braille";

/** A repertoire of glyphs and the grid of sub-cells that each of them divides its cell into. */
export interface GlyphSet {
  readonly name: GlyphSetName;
  /** Sub-cells across and down one cell. */
  readonly across: number;
  readonly down: number;
  /**
   * Code point for each pattern: bit `i` is the sub-cell `i`, row by row, in the foreground colour.
   * Empty for the two sets that choose letters and not patterns.
   */
  readonly patterns: Uint32Array;
}

/** Every glyph set by its name. */
export const GLYPH_SETS: Readonly<Record<GlyphSetName, GlyphSet>> = {
  ramp: { name: "ramp", across: 1, down: 1, patterns: new Uint32Array() },
  ascii: { name: "ascii", across: 2, down: 3, patterns: new Uint32Array() },
  half: { name: "half", ...HALVES },
  quadrant: { name: "quadrant", ...QUADRANTS },
  sextant: { name: "sextant", ...SEXTANTS },
  octant: { name: "octant", ...OCTANTS },
  braille: { name: "braille", ...BRAILLE },
};
