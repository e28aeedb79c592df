import { decodeBody } from "./codec-decode.ts";
import { encodeDeltaBody, encodeKeyBody } from "./codec-encode.ts";
import { TextCodecError } from "./codec-error.ts";
import { MAX_BASE_DISTANCE, MAX_BODY_BYTES, packMessage, parseMessage, type MessageHeader } from "./codec-header.ts";
import { chooseStrategy, type DeflateStrategy } from "./codec-strategy.ts";
import type { TextGrid } from "./grid.ts";

/**
 * Raw deflate (RFC 1951) at level 6. In Node, with `const { deflateRawSync, constants: z } = zlib`:
 * `(bytes, strategy) => deflateRawSync(bytes, { level: 6, strategy: { default: z.Z_DEFAULT_STRATEGY, rle: z.Z_RLE,
 * huffman: z.Z_HUFFMAN_ONLY }[strategy] })`. The strategy is advice that saves time and some bytes; ignoring it is
 * correct. An encoder without deflate passes `(bytes) => bytes`: bodies are then stored.
 */
export type Deflate = (bytes: Uint8Array, strategy: DeflateStrategy) => Uint8Array;

/**
 * Raw inflate that fails, by any error, rather than give more than `maxBytes`, for instance
 * `(bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes })`.
 */
export type Inflate = (bytes: Uint8Array, maxBytes: number) => Uint8Array;

/**
 * One published grid and the messages that carry it, each built on first use and then shared by all viewers.
 * A server keeps a ring of the recent ones; a viewer whose last frame is in the ring gets `deltaFrom` it.
 */
export class EncodedFrame {
  readonly seq: number;
  readonly grid: TextGrid;
  readonly #deflate: Deflate;
  #key: Uint8Array | undefined;
  readonly #deltas = new Map<number, Uint8Array>();

  /** @param seq unsigned 32-bit number of the frame, one more than the frame before, wrapping */
  constructor(seq: number, grid: TextGrid, deflate: Deflate) {
    this.seq = seq >>> 0;
    this.grid = grid;
    this.#deflate = deflate;
  }

  /** The keyframe. */
  key(): Uint8Array {
    this.#key ??= this.#pack({ type: "K", seq: this.seq }, encodeKeyBody(this.grid));
    return this.#key;
  }

  /** The message for a viewer that shows `base`: a delta, or the keyframe when that is no larger or no delta exists. */
  deltaFrom(base: EncodedFrame): Uint8Array {
    const known = this.#deltas.get(base.seq);
    if (known !== undefined) return known;
    const message = this.#encodeDelta(base);
    this.#deltas.set(base.seq, message);
    return message;
  }

  #encodeDelta(base: EncodedFrame): Uint8Array {
    const distance = (this.seq - base.seq) >>> 0;
    if (distance === 0 || distance > MAX_BASE_DISTANCE) return this.key();
    const delta = encodeDeltaBody(this.grid, base.grid);
    if (delta === undefined) return this.key();
    const message = this.#pack({ type: delta.type, seq: this.seq, baseSeq: base.seq }, delta.body);
    return delta.type !== "N" && this.key().length <= message.length ? this.key() : message;
  }

  #pack(header: Omit<MessageHeader, "deflated">, body: Uint8Array): Uint8Array {
    const packed = body.length === 0 ? body : this.#deflate(body, chooseStrategy(body));
    const deflated = packed.length < body.length;
    return packMessage({ ...header, deflated }, deflated ? packed : body);
  }
}

/** Tells a viewer that the screen is empty: frame `seq` is spaces in the default colours at the size so far. */
export function encodeClear(seq: number): Uint8Array {
  return packMessage({ type: "C", deflated: false, seq: seq >>> 0 }, new Uint8Array(0));
}

/** Tells a viewer the new size: frame `seq` is spaces in the default colours. */
export function encodeResize(seq: number, cols: number, rows: number): Uint8Array {
  const body = Uint8Array.of(cols, cols >> 8, rows, rows >> 8);
  return packMessage({ type: "R", deflated: false, seq: seq >>> 0 }, body);
}

/** A frame as a viewer has it. */
export interface DecodedFrame {
  readonly seq: number;
  readonly grid: TextGrid;
  readonly header: MessageHeader;
}

/** What a viewer shows after an inflated message; throws {@link TextCodecError}. */
export function applyMessage(header: MessageHeader, body: Uint8Array, last: DecodedFrame | undefined): DecodedFrame {
  if (header.baseSeq !== undefined && header.baseSeq !== last?.seq) {
    const held = last === undefined ? "no frame" : `frame ${last.seq}`;
    throw new TextCodecError("missing-base", `frame ${header.seq} builds on ${header.baseSeq}, but ${held} is held`);
  }
  return { seq: header.seq, grid: decodeBody(header.type, body, last?.grid), header };
}

/** Decodes the messages of one connection in order. After an error the last good frame stands. */
export class FrameDecoder {
  readonly #inflate: Inflate;
  #last: DecodedFrame | undefined;

  constructor(inflate: Inflate) {
    this.#inflate = inflate;
  }

  /** The last good frame. */
  get last(): DecodedFrame | undefined {
    return this.#last;
  }

  /** Throws {@link TextCodecError}, and nothing else, for bad bytes. */
  decode(message: Uint8Array): DecodedFrame {
    const { header, body } = parseMessage(message);
    this.#last = applyMessage(header, header.deflated ? this.#expand(body) : body, this.#last);
    return this.#last;
  }

  #expand(body: Uint8Array): Uint8Array {
    try {
      return this.#inflate(body, MAX_BODY_BYTES);
    } catch (cause) {
      throw new TextCodecError("malformed", "the body does not inflate", { cause });
    }
  }
}
