/** Bytes of a message that are kept for its user: the header of a picture or of a text message of version 1, or the type of a JSON one. */
const KEPT_BYTES = 24;

/**
 * Splits what a WebSocket server sends into messages, cheaply: of each only the first bytes are kept, unless `whole`.
 * Control frames are skipped.
 */
export class WsReader {
  readonly #onMessage: (start: Buffer, length: number, opcode: number) => void;
  readonly #whole: boolean;
  #head = Buffer.alloc(14);
  #headLength = 0;
  #payload = Buffer.alloc(KEPT_BYTES);
  #length = 0;
  #taken = 0;
  #opcode = 0;
  #inPayload = false;

  constructor(onMessage: (start: Buffer, length: number, opcode: number) => void, whole = false) {
    this.#onMessage = onMessage;
    this.#whole = whole;
  }

  push(bytes: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      if (!this.#inPayload) {
        this.#head[this.#headLength++] = bytes[at++] ?? 0;
        this.#begin();
        continue;
      }
      const taken = Math.min(this.#length - this.#taken, length - at);
      if (this.#taken < this.#payload.length) bytes.copy(this.#payload, this.#taken, at, at + taken);
      this.#taken += taken;
      at += taken;
      if (this.#taken === this.#length) this.#end();
    }
  }

  #begin(): void {
    const short = (this.#head[1] ?? 0) & 127;
    const wanted = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (this.#headLength < 2 || this.#headLength < wanted) return;
    this.#length =
      short === 127 ? Number(this.#head.readBigUInt64BE(2)) : short === 126 ? this.#head.readUInt16BE(2) : short;
    this.#opcode = (this.#head[0] ?? 0) & 15;
    this.#headLength = this.#taken = 0;
    this.#inPayload = true;
    if (this.#whole) this.#payload = Buffer.alloc(this.#length);
    if (this.#length === 0) this.#end();
  }

  #end(): void {
    this.#inPayload = false;
    if (this.#opcode < 8) this.#onMessage(this.#payload, this.#length, this.#opcode);
  }
}
