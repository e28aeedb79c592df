/** RFC 6455, 5.2: one whole text message of a server, FIN set, no mask. */
export function textFrame(text: Uint8Array): Buffer {
  return framed(0x81, text);
}

/** The answer to a ping; its payload is at most 125 bytes. */
export function pongFrame(payload: Uint8Array): Buffer {
  return framed(0x8a, payload.subarray(0, 125));
}

/** The end of a connection, with a code and a few words (RFC 6455, 7.4). */
export function closeFrame(code: number, reason: string): Buffer {
  const words = Buffer.from(reason).subarray(0, 123);
  const payload = Buffer.alloc(2 + words.length);
  payload.writeUInt16BE(code);
  payload.set(words, 2);
  return framed(0x88, payload);
}

function framed(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const start = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = opcode;
  if (length < 126) frame[1] = length;
  else if (length < 0x1_0000) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, start);
  return frame;
}
