import type { GlyphSet } from "./glyph-set.ts";
import type { CellRegion } from "./pixels.ts";

/** `fit` shows the whole picture, `cover` fills the whole grid, `stretch` gives up the picture's proportions. */
export type Fit = "fit" | "cover" | "stretch";

export interface PlacementRequest {
  /** The source picture, in pixels. */
  readonly source: { readonly width: number; readonly height: number };
  readonly cols: number;
  readonly rows: number;
  readonly set: GlyphSet;
  readonly fit: Fit;
  /** Width of a cell over its height; 0.5 for nearly every terminal. */
  readonly fontRatio?: number;
}

/** What the picture layer has to hand over, and where in the grid it lands. */
export interface Placement {
  readonly cols: number;
  readonly rows: number;
  /** Resize the whole source to this, in sub-cell pixels, whatever its proportions … */
  readonly resize: { readonly width: number; readonly height: number };
  /** … then cut this out: one pixel for each sub-cell of {@link cells}. */
  readonly crop: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** The cells that show the picture. With `fit` it is centred and the rest stays blank. */
  readonly cells: CellRegion;
}

/**
 * Plans how a picture is laid on a grid. The crop comes after the resize and not before it, because
 * a JPEG decoder can only shrink while it decodes when it is asked for the whole picture.
 */
export function placePicture({ source, cols, rows, set, fit, fontRatio = 0.5 }: PlacementRequest): Placement {
  const { across, down } = set;
  // The source measured in cells of this shape; only the proportion matters.
  const wide = source.width;
  const high = source.height * fontRatio;
  if (fit === "cover") {
    const scale = Math.max(cols / wide, rows / high);
    const crop = { width: cols * across, height: rows * down };
    const resize = {
      width: Math.max(crop.width, Math.round(wide * scale * across)),
      height: Math.max(crop.height, Math.round(high * scale * down)),
    };
    return {
      cols,
      rows,
      resize,
      crop: { ...crop, left: (resize.width - crop.width) >> 1, top: (resize.height - crop.height) >> 1 },
      cells: { left: 0, top: 0, cols, rows },
    };
  }
  const scale = Math.min(cols / wide, rows / high);
  // Whole cells, so that the edge of the picture never shares a cell with the blank around it.
  const used =
    fit === "stretch" ? { cols, rows } : { cols: cellsOf(wide * scale, cols), rows: cellsOf(high * scale, rows) };
  const size = { width: used.cols * across, height: used.rows * down };
  return {
    cols,
    rows,
    resize: size,
    crop: { ...size, left: 0, top: 0 },
    cells: { ...used, left: (cols - used.cols) >> 1, top: (rows - used.rows) >> 1 },
  };
}

function cellsOf(length: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(length)));
}
