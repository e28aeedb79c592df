/**
 * Follows a multipart/x-mixed-replace stream with Content-Length and X-Timestamp, cheaply: it looks at headers only and
 * counts the rest. `onPart` gets the capture time in seconds since the epoch when the last byte of a picture is there.
 */
export class PartReader {
  readonly #onPart: (timestamp: number) => void;
  #header = "";
  #left = 0;
  #timestamp = 0;

  constructor(onPart: (timestamp: number) => void) {
    this.#onPart = onPart;
  }

  push(bytes: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, length - at);
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#onPart(this.#timestamp);
        continue;
      }
      at = this.#readHeader(bytes, at, length);
    }
  }

  #readHeader(bytes: Buffer, at: number, length: number): number {
    const before = this.#header.length;
    this.#header += bytes.toString("latin1", at, Math.min(length, at + 1024));
    const end = this.#header.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.#header.length > 4096) throw new Error("a header of more than 4 kB");
      return Math.min(length, at + 1024);
    }
    const header = this.#header.slice(0, end);
    this.#header = "";
    const size = /content-length: (\d+)/i.exec(header)?.[1];
    const time = /x-timestamp: ([\d.]+)/i.exec(header)?.[1];
    // The head of the response has neither.
    if (size && time) {
      this.#left = Number(size);
      this.#timestamp = Number(time);
    }
    return at + end + 4 - before;
  }
}
