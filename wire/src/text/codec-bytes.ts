import { TextCodecError } from "./codec-error.ts";

/** Bytes of the longest varint in the protocol: 28 bits, more than any count of cells. */
const MAX_VARINT_BYTES = 4;

/** Appends little-endian fields to a buffer that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** @param capacity bytes to reserve; a good guess spares copies */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(16, capacity));
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.u8(value);
    this.u8(value >>> 8);
  }

  /** LEB128: seven bits per byte, lowest first, the high bit set on all but the last. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.u8((rest & 0x7f) | 0x80);
    this.u8(rest);
  }

  /** A signed varint: 0, -1, 1, -2 … become 0, 1, 2, 3 … */
  zigzag(value: number): void {
    this.varint((value << 1) ^ (value >> 31));
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** What was written, without a copy. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#length + count, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what {@link ByteWriter} wrote. Every method throws {@link TextCodecError} instead of reading past the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // A Node Buffer's slice shares memory where a Uint8Array's copies; grids must not share.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new TextCodecError("truncated", `the body ends at byte ${this.#at}`);
    this.#at++;
    return value;
  }

  u16(): number {
    return this.u8() | (this.u8() << 8);
  }

  varint(): number {
    let value = 0;
    for (let k = 0; k < MAX_VARINT_BYTES; k++) {
      const byte = this.u8();
      value |= (byte & 0x7f) << (7 * k);
      if (byte < 0x80) return value;
    }
    throw new TextCodecError("malformed", `the varint before byte ${this.#at} is too long`);
  }

  zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** The next `count` bytes, not copied. */
  bytes(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) {
      throw new TextCodecError("truncated", `${count} bytes expected at byte ${this.#at} of ${this.#bytes.length}`);
    }
    const values = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return values;
  }

  /** Refuses bytes that nobody asked for. */
  end(): void {
    const extra = this.#bytes.length - this.#at;
    if (extra !== 0) throw new TextCodecError("malformed", `${extra} bytes follow the end of the body`);
  }
}
