import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import { type ClassicScale, coverCells } from "./classic-scale.ts";
import type { Pixels } from "./pixels.ts";

/** Settings of the `classic` renderer, with the names and defaults of the streamer that it stands in for. */
export interface ClassicSettings extends ClassicScale {
  readonly colour: boolean;
  /** Multiplies S of HSV. */
  readonly saturation: number;
  /** Multiplies V of HSV. */
  readonly brightness: number;
  readonly gamma: number;
  /** Glyphs from white to black: the first is drawn where the picture is brightest. */
  readonly palette: string;
}

export const CLASSIC_DEFAULTS: ClassicSettings = {
  width: 60,
  height: 40,
  fontRatio: 0.5,
  colour: true,
  blurKernel: 7,
  saturation: 0.9,
  brightness: 1.4,
  gamma: 0.9,
  palette: "@%#*+=-:. ",
};

/** A frame of the classic renderer: the grid, and the xterm colour of each cell as its wire form names it. */
export interface ClassicFrame {
  readonly grid: TextGrid;
  /** Palette index of each cell's glyph; absent when the picture is drawn without colour. */
  readonly colours: Uint8Array | undefined;
}

/** xterm's cube black, which could not be told from the ground, is drawn as this dark grey. */
const BLACK = 16;
const DARK_GREY = 235;

/**
 * Draws a picture by the original's rules: blur, cover scale and centre crop, S and V multiplied, grey, gamma,
 * then `(255 − grey)/255 × (n − 1)` picks the glyph and the colour is the nearest below in the 6×6×6 cube.
 * Takes a whole picture of any size; at twice the cells or more it looks as the original did.
 */
export function renderClassic(pixels: Pixels, settings: ClassicSettings = CLASSIC_DEFAULTS): ClassicFrame {
  const { width, height, saturation, brightness } = settings;
  const glyphs = Array.from(settings.palette, (glyph) => glyph.codePointAt(0) ?? 0x20);
  const gamma = gammaTable(settings.gamma);
  const rgb = coverCells(pixels, settings);
  const grid = createGrid(width, height);
  const colours = settings.colour ? new Uint8Array(width * height) : undefined;
  for (let cell = 0, at = 0; cell < width * height; cell++, at += 3) {
    const [r, g, b] = multiplyHsv(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0, saturation, brightness);
    const grey = gamma[Math.round(0.299 * r + 0.587 * g + 0.114 * b)] ?? 0;
    grid.glyph[cell] = glyphs[Math.floor(((255 - grey) / 255) * (glyphs.length - 1))] ?? 0x20;
    if (!colours) continue;
    const index = cubeIndex(r, g, b);
    colours[cell] = index;
    grid.fg[cell] = XTERM_PALETTE[index] ?? 0;
  }
  return { grid, colours };
}

/**
 * The text that the original sends: `ESC[38;5;Nm` where the colour changes (the first cell changes it), rows joined
 * by CR LF and not ended by it, and `ESC[0m` at the end.
 */
export function classicAnsi({ grid, colours }: ClassicFrame): string {
  let text = "";
  let current = -1;
  for (let cell = 0; cell < grid.glyph.length; cell++) {
    if (cell > 0 && cell % grid.cols === 0) text += "\r\n";
    const colour = colours?.[cell] ?? current;
    if (colour !== current) {
      text += `\x1b[38;5;${colour}m`;
      current = colour;
    }
    text += String.fromCodePoint(grid.glyph[cell] ?? 0x20);
  }
  return `${text}\x1b[0m`;
}

/** `16 + 36·(r·5 // 255) + 6·(g·5 // 255) + (b·5 // 255)`, with black lifted to a grey. */
function cubeIndex(r: number, g: number, b: number): number {
  const step = (value: number) => Math.floor((value * 5) / 255);
  const index = 16 + 36 * step(r) + 6 * step(g) + step(b);
  return index === BLACK ? DARK_GREY : index;
}

/**
 * Multiplies saturation and value, each held at its maximum. The hue stays, so each channel keeps its share of the
 * way from the largest channel to the smallest, and no hue need be computed.
 */
function multiplyHsv(r: number, g: number, b: number, byS: number, byV: number): readonly [number, number, number] {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  const newValue = Math.min(255, value * byV);
  if (range === 0) {
    const level = Math.round(newValue);
    return [level, level, level];
  }
  const newSaturation = Math.min(1, (range / value) * byS);
  const channel = (c: number) => Math.round(newValue * (1 - (newSaturation * (value - c)) / range));
  return [channel(r), channel(g), channel(b)];
}

/** `255 · (i/255)^(1/gamma)`: below 1 darkens the middle tones. */
function gammaTable(gamma: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** (1 / gamma)));
}
