/** Glyph bitmaps of one cell size. The picture layer makes one from a font. */
export interface GlyphAtlas {
  /** Pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /**
   * How much of each pixel of the cell the glyph covers, 0–255, row by row; `undefined` when the atlas has no such
   * glyph. The array is shared: do not change it.
   */
  coverage(codePoint: number): Uint8Array | undefined;
}
