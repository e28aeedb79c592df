import { TextCodecError } from "./codec-error.ts";
import { MAX_COLS, MAX_ROWS } from "./grid.ts";

/** Types of binary text messages; the byte on the wire is the letter's ASCII code. */
export const MESSAGE_TYPES = ["K", "S", "D", "L", "N", "C", "R"] as const;

/**
 * `K` keyframe, `S` sparse delta, `D` dense delta, `L` dense delta on a moved base, `N` no change,
 * `C` clear, `R` resize.
 */
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Bytes before the body. */
export const HEADER_BYTES = 8;

/** Largest inflated body: ten bytes per cell of the largest grid and room for fields, run lists and bands. */
export const MAX_BODY_BYTES = MAX_COLS * MAX_ROWS * 18 + 4096;

/** Furthest base that a header can name, in frames. */
export const MAX_BASE_DISTANCE = 0xffff;

const FLAG_DEFLATED = 1;

/** The first eight bytes of a message. */
export interface MessageHeader {
  readonly type: MessageType;
  /** Whether the body is raw deflate. */
  readonly deflated: boolean;
  /** Number of the frame that the message makes, modulo 2³². */
  readonly seq: number;
  /** Number of the frame that it builds on; absent for `K`, `C` and `R`. */
  readonly baseSeq?: number;
}

/** One message: header and body. `baseSeq` must be at most {@link MAX_BASE_DISTANCE} frames before `seq`. */
export function packMessage(header: MessageHeader, body: Uint8Array): Uint8Array {
  const distance = header.baseSeq === undefined ? 0 : (header.seq - header.baseSeq) >>> 0;
  const message = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, header.type.charCodeAt(0));
  view.setUint8(1, header.deflated ? FLAG_DEFLATED : 0);
  view.setUint32(2, header.seq, true);
  view.setUint16(6, distance, true);
  message.set(body, HEADER_BYTES);
  return message;
}

/** Splits a message; throws {@link TextCodecError}. The body is not copied and not inflated. */
export function parseMessage(message: Uint8Array): { header: MessageHeader; body: Uint8Array } {
  if (message.length < HEADER_BYTES) {
    throw new TextCodecError("truncated", `${message.length} bytes are fewer than the header's ${HEADER_BYTES}`);
  }
  if (message.length > HEADER_BYTES + MAX_BODY_BYTES) {
    throw new TextCodecError("too-large", `a message of ${message.length} bytes is too large`);
  }
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const type = MESSAGE_TYPES.find((letter) => letter.charCodeAt(0) === view.getUint8(0));
  if (type === undefined) throw new TextCodecError("malformed", `there is no message type ${view.getUint8(0)}`);
  const flags = view.getUint8(1);
  if ((flags & ~FLAG_DEFLATED) !== 0) throw new TextCodecError("malformed", `unknown flags ${flags}`);
  const seq = view.getUint32(2, true);
  const distance = view.getUint16(6, true);
  const standsAlone = type === "K" || type === "C" || type === "R";
  if (standsAlone !== (distance === 0)) {
    throw new TextCodecError("malformed", `a base distance of ${distance} does not suit type ${type}`);
  }
  const deflated = (flags & FLAG_DEFLATED) !== 0;
  return {
    header: standsAlone ? { type, deflated, seq } : { type, deflated, seq, baseSeq: (seq - distance) >>> 0 },
    body: message.subarray(HEADER_BYTES),
  };
}
