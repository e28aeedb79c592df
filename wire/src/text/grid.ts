/** Attribute bits of a cell. */
export const Attribute = { bold: 1, underline: 2, reverse: 4 } as const;

/**
 * A frame of text: `cols * rows` cells, row by row.
 *
 * Treat a grid as immutable once it is published: viewers share it.
 */
export interface TextGrid {
  readonly cols: number;
  readonly rows: number;
  /** Unicode code points (0x20 for an empty cell). */
  readonly glyph: Uint32Array;
  /** Foreground, 0xRRGGBB. */
  readonly fg: Uint32Array;
  /** Background, 0xRRGGBB. */
  readonly bg: Uint32Array;
  /** Bits of {@link Attribute}. */
  readonly attr: Uint8Array;
}

/** Largest grid that any part of Lightwell accepts, in cells per side. */
export const MAX_COLS = 1000;
export const MAX_ROWS = 500;

/** Colours of a cell that nobody coloured. */
export const DEFAULT_FG = 0xc0c0c0;
export const DEFAULT_BG = 0x000000;

/** An empty grid: spaces in the given colours. */
export function createGrid(cols: number, rows: number, fg = DEFAULT_FG, bg = DEFAULT_BG): TextGrid {
  const cells = cols * rows;
  return {
    cols,
    rows,
    glyph: new Uint32Array(cells).fill(0x20),
    fg: new Uint32Array(cells).fill(fg),
    bg: new Uint32Array(cells).fill(bg),
    attr: new Uint8Array(cells),
  };
}
