import type { Channel } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import type { GlyphSetName } from "#glyph/glyph-set.ts";
import { boundedSize, classicRendition, textRendition, type ClassicText } from "#picture/text-rendition.ts";
import type { ClassicSettings } from "#glyph/classic.ts";
import type { Wish } from "./keys.ts";
import { ColourLadder, plainRung, rungsFor, type Rung } from "./ladder.ts";
import { withOverlay, type Overlay } from "./overlay.ts";
import { classicBytes, frameBytes, type Screen } from "./screen.ts";
import { kindOf, type TerminalKind } from "./terminal-kind.ts";

/** Of a peer that does not say. */
const COMMON_SIZE = { cols: 80, rows: 24 };
/** What the key `g` goes through. */
const SETS: readonly GlyphSetName[] = ["quadrant", "half", "sextant", "braille", "ascii", "ramp"];

/** What is known of a terminal. */
interface Terminal {
  readonly terminal: string | undefined;
  readonly size: { readonly cols: number; readonly rows: number } | undefined;
}

/** How one terminal sees channels: size, glyphs, colours, words on top. */
export class Look {
  readonly classic: Partial<ClassicSettings> | undefined;
  overlay: Overlay | undefined;
  readonly #fps: number;
  #size = COMMON_SIZE;
  #kind: TerminalKind = kindOf(undefined);
  #ladder = new ColourLadder(rungsFor(this.#kind.depth));
  #set: GlyphSetName = this.#kind.set;
  /** Chosen by key; undefined: as the link allows. */
  #fixed: Rung | undefined;
  #colourBefore: Rung | undefined;
  #textOf: ClassicText = () => undefined;
  /** Of the channel that {@link of} gave last: wishes take effect with the next. */
  #screen: Screen = { ...COMMON_SIZE, depth: "256" };

  constructor(fps: number, classic: Partial<ClassicSettings> | undefined) {
    this.#fps = fps;
    this.classic = classic;
  }

  get rows(): number {
    return this.#size.rows;
  }

  get rung(): Rung {
    return this.#fixed ?? this.#ladder.rung;
  }

  /** How it is drawn, in words. */
  get words(): string {
    return `${this.#set}, ${this.rung.name}${this.#fixed ? "" : " (automatic)"}`;
  }

  /** True when something has changed. */
  setTerminal({ terminal, size }: Terminal): boolean {
    const { cols, rows } = boundedSize(size?.cols || COMMON_SIZE.cols, size?.rows || COMMON_SIZE.rows);
    const kind = kindOf(terminal);
    if (cols === this.#size.cols && rows === this.#size.rows && kind === this.#kind) return false;
    this.#size = { cols, rows };
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.#set = kind.set;
      this.#ladder = new ColourLadder(rungsFor(kind.depth));
    }
    return true;
  }

  wish(wish: Wish): void {
    switch (wish.type) {
      case "depth":
        this.#fixed = plainRung(wish.depth);
        return;
      case "automatic":
        this.#fixed = undefined;
        return;
      case "colour":
        if (this.rung.depth === "mono") {
          this.#fixed = this.#colourBefore;
        } else {
          this.#colourBefore = this.#fixed;
          this.#fixed = plainRung("mono");
        }
        return;
      case "glyphs":
        this.#set = SETS[(SETS.indexOf(this.#set) + 1) % SETS.length] as GlyphSetName;
    }
  }

  /** A frame took this long. True when the picture is to be drawn otherwise from now on. */
  observe(nowMs: number, tookMs: number, intervalMs: number): boolean {
    if (this.#fixed) return false;
    return this.#ladder.observe(nowMs, tookMs, intervalMs);
  }

  /** The channel as this terminal sees it. */
  of(channel: Channel): Channel {
    if (this.classic) {
      const drawn = classicRendition(channel, this.classic, this.#fps);
      this.#textOf = drawn.textOf;
      return drawn.channel;
    }
    const { depth, hysteresis } = this.rung;
    this.#screen = { ...this.#size, depth };
    const drawn = textRendition(channel, { ...this.#size, set: this.#set, depth, hysteresis, maxFps: this.#fps });
    return this.overlay ? withOverlay(drawn, this.overlay) : drawn;
  }

  /** What the terminal gets to show `frame` instead of `shown`. */
  bytes(frame: Frame, shown: Frame | undefined): Buffer {
    if (this.classic) return classicBytes(frame, this.#textOf);
    return frameBytes(frame, shown, this.#screen);
  }
}
