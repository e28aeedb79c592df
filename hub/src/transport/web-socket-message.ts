import { framed } from "./picture-memory.ts";

const CONTROL = { close: 0x88, ping: 0x89, pong: 0x8a } as const;
const TEXT = 0x81;
const BINARY = 0x82;
/** RFC 6455, 5.5: payload of a control frame. */
const MAX_CONTROL_BYTES = 125;

/** A text, or its UTF-8 bytes, as one whole WebSocket message, ready for a socket and to be shared. */
export function textMessage(text: string | Uint8Array): Buffer {
  const length = typeof text === "string" ? Buffer.byteLength(text) : text.length;
  const message = headed(TEXT, length);
  if (typeof text === "string") message.write(text, message.length - length);
  else message.set(text, message.length - length);
  return message;
}

/** Bytes as one whole WebSocket message. */
export function binaryMessage(payload: Uint8Array): Buffer {
  const message = headed(BINARY, payload.length);
  message.set(payload, message.length - payload.length);
  return message;
}

/** A binary message of a picture behind `headBytes`, which are for the caller to fill; the message ends with the picture. */
export function pictureMessage(headBytes: number, picture: Uint8Array): Buffer {
  const length = headBytes + picture.length;
  const message = framed(headLength(length) + headBytes, picture, 0);
  writeHead(message, BINARY, length);
  return message;
}

/** The end of a connection; `reason` is cut to what fits. */
export function closeMessage(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(MAX_CONTROL_BYTES);
  payload.writeUInt16BE(code);
  // `write` never splits a character.
  return controlMessage("close", payload.subarray(0, 2 + payload.write(reason, 2)));
}

/** Ping, pong or close with at most 125 bytes. */
export function controlMessage(kind: keyof typeof CONTROL, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const message = headed(CONTROL[kind], payload.length);
  message.set(payload, message.length - payload.length);
  return message;
}

/** RFC 6455, 5.2: a server's frame has no mask; its length takes 7 bits, 16 or 64. */
function headed(first: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(headLength(length) + length);
  writeHead(bytes, first, length);
  return bytes;
}

function headLength(length: number): number {
  return length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
}

function writeHead(bytes: Buffer, first: number, length: number): void {
  bytes[0] = first;
  if (length < 126) bytes[1] = length;
  else if (length < 0x1_0000) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
}
