import type { Channel } from "#core/channel.ts";
import { Encoding, sameContent, type Frame } from "#core/frame.ts";
import { Rendition } from "#core/rendition.ts";
import type { ClassicSettings } from "#glyph/classic.ts";
import { boundedSize, classicRendition, textRendition, type ClassicText } from "#picture/text-rendition.ts";
import { gridToAnsiLines, gridToAnsiTextBytes, type ColourDepth } from "@lightwell/wire/text/ansi.ts";
import type { GlyphSetName } from "@lightwell/wire/text/look.ts";
import { testCard } from "./test-card.ts";
import { textMessage } from "#transport/web-socket-message.ts";

/** Width of a cell over its height, in steps that can be seen. */
const RATIO = { step: 0.05, least: 0.2, most: 1.5 };

const message = new Encoding<Buffer>("ascii-web");
const sameAs = new Encoding<boolean>("ascii-web-same");
const home = Buffer.from("\x1b[H");

/** What one viewer wants that differs from the others. */
export interface OwnWishes {
  readonly size?: { readonly cols: number; readonly rows: number } | undefined;
  readonly depth: ColourDepth;
  /** Undefined: as everybody. */
  readonly glyphs?: GlyphSetName | undefined;
}

/** A channel as one viewer sees it, and how its frames are written. */
export interface Drawn {
  readonly channel: Channel;
  /** `ESC[H` and the text, as one WebSocket message; the same Buffer for all who see the same. */
  messageOf(frame: Frame): Buffer;
}

/** How channels look for everybody who does not want it otherwise. Operators change it. */
export class SharedLook {
  readonly #fps: number;
  readonly #classic: ClassicSettings | undefined;
  readonly #changed: () => void;
  #size: { readonly cols: number; readonly rows: number };
  #fontRatio: number;
  #test = false;

  /** `classic`: draws as the original streamer did. `changed`: those who watch are to be shown anew. */
  constructor(
    { fps, width, height, fontRatio }: { fps: number; width: number; height: number; fontRatio: number },
    classic: ClassicSettings | undefined,
    changed: () => void,
  ) {
    this.#fps = fps;
    this.#classic = classic;
    this.#changed = changed;
    this.#size = { cols: width, rows: height };
    this.#fontRatio = fontRatio;
  }

  /** Cells of viewers without a size of their own. */
  get size(): { readonly cols: number; readonly rows: number } {
    return this.#size;
  }

  set size(size: { readonly cols: number; readonly rows: number }) {
    this.#size = boundedSize(size.cols, size.rows);
    this.#changed();
  }

  /** A command of the original's viewer. False when it is none. */
  command(text: string): boolean {
    if (text === "CMD_TOGGLE_TEST") this.#test = !this.#test;
    else if (text === "CMD_RATIO_INC") this.#turnRatio(RATIO.step);
    else if (text === "CMD_RATIO_DEC") this.#turnRatio(-RATIO.step);
    else return false;
    this.#changed();
    return true;
  }

  of(channel: Channel, { size, depth, glyphs }: OwnWishes): Drawn {
    const { cols, rows } = size ? boundedSize(size.cols, size.rows) : this.#size;
    if (this.#test) {
      const key = `ascii-test;${cols}x${rows};${this.#fontRatio}`;
      const card = Rendition.of(channel, key, () => ({ kind: "text", grid: testCard(cols, rows, this.#fontRatio) }));
      return { channel: card, messageOf: (frame) => messageOf(frame, depth) };
    }
    if (this.#classic) {
      const settings = { ...this.#classic, width: cols, height: rows, fontRatio: this.#fontRatio };
      const { channel: drawn, textOf } = classicRendition(channel, settings, this.#fps);
      return { channel: drawn, messageOf: (frame) => classicMessageOf(frame, textOf) };
    }
    const set = glyphs !== undefined && { set: glyphs };
    const wishes = { cols, rows, depth, ...set, fontRatio: this.#fontRatio, maxFps: this.#fps };
    return { channel: textRendition(channel, wishes), messageOf: (frame) => messageOf(frame, depth) };
  }

  #turnRatio(by: number): void {
    const ratio = Math.min(RATIO.most, Math.max(RATIO.least, this.#fontRatio + by));
    this.#fontRatio = Math.round(ratio * 100) / 100;
  }
}

/** Whether a frame looks as the one before it, so that it need not be sent. Found out once for all. */
export function looksLike(frame: Frame, before: Frame): boolean {
  return frame.encoded(sameAs, () => sameContent(frame.content, before.content), before.seq);
}

function messageOf(frame: Frame, depth: ColourDepth): Buffer {
  return frame.encoded(
    message,
    () => {
      const { content } = frame;
      const text = content.kind === "text" ? gridToAnsiTextBytes(content.grid, depth) : Buffer.alloc(0);
      return textMessage(Buffer.concat([home, text]));
    },
    depth,
  );
}

function classicMessageOf(frame: Frame, textOf: ClassicText): Buffer {
  return frame.encoded(
    message,
    () => {
      const { content } = frame;
      const lines = content.kind === "text" ? gridToAnsiLines(content.grid, "256") : [];
      return textMessage(`\x1b[H${textOf(frame) ?? lines.join("\r\n")}`);
    },
    "classic",
  );
}
