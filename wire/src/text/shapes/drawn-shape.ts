import { drawBlock } from "./block-shapes.ts";
import { CellCanvas } from "./cell-canvas.ts";
import { drawBox } from "./draw-box.ts";
import { BRAILLE } from "./mosaics.ts";

/** Everything below is letters, which only a font can draw. */
const FIRST_DRAWN = 0x2500;

/**
 * The coverage of a glyph that is a figure and no letter: box lines, blocks, shades, mosaics, braille.
 * `undefined` for every other code point. Pixels, 0–255, row by row.
 */
export function drawShape(codePoint: number, width: number, height: number): Uint8Array | undefined {
  if (codePoint < FIRST_DRAWN) return undefined;
  const canvas = new CellCanvas(width, height);
  const drawn =
    drawBlock(codePoint, (...share) => canvas.fillShare(...share)) ||
    drawBox(codePoint, canvas) ||
    drawBraille(codePoint, canvas);
  return drawn ? canvas.coverage : undefined;
}

/** A hollow box, for a glyph that neither this module nor a font can draw. */
export function drawMissing(width: number, height: number): Uint8Array {
  const canvas = new CellCanvas(width, height);
  const [x, y] = [Math.floor(width / 5), Math.floor(height / 5)];
  canvas.fill(x, y, width - x, height - y);
  canvas.fill(x + 1, y + 1, width - x - 1, height - y - 1, 0);
  return canvas.coverage;
}

function drawBraille(codePoint: number, canvas: CellCanvas): boolean {
  if (codePoint < 0x2800 || codePoint > 0x28ff) return false;
  const { patterns, across, down } = BRAILLE;
  const pattern = Math.max(0, patterns.indexOf(codePoint));
  const [stepX, stepY] = [canvas.width / across, canvas.height / down];
  const diameter = Math.max(1, Math.min(stepX, stepY) * 0.7);
  for (let i = 0; i < across * down; i++) {
    if (!(pattern & (1 << i))) continue;
    const x = ((i % across) + 0.5) * stepX;
    const y = (Math.floor(i / across) + 0.5) * stepY;
    canvas.stroke(diameter, (px, py) => Math.hypot(px - x, py - y));
  }
  return true;
}
