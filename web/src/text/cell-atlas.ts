import { glyphWidth } from "@lightwell/wire/text/glyph-width.ts";
import { Attribute } from "@lightwell/wire/text/grid.ts";
import { drawShape } from "@lightwell/wire/text/shapes/drawn-shape.ts";

/** Coverage 0–255 a pixel, or pixels in colours of their own as `ImageData` has them, not premultiplied; row by row. */
export type Drawn = Uint8Array | Uint32Array;

/** Draws what is no figure: letters and signs, `width` pixels wide. Emoji have colours where the font has. */
export interface LetterSource {
  draw(glyph: number, bold: boolean, width: number, height: number): Drawn;
}

/** How a cell's pixels are made, from the cheapest. */
export const Ink = {
  /** Nothing but the ground. */
  none: 0,
  /** Nothing but the ink. */
  full: 1,
  /** Each pixel is one of both. */
  hard: 2,
  /** Pixels between both. */
  soft: 3,
  /** A picture in colours of its own, on the ground. */
  picture: 4,
} as const;

/** Of a wide glyph, which stands in two cells: its right half. */
export const RIGHT_HALF = 8;

const MAX_SLOTS = 4096;
const FIRST_SLOTS = 256;
/** Attributes that change the shape of a glyph; reverse only swaps colours. */
const SHAPING = Attribute.bold | Attribute.underline | RIGHT_HALF;
const PAGE_BITS = 10;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** The coverage of every glyph that was wanted so far, at one cell size in device pixels. */
export class CellAtlas {
  readonly width: number;
  readonly height: number;
  /** Coverage 0–255, `width * height` for each slot. */
  coverage: Uint8Array;
  /** One of {@link Ink} for each slot. */
  readonly inks = new Uint8Array(MAX_SLOTS);
  readonly #letters: LetterSource;
  readonly #pictures = new Map<number, Uint32Array>();
  /** Slot plus one by glyph and shape: 0 when not drawn yet. */
  #pages: (Uint16Array | undefined)[] = [];
  #count = 0;

  constructor(width: number, height: number, letters: LetterSource) {
    this.width = width;
    this.height = height;
    this.#letters = letters;
    this.coverage = new Uint8Array(FIRST_SLOTS * width * height);
  }

  /** Where the glyph with these attributes (and {@link RIGHT_HALF}) is. Good until the next call. */
  slotOf(glyph: number, attr: number): number {
    const key = glyph * 16 + (attr & SHAPING);
    const page = (this.#pages[key >> PAGE_BITS] ??= new Uint16Array(1 << PAGE_BITS));
    const known = page[key & PAGE_MASK] as number;
    return known > 0 ? known - 1 : this.#draw(key, glyph, attr & SHAPING);
  }

  /** The pixels of a slot that is {@link Ink.picture}. */
  pictureOf(slot: number): Uint32Array {
    return this.#pictures.get(slot) ?? new Uint32Array(this.width * this.height);
  }

  #draw(key: number, glyph: number, shape: number): number {
    if (this.#count === MAX_SLOTS) {
      this.#pages = [];
      this.#pictures.clear();
      this.#count = 0;
    }
    const slot = this.#count++;
    const page = (this.#pages[key >> PAGE_BITS] ??= new Uint16Array(1 << PAGE_BITS));
    page[key & PAGE_MASK] = slot + 1;
    const pixels = this.#shapeOf(glyph, shape);
    if (pixels instanceof Uint32Array) {
      this.#pictures.set(slot, pixels);
      this.inks[slot] = Ink.picture;
      return slot;
    }
    const area = this.width * this.height;
    if ((slot + 1) * area > this.coverage.length) {
      const larger = new Uint8Array(Math.min(MAX_SLOTS * area, this.coverage.length * 2));
      larger.set(this.coverage);
      this.coverage = larger;
    }
    this.coverage.set(pixels, slot * area);
    this.inks[slot] = inkOf(pixels);
    return slot;
  }

  #shapeOf(glyph: number, shape: number): Drawn {
    const { width, height } = this;
    const bold = (shape & Attribute.bold) !== 0;
    let pixels: Drawn;
    if (glyph === 0x20) pixels = new Uint8Array(width * height);
    else if (glyphWidth(glyph) === 2) pixels = this.#half(glyph, bold, (shape & RIGHT_HALF) !== 0);
    else pixels = drawShape(glyph, width, height) ?? this.#letters.draw(glyph, bold, width, height);
    if ((shape & Attribute.underline) !== 0 && pixels instanceof Uint8Array) underline(pixels, width, height);
    return pixels;
  }

  #half(glyph: number, bold: boolean, right: boolean): Drawn {
    const { width, height } = this;
    const whole = this.#letters.draw(glyph, bold, width * 2, height);
    const half = whole instanceof Uint32Array ? new Uint32Array(width * height) : new Uint8Array(width * height);
    const from = right ? width : 0;
    for (let y = 0; y < height; y++) {
      const row = y * width * 2 + from;
      half.set(whole.subarray(row, row + width), y * width);
    }
    return half;
  }
}

/** As thick as a light box line. */
function underline(pixels: Uint8Array, width: number, height: number): void {
  const thickness = Math.max(1, Math.round(width / 8));
  const bottom = height - Math.floor(height / 12);
  pixels.fill(255, Math.max(0, bottom - thickness) * width, bottom * width);
}

function inkOf(pixels: Uint8Array): number {
  let none = true;
  let full = true;
  for (const level of pixels) {
    if (level !== 0 && level !== 255) return Ink.soft;
    if (level !== 0) none = false;
    if (level !== 255) full = false;
  }
  return none ? Ink.none : full ? Ink.full : Ink.hard;
}
