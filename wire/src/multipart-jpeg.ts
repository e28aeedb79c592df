const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * Finds where a JPEG ends, in bytes that arrive in pieces.
 *
 * Walks the markers (ITU T.81, annex B), so that the end of a thumbnail inside an EXIF segment is not
 * taken for the end of the picture. Damaged bytes are scanned for the next marker.
 */
export class JpegEnd {
  /** Next byte to look at, from the start of the picture. */
  #at = 0;
  #inScan = false;

  /**
   * Offset just behind the end marker, or -1 when it is not among `bytes` yet.
   * `bytes` begins at the start of the picture and has grown since the last call.
   */
  find(bytes: Uint8Array): number {
    for (;;) {
      if (this.#inScan) {
        const marker = bytes.indexOf(0xff, this.#at);
        this.#at = marker < 0 ? Math.max(this.#at, bytes.length) : marker;
        if (this.#at + 1 >= bytes.length) return -1;
        // A stuffed zero or a restart marker belongs to the scan.
        const code = bytes[this.#at + 1] ?? 0;
        if (code === 0 || (code >= 0xd0 && code <= 0xd7)) this.#at += 2;
        else this.#inScan = false;
        continue;
      }
      if (this.#at + 1 >= bytes.length) return -1;
      const code = bytes[this.#at + 1] ?? 0;
      if (bytes[this.#at] !== 0xff || code === 0) {
        this.#inScan = true;
      } else if (code === 0xff) {
        this.#at++;
      } else if (code === EOI) {
        return this.#at + 2;
      } else if (code === SOI || code === 0x01 || (code >= 0xd0 && code <= 0xd7)) {
        this.#at += 2;
      } else {
        if (this.#at + 3 >= bytes.length) return -1;
        const length = ((bytes[this.#at + 2] ?? 0) << 8) | (bytes[this.#at + 3] ?? 0);
        this.#inScan = code === SOS || length < 2;
        this.#at += 2 + length;
      }
    }
  }
}

/** True when the bytes begin as a JPEG does. */
export function beginsJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI;
}
