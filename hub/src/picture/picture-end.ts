import { JpegEnd } from "@lightwell/wire/multipart-jpeg.ts";
import type { ImageFormat } from "#core/frame.ts";
import { sniffFormat } from "./inspect.ts";

/** Finds where a picture ends, in bytes that begin with it and grow from call to call. */
export interface PictureFormatEnd {
  readonly format: ImageFormat;
  /** Offset just behind the picture, or -1 when that is not among `bytes` yet. */
  find(bytes: Uint8Array): number;
}

/** For bytes, 12 at least, that begin with a picture; undefined when they do not. */
export function endFinder(bytes: Uint8Array): PictureFormatEnd | undefined {
  switch (sniffFormat(bytes)) {
    case "jpeg": {
      const end = new JpegEnd();
      return { format: "jpeg", find: (grown) => end.find(grown) };
    }
    case "png":
      return new PngEnd();
    case "webp":
      return { format: "webp", find: webpEnd };
    case undefined:
      return undefined;
  }
}

const SIGNATURES: Readonly<Record<ImageFormat, string>> = {
  jpeg: "\xff\xd8\xff",
  png: "\x89PNG\r\n\x1a\n",
  webp: "RIFF",
};

/** Where the next picture of a format begins. When it is not found, `at` is how much cannot be the start of one. */
export function startOf(format: ImageFormat, bytes: Uint8Array): { readonly at: number; readonly found: boolean } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let from = 0; ;) {
    const at = buffer.indexOf(SIGNATURES[format], from, "latin1");
    if (at < 0) return { at: Math.max(from, bytes.length - SIGNATURES[format].length + 1), found: false };
    if (at + 12 > bytes.length) return { at, found: false };
    if (sniffFormat(bytes.subarray(at)) === format && (format !== "jpeg" || opensJpeg(bytes[at + 3] ?? 0)))
      return { at, found: true };
    from = at + 1;
  }
}

/** Three bytes happen in any film: the marker behind the start must be a table, a frame, a comment or an application's. */
const opensJpeg = (code: number) =>
  (code >= 0xc0 && code <= 0xcf) || (code >= 0xdb && code <= 0xef) || code === 0xfe || code === 0xff;

/** Walks the chunks of a PNG (ISO/IEC 15948) up to IEND. */
class PngEnd implements PictureFormatEnd {
  readonly format = "png";
  #at = 8;

  find(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (;;) {
      if (this.#at + 8 > bytes.length) return -1;
      const end = this.#at + 12 + view.getUint32(this.#at);
      if (end > bytes.length) return -1;
      if (view.getUint32(this.#at + 4) === 0x49454e44) return end;
      this.#at = end;
    }
  }
}

/** The RIFF header says it (RFC 9649, 2.4). */
function webpEnd(bytes: Uint8Array): number {
  const end = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(4, true) + 8;
  return end <= bytes.length ? end : -1;
}
