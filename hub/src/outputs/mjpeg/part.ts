import { Encoding, type Frame } from "#core/frame.ts";

const part = new Encoding<Buffer | undefined>("mjpeg part");

/** The boundary line that opens the stream; every part brings the next one itself. */
export const OPENING = "--frame\r\n";

/**
 * The frame as one part of `multipart/x-mixed-replace`, one Buffer for all viewers; undefined when it is no picture.
 *
 * The boundary that closes it is in the same write: Chrome finishes a part only when the next boundary arrives, and
 * would show every picture one late. So a part begins without its own, which the one before has sent.
 * Content-Length: some consumers stall without it. X-Timestamp: capture time, seconds since the epoch.
 */
export function mjpegPart(frame: Frame): Buffer | undefined {
  return frame.encoded(part, () => write(frame));
}

function write({ content, capturedAt }: Frame): Buffer | undefined {
  if (content.kind !== "image") return undefined;
  const head =
    `Content-Type: image/${content.format}\r\n` +
    `Content-Length: ${content.bytes.length}\r\n` +
    `X-Timestamp: ${timestamp(capturedAt)}\r\n\r\n`;
  const bytes = Buffer.allocUnsafeSlow(head.length + content.bytes.length + 2 + OPENING.length);
  let at = bytes.write(head, "latin1");
  bytes.set(content.bytes, at);
  at += content.bytes.length;
  bytes.write(`\r\n${OPENING}`, at, "latin1");
  return bytes;
}

/** ms since the epoch as `s.uuuuuu`. */
export function timestamp(ms: number): string {
  return (ms / 1000).toFixed(6);
}
