import { JpegEnd } from "@lightwell/wire/multipart-jpeg.ts";

/** Cuts a stream of JPEGs, one straight after the other, into pictures. What is none is passed over. */
export class JpegSplitter {
  /** Pictures left out because they were too large. */
  oversized = 0;
  readonly #maxBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #end: JpegEnd | undefined;

  constructor(maxBytes = 32 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  /** The pictures that these bytes complete; each has its own copy. */
  push(chunk: Uint8Array): Uint8Array[] {
    const pictures: Uint8Array[] = [];
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      if (!this.#end && !this.#seek()) return pictures;
      const size = (this.#end ??= new JpegEnd()).find(this.#pending);
      if (size > 0) {
        if (size <= this.#maxBytes) pictures.push(Uint8Array.from(this.#pending.subarray(0, size)));
        else this.oversized++;
        this.#skip(size);
      } else if (this.#pending.length > this.#maxBytes) {
        this.oversized++;
        this.#skip(2);
      } else {
        return pictures;
      }
    }
  }

  /** Go to the next start of a picture. */
  #seek(): boolean {
    const at = this.#pending.indexOf("\xff\xd8\xff", 0, "latin1");
    // The last bytes may be the first of a start.
    this.#pending = this.#pending.subarray(at < 0 ? Math.max(0, this.#pending.length - 2) : at);
    return at >= 0;
  }

  #skip(bytes: number): void {
    this.#pending = this.#pending.subarray(bytes);
    this.#end = undefined;
  }
}
