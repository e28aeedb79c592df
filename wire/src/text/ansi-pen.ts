import { Attribute } from "./grid.ts";
import { nearest16, nearest256 } from "./quantise.ts";

/** Colours that a terminal shows: none (attributes only), the 16 system colours, xterm's 256, or all. */
export type ColourDepth = "mono" | "16" | "256" | "24bit";

const DECIMAL: readonly string[] = Array.from({ length: 256 }, (_, value) => String(value));

/** A colour as the depth can show it: the same number means the same look. */
export function colourAtDepth(rgb: number, depth: ColourDepth): number {
  if (depth === "24bit") return rgb & 0xffffff;
  if (depth === "256") return nearest256(rgb);
  return depth === "16" ? nearest16(rgb) : 0;
}

const ATTRIBUTES = [
  { bit: Attribute.bold, on: "1", off: "22" },
  { bit: Attribute.underline, on: "4", off: "24" },
  { bit: Attribute.reverse, on: "7", off: "27" },
] as const;

const SHOWN_ATTRIBUTES = Attribute.bold | Attribute.underline | Attribute.reverse;

/** The colours and attributes that a terminal writes with. Starts as `ESC[0m` leaves it. */
export class AnsiPen {
  readonly #depth: ColourDepth;
  /** -1 is the terminal's own default. */
  #fg = -1;
  #bg = -1;
  #attr = 0;

  constructor(depth: ColourDepth) {
    this.#depth = depth;
  }

  /** Whether a cell can be written without a change. */
  suits(glyph: number, fg: number, bg: number, attr: number): boolean {
    return (
      (attr & SHOWN_ATTRIBUTES) === this.#attr &&
      this.#nextFg(glyph, fg, attr) === this.#fg &&
      this.#nextBg(glyph, bg, attr) === this.#bg
    );
  }

  /** The SGR sequence that changes to a cell's look, or nothing. What the glyph does not show is left as it is. */
  changeTo(glyph: number, fg: number, bg: number, attr: number): string {
    const nextAttr = attr & SHOWN_ATTRIBUTES;
    const nextFg = this.#nextFg(glyph, fg, attr);
    const nextBg = this.#nextBg(glyph, bg, attr);
    if (nextAttr === this.#attr && nextFg === this.#fg && nextBg === this.#bg) return "";
    let codes = "";
    if (nextAttr !== this.#attr) {
      for (const { bit, on, off } of ATTRIBUTES) {
        if (((nextAttr ^ this.#attr) & bit) !== 0) codes += `;${(nextAttr & bit) === 0 ? off : on}`;
      }
    }
    if (nextFg !== this.#fg) codes += `;${this.#colourCode(nextFg, 0)}`;
    if (nextBg !== this.#bg) codes += `;${this.#colourCode(nextBg, 10)}`;
    this.#attr = nextAttr;
    this.#fg = nextFg;
    this.#bg = nextBg;
    return `\x1b[${codes.slice(1)}m`;
  }

  /** A space shows no foreground, unless underlined or reversed. */
  #nextFg(glyph: number, fg: number, attr: number): number {
    const isHidden = glyph === 0x20 && (attr & (Attribute.underline | Attribute.reverse)) === 0;
    return this.#depth === "mono" || isHidden ? this.#fg : colourAtDepth(fg, this.#depth);
  }

  /** A full block shows no background, unless reversed. */
  #nextBg(glyph: number, bg: number, attr: number): number {
    const isHidden = glyph === 0x2588 && (attr & Attribute.reverse) === 0;
    return this.#depth === "mono" || isHidden ? this.#bg : colourAtDepth(bg, this.#depth);
  }

  #colourCode(colour: number, layer: 0 | 10): string {
    if (this.#depth === "16") return String(layer + (colour < 8 ? 30 + colour : 82 + colour));
    const kind = layer === 0 ? "38" : "48";
    if (this.#depth === "256") return `${kind};5;${DECIMAL[colour]}`;
    return `${kind};2;${DECIMAL[colour >> 16]};${DECIMAL[(colour >> 8) & 255]};${DECIMAL[colour & 255]}`;
  }
}
