import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { ASCII_COVERAGE, FIRST_ASCII, SHAPE_REGIONS } from "./ascii-coverage.ts";
import { inkColour } from "./ink.ts";
import type { CellRegion } from "./pixels.ts";
import { lumaPlane, valuePlane } from "./planes.ts";

/** Tones told apart in each region when a glyph is looked up: 6⁶ entries, one byte each. */
const STEPS = 6;

/** Ink, of 255, that stands for full tone: what the densest letters have where they have it. */
const FULL_INK = 92;

const ACROSS = 2;
const DOWN = 3;

/** Mean ink of each character over that of the densest, 0–1. */
const COVER = measureCover();

let bestGlyphs: Uint8Array | undefined;

/**
 * Draws RGB pixels, two by three a cell, as the ASCII character whose ink lies where the light is. Edges and slopes
 * find letters that follow them; flat tones find their density. In colour the ink is dimmed to the exact tone.
 */
export function fitAscii(rgb: Uint8Array, grid: TextGrid, region: CellRegion, coloured: boolean): void {
  const best = (bestGlyphs ??= nearestShapes());
  const steps = (coloured ? valuePlane(rgb) : lumaPlane(rgb)).map((tone) => (tone * (STEPS - 1) + 127) / 255);
  const stride = region.cols * ACROSS;
  for (let row = 0; row < region.rows; row++) {
    let cell = (region.top + row) * grid.cols + region.left;
    for (let col = 0; col < region.cols; col++, cell++) {
      const start = row * DOWN * stride + col * ACROSS;
      let key = 0;
      for (let y = 0, at = start; y < DOWN; y++, at += stride) {
        for (let x = 0; x < ACROSS; x++) key = key * STEPS + (steps[at + x] as number);
      }
      const glyph = best[key] as number;
      grid.glyph[cell] = glyph;
      if (coloured && glyph !== 0x20) {
        grid.fg[cell] = inkColour(rgb, start * 3, stride * 3, ACROSS, DOWN, COVER[glyph - FIRST_ASCII] as number);
      }
    }
  }
}

function measureCover(): Float64Array {
  const cover = new Float64Array(ASCII_COVERAGE.length / SHAPE_REGIONS);
  ASCII_COVERAGE.forEach((ink, i) => {
    const glyph = Math.floor(i / SHAPE_REGIONS);
    cover[glyph] = (cover[glyph] ?? 0) + ink;
  });
  const densest = Math.max(...cover);
  return cover.map((ink) => ink / densest);
}

/** The character for each combination of tones. Made once, on first use: about 30 ms. */
function nearestShapes(): Uint8Array {
  const best = new Uint8Array(STEPS ** SHAPE_REGIONS);
  const glyphs = ASCII_COVERAGE.length / SHAPE_REGIONS;
  const wanted = new Float64Array(SHAPE_REGIONS);
  for (let key = 0; key < best.length; key++) {
    for (let i = SHAPE_REGIONS - 1, rest = key; i >= 0; i--, rest = Math.floor(rest / STEPS)) {
      wanted[i] = ((rest % STEPS) * FULL_INK) / (STEPS - 1);
    }
    let least = Infinity;
    for (let glyph = 0; glyph < glyphs; glyph++) {
      let error = 0;
      for (let i = 0; i < SHAPE_REGIONS && error < least; i++) {
        const miss = (wanted[i] as number) - (ASCII_COVERAGE[glyph * SHAPE_REGIONS + i] as number);
        error += miss * miss;
      }
      if (error < least) {
        least = error;
        best[key] = FIRST_ASCII + glyph;
      }
    }
  }
  return best;
}
