import type { ColourDepth } from "@lightwell/wire/text/ansi.ts";
import { createGrid, DEFAULT_BG, DEFAULT_FG, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import { BAYER_8X8 } from "./bayer.ts";
import { type Dither, quantiseColours } from "./dither.ts";
import { fitAscii } from "./fit-ascii.ts";
import { fitDots } from "./fit-dots.ts";
import { fitHalves } from "./fit-half.ts";
import { fitIndexed } from "./fit-indexed.ts";
import { fitQuadrants } from "./fit-quadrant.ts";
import { DEFAULT_RAMP, fitRamp } from "./fit-ramp.ts";
import { fitSplit } from "./fit-split.ts";
import type { Placement } from "./geometry.ts";
import { GLYPH_SETS, type GlyphSet, type GlyphSetName } from "./glyph-set.ts";
import { CellHold } from "./hold.ts";
import { coloursAt, type PaletteColours } from "./palette-colours.ts";
import type { CellRegion, Pixels } from "./pixels.ts";
import { type Tone, ToneCurve } from "./tone.ts";

export interface GlyphSettings {
  /** Quadrant unless told. */
  readonly set?: GlyphSetName;
  /** 24-bit unless told. */
  readonly depth?: ColourDepth;
  /** `ordered` unless told. At 24 bits there is nothing to dither. */
  readonly dither?: Dither;
  readonly tone?: Tone;
  /** Characters for the set `ramp`, lightest first, two or more. */
  readonly ramp?: string;
  /** Temporal hysteresis in levels of 255; 0 (unless told) draws every frame afresh. 4 stills ±2 noise. */
  readonly hysteresis?: number;
}

/**
 * Draws pictures as grids of glyphs. It keeps the last picture for the hysteresis, so use one for each stream and
 * rendition. Grids are new each time; the pixels are neither kept nor changed.
 */
export class GlyphRenderer {
  readonly set: GlyphSet;
  readonly depth: ColourDepth;
  readonly #dither: Dither;
  readonly #ramp: Uint32Array;
  readonly #tone: ToneCurve;
  readonly #hold: CellHold;
  readonly #colours: PaletteColours | undefined;
  #toned = new Uint8Array();

  /** Throws `RangeError` for a ramp of fewer than two characters. */
  constructor(settings: GlyphSettings = {}) {
    const {
      set = "quadrant",
      depth = "24bit",
      dither = "ordered",
      tone,
      ramp = DEFAULT_RAMP,
      hysteresis = 0,
    } = settings;
    this.set = GLYPH_SETS[set];
    this.depth = depth;
    this.#dither = dither;
    this.#ramp = Uint32Array.from([...ramp], (glyph) => glyph.codePointAt(0) ?? 0x20);
    if (this.#ramp.length < 2) throw new RangeError("A ramp needs at least two characters, lightest first.");
    this.#tone = new ToneCurve(tone);
    this.#hold = new CellHold(hysteresis);
    this.#colours = depth === "16" || depth === "256" ? coloursAt(depth) : undefined;
  }

  /** Forgets the last picture, so that the next one owes it nothing (after a cut, or to repeat a result). */
  reset(): void {
    this.#hold.reset();
  }

  /**
   * Draws one picture. `pixels` are what `placement` asks for: its source resized and cropped to one pixel a sub-cell.
   * Throws `RangeError` when their size is another.
   */
  render(pixels: Pixels, placement: Placement): TextGrid {
    const { width, height } = placement.crop;
    if (pixels.width !== width || pixels.height !== height || pixels.data.length < width * height * pixels.channels) {
      throw new RangeError(
        `The picture is ${pixels.width}×${pixels.height}×${pixels.channels} in ${pixels.data.length} bytes; ` +
          `its placement wants ${width}×${height} pixels.`,
      );
    }
    const rgb = this.#hold.settle(this.#correct(pixels), width, height, this.set);
    const grid = createGrid(placement.cols, placement.rows, DEFAULT_FG, DEFAULT_BG);
    this.#fit(rgb, width, height, grid, placement.cells);
    return grid;
  }

  #correct(pixels: Pixels): Uint8Array {
    const bytes = pixels.width * pixels.height * 3;
    if (this.#tone.isNeutralFor(pixels))
      return pixels.data.length === bytes ? pixels.data : pixels.data.subarray(0, bytes);
    if (this.#toned.length !== bytes) this.#toned = new Uint8Array(bytes);
    this.#tone.apply(pixels, this.#toned);
    return this.#toned;
  }

  #fit(rgb: Uint8Array, width: number, height: number, grid: TextGrid, region: CellRegion): void {
    const coloured = this.depth !== "mono";
    const { set } = this;
    switch (set.name) {
      case "ramp":
        fitRamp(rgb, grid, region, this.#ramp, this.#dither, coloured);
        return this.#limitInk(grid, region);
      case "ascii":
        fitAscii(rgb, grid, region, coloured);
        return this.#limitInk(grid, region);
      case "braille":
        fitDots(rgb, grid, region, set, this.#dither, coloured);
        return this.#limitInk(grid, region);
    }
    if (!coloured) return fitDots(rgb, grid, region, set, this.#dither, false);
    if (this.#colours) {
      const indices = quantiseColours(rgb, width, height, this.#colours, this.#dither);
      return fitIndexed(indices, grid, region, set);
    }
    switch (set.name) {
      case "half":
        return fitHalves(rgb, grid, region);
      case "quadrant":
        return fitQuadrants(rgb, grid, region);
      default:
        return fitSplit(rgb, grid, region, set);
    }
  }

  /** Brings the ink of letters and dots into the palette, cell by cell; their ground is black in any palette. */
  #limitInk(grid: TextGrid, region: CellRegion): void {
    const colours = this.#colours;
    if (!colours) return;
    for (let row = 0; row < region.rows; row++) {
      for (let col = 0; col < region.cols; col++) {
        const cell = (region.top + row) * grid.cols + region.left + col;
        if (grid.glyph[cell] === 0x20) continue;
        const ink = grid.fg[cell] as number;
        const [r, g, b] = [ink >> 16, (ink >> 8) & 255, ink & 255] as const;
        const index =
          this.#dither === "ordered"
            ? colours.ordered(r, g, b, BAYER_8X8[((row & 7) << 3) | (col & 7)] as number)
            : colours.nearest(r, g, b);
        grid.fg[cell] = XTERM_PALETTE[index] as number;
      }
    }
  }
}
