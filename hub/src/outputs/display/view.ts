import type { Channel } from "#core/channel.ts";
import { boundedSize, textRendition } from "#picture/text-rendition.ts";
import type { TextLook } from "@lightwell/wire/text/look.ts";

/** Cells. */
export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** What a client may ask for while it watches. */
export interface ViewChange {
  readonly size?: Size;
  readonly look?: TextLook;
}

/** How one client wants to see its channel: in how many cells, drawn with which glyphs and colours. */
export class View {
  /** What it asked for; without one of both, that side of the text. */
  size: Partial<Size> = {};
  look: TextLook = {};
  /** Its frames say their own size: a text may then be as large as its source makes it. */
  takesAnySize = false;
  readonly #usual: Size & { readonly maxFps: number };

  /** `usual`: the size of pictures for those who ask for none, and the most frames per second. */
  constructor(usual: Size & { readonly maxFps: number }) {
    this.#usual = usual;
  }

  /** The cells that it gets of this channel, as far as can be told now. */
  sizeOf(channel: Channel): Size {
    const text = textSizeOf(channel);
    if (text && this.#isWhole) return text;
    const { cols, rows } = { ...(text ?? this.#usual), ...this.size };
    return boundedSize(cols, rows);
  }

  /** The channel as this client sees it. */
  renditionOf(channel: Channel): Channel {
    const { maxFps, cols, rows } = this.#usual;
    const size = this.#isWhole ? { cols, rows, whole: true } : this.sizeOf(channel);
    const { glyphs, depth } = this.look;
    return textRendition(channel, {
      ...size,
      maxFps,
      ...(glyphs !== undefined && { set: glyphs }),
      ...(depth !== undefined && { depth }),
    });
  }

  /** Says what {@link renditionOf} depends on: when it is another, another rendition has to be watched. */
  keyOf(channel: Channel): string {
    const { cols, rows } = this.#isWhole ? { cols: "any", rows: "any" } : this.sizeOf(channel);
    return `${cols} ${rows} ${this.look.glyphs ?? ""} ${this.look.depth ?? ""}`;
  }

  get #isWhole(): boolean {
    return this.takesAnySize && this.size.cols === undefined && this.size.rows === undefined;
  }
}

function textSizeOf({ latest }: Channel): Size | undefined {
  if (latest?.content.kind !== "text") return undefined;
  const { cols, rows } = latest.content.grid;
  return { cols, rows };
}
