import { Encoding, type Frame } from "#core/frame.ts";
import { framed } from "#transport/picture-memory.ts";

const encoding = new Encoding<Buffer | undefined>("mjpeg part");

/** The boundary line that opens the stream; every part brings the next one itself. */
export const OPENING = "--frame\r\n";
const CLOSING = `\r\n${OPENING}`;

/**
 * The frame as one part of `multipart/x-mixed-replace`, one Buffer for all viewers; undefined when it is no picture.
 *
 * The boundary that closes it is in the same write: Chrome finishes a part only when the next boundary arrives, and
 * would show every picture one late. So a part begins without its own, which the one before has sent.
 * Content-Length: some consumers stall without it. X-Timestamp: capture time, seconds since the epoch.
 */
export function mjpegPart(frame: Frame): Buffer | undefined {
  return frame.encoded(encoding, () => write(frame));
}

function write({ content, capturedAt }: Frame): Buffer | undefined {
  if (content.kind !== "image") return undefined;
  const head =
    `Content-Type: image/${content.format}\r\n` +
    `Content-Length: ${content.bytes.length}\r\n` +
    `X-Timestamp: ${timestamp(capturedAt)}\r\n\r\n`;
  const part = framed(head.length, content.bytes, CLOSING.length);
  part.write(head, "latin1");
  part.write(CLOSING, head.length + content.bytes.length, "latin1");
  return part;
}

/** ms since the epoch as `s.uuuuuu`. */
export function timestamp(ms: number): string {
  return (ms / 1000).toFixed(6);
}
