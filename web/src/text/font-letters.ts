import type { Drawn, LetterSource } from "./cell-atlas.ts";

/** As the utility `mono` in styles.css. */
const FAMILY = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';
const TRIAL_PX = 100;

/** Letters of the system's monospace font, at the largest size that fits a cell. */
export class FontLetters implements LetterSource {
  readonly #context: CanvasRenderingContext2D;
  readonly #size: number;
  /** Pixels from the top of a cell to the line that letters stand on. */
  readonly #baseline: number;

  constructor(cellWidth: number, cellHeight: number) {
    const canvas = document.createElement("canvas");
    canvas.width = cellWidth * 2;
    canvas.height = cellHeight;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("this browser draws no canvas");
    context.font = `${TRIAL_PX}px ${FAMILY}`;
    const { width, fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText("M");
    const scale = Math.min(cellWidth / width, cellHeight / (ascent + descent));
    this.#context = context;
    this.#size = TRIAL_PX * scale;
    this.#baseline = Math.round((cellHeight - (ascent + descent) * scale) / 2 + ascent * scale);
  }

  draw(glyph: number, bold: boolean, width: number, height: number): Drawn {
    const context = this.#context;
    const text = String.fromCodePoint(glyph);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `${bold ? "bold " : ""}${this.#size}px ${FAMILY}`;
    context.fillStyle = "#fff";
    const advance = context.measureText(text).width;
    // A font that stands in for a missing letter can be wider than the cell: it is made narrower, not cut.
    const squeeze = advance > width ? width / advance : 1;
    context.setTransform(squeeze, 0, 0, 1, (width - advance * squeeze) / 2, 0);
    context.fillText(text, 0, this.#baseline);
    const { data } = context.getImageData(0, 0, width, height);
    return isPicture(data) ? new Uint32Array(data.buffer) : coverageOf(data);
  }
}

function coverageOf(data: Uint8ClampedArray): Uint8Array {
  const coverage = new Uint8Array(data.length / 4);
  for (let i = 0; i < coverage.length; i++) coverage[i] = data[i * 4 + 3] as number;
  return coverage;
}

/** A letter of one colour comes out white, as it was asked for. Thin pixels are white only roughly. */
function isPicture(data: Uint8ClampedArray): boolean {
  for (let i = 0; i < data.length; i += 4)
    if ((data[i + 3] ?? 0) > 127 && Math.min(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0) < 240) return true;
  return false;
}
