import type { TextGrid } from "@lightwell/wire/text/grid.ts";

/** Image formats that a frame can carry. */
export type ImageFormat = "jpeg" | "webp" | "png";

/** An encoded picture. The bytes are never changed after publishing: every viewer shares them. */
export interface ImageContent {
  readonly kind: "image";
  readonly format: ImageFormat;
  readonly bytes: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A grid of coloured glyphs. */
export interface TextContent {
  readonly kind: "text";
  readonly grid: TextGrid;
}

export type Content = ImageContent | TextContent;

/**
 * Names one way to write a frame down (a multipart part, a WebSocket message, a diff), so that the
 * result is kept with the frame and shared by every viewer that wants it.
 */
export class Encoding<T> {
  readonly name: string;
  /** Keeps `T` in the type: an encoding of one type is not one of another. */
  declare readonly _type: T;

  constructor(name: string) {
    this.name = name;
  }
}

/** One immutable piece of content of a channel. */
export class Frame {
  /** Counts up by one per frame of a channel, from 1. A rendition's frame keeps its source's number. */
  readonly seq: number;
  /** When the picture was taken, in ms since the epoch. */
  readonly capturedAt: number;
  readonly content: Content;
  /** True for a picture that stands in for a source that is not delivering (badge, placeholder, fallback). */
  readonly substitute: boolean;
  readonly #encoded = new Map<Encoding<unknown>, Map<string | number, unknown>>();

  constructor(seq: number, capturedAt: number, content: Content, substitute = false) {
    this.seq = seq;
    this.capturedAt = capturedAt;
    this.content = content;
    this.substitute = substitute;
  }

  /**
   * The frame written as `encoding`, built by `build` on the first call and shared afterwards.
   * `variant` tells apart several of one encoding (the base of a diff, the key of a rendition).
   */
  encoded<T>(encoding: Encoding<T>, build: () => T, variant: string | number = ""): T {
    let variants = this.#encoded.get(encoding);
    if (!variants) this.#encoded.set(encoding, (variants = new Map()));
    if (variants.has(variant)) return variants.get(variant) as T;
    const value = build();
    variants.set(variant, value);
    return value;
  }
}

/** True when two contents would look the same because they are the same bytes or cells. */
export function sameContent(a: Content, b: Content): boolean {
  if (a === b) return true;
  if (a.kind === "image") return b.kind === "image" && sameValues(a.bytes, b.bytes);
  if (b.kind !== "text" || a.grid.cols !== b.grid.cols || a.grid.rows !== b.grid.rows) return false;
  const [p, q] = [a.grid, b.grid];
  return sameValues(p.glyph, q.glyph) && sameValues(p.fg, q.fg) && sameValues(p.bg, q.bg) && sameValues(p.attr, q.attr);
}

function sameValues(a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
