import { LIVE_HEADER_BYTES, encodeLiveFrame } from "@lightwell/wire/live.ts";
import { Encoding, type Frame } from "#core/frame.ts";

const message = new Encoding<Buffer>("live");

/**
 * A frame of a channel as one whole WebSocket message, ready for the socket: built once per frame and
 * shared by every viewer. Undefined for a frame that is no image.
 */
export function frameMessage(frame: Frame, channelId: number): Buffer | undefined {
  const { content } = frame;
  if (content.kind !== "image") return undefined;
  return frame.encoded(message, () => {
    const length = LIVE_HEADER_BYTES + content.bytes.length;
    const start = headLength(length);
    const bytes = Buffer.allocUnsafe(start + length);
    writeHead(bytes, length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { seq, capturedAt, substitute } = frame;
    const { format, width, height } = content;
    encodeLiveFrame({ channel: channelId, format, seq, capturedAt, width, height, substitute }, view, start);
    bytes.set(content.bytes, start + LIVE_HEADER_BYTES);
    return bytes;
  });
}

/** RFC 6455, 5.2: a server's frame has no mask; its length takes 7 bits, 16 or 64. */
function headLength(length: number): number {
  return length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
}

function writeHead(bytes: Buffer, length: number): void {
  // FIN and opcode 2, binary.
  bytes[0] = 0x82;
  if (length < 126) bytes[1] = length;
  else if (length < 0x1_0000) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
}
