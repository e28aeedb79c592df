import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { CellAtlas } from "./cell-atlas.ts";
import { CellPainter } from "./cell-painter.ts";
import { FontLetters } from "./font-letters.ts";

/** Device pixels. */
export interface CellSize {
  readonly width: number;
  readonly height: number;
}

/** A canvas that shows text grids, cell for cell, in device pixels. */
export class TextScreen {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #atlas: CellAtlas | undefined;
  #painter: CellPainter | undefined;
  #image: ImageData | undefined;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser draws no canvas");
    this.#canvas = canvas;
    this.#context = context;
  }

  /** Shows a grid in cells of this size; draws only what differs from before. */
  show(grid: TextGrid, cell: CellSize, readable: boolean): void {
    const painter = this.#painterFor(grid, cell, readable);
    const image = this.#image;
    if (!image) return;
    for (const { left, top, width, height } of painter.paint(grid))
      this.#context.putImageData(image, 0, 0, left, top, width, height);
  }

  #painterFor({ cols, rows }: TextGrid, cell: CellSize, readable: boolean): CellPainter {
    if (this.#atlas?.width !== cell.width || this.#atlas.height !== cell.height) {
      this.#atlas = new CellAtlas(cell.width, cell.height, new FontLetters(cell.width, cell.height));
      this.#painter = undefined;
    }
    const known = this.#painter;
    if (known && known.cols === cols && known.rows === rows && known.readable === readable) return known;
    const painter = new CellPainter(this.#atlas, cols, rows, readable);
    this.#painter = painter;
    this.#image = new ImageData(new Uint8ClampedArray(painter.pixels.buffer), painter.width, painter.height);
    // Setting a size clears the canvas, even to the same one.
    if (this.#canvas.width !== painter.width) this.#canvas.width = painter.width;
    if (this.#canvas.height !== painter.height) this.#canvas.height = painter.height;
    return painter;
  }
}
