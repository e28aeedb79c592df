import { constants, deflateRawSync } from "node:zlib";
import { gridToAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { EncodedFrame, type Deflate } from "@lightwell/wire/text/codec.ts";
import { DEFAULT_BG, DEFAULT_FG, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { writeServerMessage } from "@lightwell/wire/text/messages.ts";
import { binaryMessage, textMessage } from "#transport/web-socket-message.ts";

const STRATEGY = {
  default: constants.Z_DEFAULT_STRATEGY,
  rle: constants.Z_RLE,
  huffman: constants.Z_HUFFMAN_ONLY,
} as const;

const deflate: Deflate = (bytes, strategy) => deflateRawSync(bytes, { level: 6, strategy: STRATEGY[strategy] });

/** First byte of a keyframe. */
const KEYFRAME = 0x4b;

/** Deltas on this many bases are made of one frame; whoever shows something else gets the keyframe, which exists anyway. */
const MAX_BASES = 8;

/** How binary messages travel: as such, or as base64 in text messages. */
export type WireEncoding = "binary" | "base64";

/** A frame written down for the socket, WebSocket header included. */
export interface SharedMessage {
  readonly bytes: Buffer;
  readonly isKey: boolean;
}

/** One frame of a rendition and the messages that carry it, each built on first use and shared by all viewers. */
export class SharedFrame {
  readonly seq: number;
  readonly #encoded: EncodedFrame;
  readonly #messages = new Map<string, SharedMessage>();
  #bases = 0;

  constructor(seq: number, grid: TextGrid) {
    this.seq = seq;
    this.#encoded = new EncodedFrame(seq, grid, deflate);
  }

  get grid(): TextGrid {
    return this.#encoded.grid;
  }

  /** The binary message for a viewer that shows `base`, or shows nothing. */
  binary(base: SharedFrame | undefined, encoding: WireEncoding): SharedMessage {
    const variant = `${encoding} ${base?.seq ?? "key"}`;
    const known = this.#messages.get(variant);
    if (known) return known;
    if (base && ++this.#bases > MAX_BASES) return this.binary(undefined, encoding);
    const payload = base ? this.#encoded.deltaFrom(base.#encoded) : this.#encoded.key();
    const isKey = payload[0] === KEYFRAME;
    // Deltas that came out as the keyframe share its message.
    if (isKey && base) return this.#keep(variant, this.binary(undefined, encoding));
    const bytes =
      encoding === "binary"
        ? binaryMessage(payload)
        : textMessage(JSON.stringify({ type: "binary", data: Buffer.from(payload).toString("base64") }));
    return this.#keep(variant, { bytes, isKey });
  }

  /** The message of the compatible protocol: all lines, or `clear` for an empty screen of the size that is shown. */
  json(base: SharedFrame | undefined): SharedMessage {
    const { cols, rows } = this.grid;
    const clears = base?.grid.cols === cols && base.grid.rows === rows && isBlank(this.grid);
    const variant = clears ? "clear" : "frame";
    const known = this.#messages.get(variant);
    if (known) return known;
    const text = clears
      ? writeServerMessage({ type: "clear" })
      : JSON.stringify({ type: "frame", width: cols, height: rows, lines: gridToAnsiLines(this.grid, "24bit") });
    return this.#keep(variant, { bytes: textMessage(text), isKey: true });
  }

  /** A newer frame is there: this one is a base from now on, nobody is sent it any more. */
  retire(): void {
    this.#messages.clear();
  }

  #keep(variant: string, message: SharedMessage): SharedMessage {
    this.#messages.set(variant, message);
    return message;
  }
}

function isBlank({ glyph, fg, bg, attr }: TextGrid): boolean {
  for (let i = 0; i < glyph.length; i++)
    if (glyph[i] !== 0x20 || fg[i] !== DEFAULT_FG || bg[i] !== DEFAULT_BG || attr[i] !== 0) return false;
  return true;
}
