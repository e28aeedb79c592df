import { LIVE_HEADER_BYTES, encodeLiveFrame } from "@lightwell/wire/live.ts";
import { Encoding, type Frame } from "#core/frame.ts";
import { pictureMessage } from "#transport/web-socket-message.ts";

const message = new Encoding<Buffer>("live");

/**
 * A frame of a channel as one whole WebSocket message, ready for the socket: built once per frame and
 * shared by every viewer. Undefined for a frame that is no image.
 */
export function frameMessage(frame: Frame, channelId: number): Buffer | undefined {
  const { content } = frame;
  if (content.kind !== "image") return undefined;
  return frame.encoded(message, () => {
    const bytes = pictureMessage(LIVE_HEADER_BYTES, content.bytes);
    const start = bytes.length - content.bytes.length - LIVE_HEADER_BYTES;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { seq, capturedAt, substitute } = frame;
    const { format, width, height } = content;
    encodeLiveFrame({ channel: channelId, format, seq, capturedAt, width, height, substitute }, view, start);
    return bytes;
  });
}
