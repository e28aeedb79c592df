import type { ImageContent } from "#core/frame.ts";
import { imageContent } from "#picture/inspect.ts";
import { z } from "zod";

/** A picture that is kept over a restart. */
export interface KeptPicture {
  readonly content: ImageContent;
  /** ms since the epoch. */
  readonly capturedAt: number;
  /** How long it could be between two pictures of its source, in ms. */
  readonly gapMs?: number | undefined;
}

const head = z.object({
  capturedAt: z.number().min(0).max(8.64e15),
  gapMs: z.number().min(0).optional(),
  bytes: z.int().min(1),
});

/** What was published once is taken again, whatever the limits of its source were. */
const LIMITS = { maxBytes: Infinity, maxPixels: Infinity };
const NEWLINE = 0x0a;
const MOST_HEAD_BYTES = 1000;

/** One line of JSON, then the picture as it came: a file that stands for itself. */
export function writePictureFile({ content, capturedAt, gapMs }: KeptPicture): Uint8Array {
  const line = JSON.stringify({ capturedAt, gapMs, bytes: content.bytes.length } satisfies z.input<typeof head>);
  return Buffer.concat([Buffer.from(`${line}\n`), content.bytes]);
}

/** Undefined for a file that is none, or not whole. */
export function readPictureFile(file: Uint8Array): KeptPicture | undefined {
  const end = file.subarray(0, MOST_HEAD_BYTES).indexOf(NEWLINE);
  if (end < 0) return undefined;
  try {
    const { capturedAt, gapMs, bytes } = head.parse(JSON.parse(Buffer.from(file.subarray(0, end)).toString()));
    const picture = file.subarray(end + 1);
    return picture.length === bytes ? { content: imageContent(picture, LIMITS), capturedAt, gapMs } : undefined;
  } catch {
    return undefined;
  }
}
