import { PartBuffer, type PartMemory } from "@lightwell/wire/multipart-buffer.ts";
import { JpegEnd } from "@lightwell/wire/multipart-jpeg.ts";

/** What is behind the end of a picture has to be copied once more: chunks are taken in slices. */
const SLICE_BYTES = 16 * 1024;

/** Cuts a stream of JPEGs, one straight after the other, into pictures. What is none is passed over. */
export class JpegSplitter {
  /** Pictures left out because they were too large. */
  oversized = 0;
  readonly #maxBytes: number;
  readonly #buffer: PartBuffer;
  #end: JpegEnd | undefined;

  /** @param memory where pictures are put together; without it each is in an ArrayBuffer of its own too */
  constructor(maxBytes = 32 * 1024 * 1024, memory?: PartMemory) {
    this.#maxBytes = maxBytes;
    this.#buffer = new PartBuffer(maxBytes, memory);
  }

  /** The pictures that these bytes complete. */
  push(chunk: Uint8Array): Uint8Array[] {
    const pictures: Uint8Array[] = [];
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      this.#buffer.append(chunk.subarray(at, at + SLICE_BYTES));
      while (this.#end || this.#seek()) {
        const picture = this.#take();
        if (!picture) break;
        if (picture !== "oversized") pictures.push(picture);
      }
    }
    return pictures;
  }

  /** The picture at whose beginning the buffer is, if it is whole. */
  #take(): Uint8Array | "oversized" | undefined {
    const size = this.#end?.find(this.#buffer.pending) ?? -1;
    if (size < 0 && this.#buffer.length <= this.#maxBytes) return undefined;
    this.#end = undefined;
    if (size > 0 && size <= this.#maxBytes) return this.#buffer.giveOut(size);
    this.oversized++;
    this.#buffer.skip(size > 0 ? size : 2);
    this.#buffer.leaveBody();
    return "oversized";
  }

  /** Go to the next start of a picture. */
  #seek(): boolean {
    const { pending } = this.#buffer;
    for (let at = pending.indexOf(0xff); at >= 0; at = pending.indexOf(0xff, at + 1)) {
      // The last bytes may be the first of a start.
      const [second = 0xd8, third = 0xff] = pending.subarray(at + 1, at + 3);
      if (second !== 0xd8 || third !== 0xff) continue;
      this.#buffer.skip(at);
      if (pending.length - at < 3) return false;
      this.#buffer.openBody(undefined);
      this.#end = new JpegEnd();
      return true;
    }
    this.#buffer.skip(pending.length);
    return false;
  }
}
