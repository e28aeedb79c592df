/** Where bodies are put together, and stay: what is allocated here is given out with no further copy. */
export interface PartMemory {
  /** This many bytes of whatever content, with nothing else in their ArrayBuffer that anybody uses. */
  allocate(bytes: number): Uint8Array;
  /** Called with each body just before it is given out: the beginning of an allocated piece, or all of it. */
  finished?(body: Uint8Array): void;
}

/** A body of which nothing is known begins with so much memory. */
const FIRST_BYTES = 64 * 1024;
/** A body keeps the memory that it was put together in when it fills this much of it. */
const FILLED = 0.75;

const plainMemory: PartMemory = { allocate: (bytes) => new Uint8Array(bytes) };

/** The bytes of a stream that are not taken apart yet. Those of a body are in memory that is given out with it. */
export class PartBuffer {
  readonly #maxBytes: number;
  readonly #memory: PartMemory;
  #data: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  /** Memory for what is between bodies; `#data` is this one unless it holds a body. */
  #scratch = this.#data;
  /** Memory for bodies that was not given out. */
  #spare: Uint8Array | undefined;
  #lastBytes = 0;

  /** @param maxBytes of a body; more is never allocated for one before it has come */
  constructor(maxBytes: number, memory: PartMemory = plainMemory) {
    this.#maxBytes = maxBytes;
    this.#memory = memory;
  }

  get length(): number {
    return this.#to - this.#from;
  }

  get pending(): Uint8Array {
    return this.#data.subarray(this.#from, this.#to);
  }

  skip(bytes: number): void {
    this.#from += bytes;
  }

  append(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#data.length) this.#makeRoom(this.length + bytes.length);
    this.#data.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** What is pending begins a body, which says that it has this many bytes. */
  openBody(declared: number | undefined): void {
    const bytes = Math.max(this.#expect(declared), this.length);
    const spare = this.#spare;
    this.#spare = undefined;
    const fits = spare && spare.length >= bytes && spare.length <= 2 * Math.max(bytes, FIRST_BYTES);
    this.#moveTo(fits ? spare : this.#memory.allocate(bytes));
  }

  /** The first `size` bytes are a body. What is behind them is pending. */
  giveOut(size: number): Uint8Array {
    const whole = this.#data;
    this.#lastBytes = size;
    this.skip(size);
    this.leaveBody();
    let body = whole.subarray(0, size);
    if (size < whole.length * FILLED) {
      body = this.#memory.allocate(size);
      body.set(whole.subarray(0, size));
    } else this.#spare = undefined;
    this.#memory.finished?.(body);
    return body;
  }

  /** What is pending belongs to no body. */
  leaveBody(): void {
    if (this.#data === this.#scratch) return;
    this.#spare = this.#data;
    if (this.#scratch.length < this.length) this.#scratch = new Uint8Array(this.length);
    this.#moveTo(this.#scratch);
  }

  clear(): void {
    this.#data = this.#scratch = new Uint8Array(0);
    this.#spare = undefined;
    this.#from = this.#to = 0;
  }

  /** What is declared is a claim, and memory is dear: much more than the last body had is not allocated on its word. */
  #expect(declared: number | undefined): number {
    const likely = this.#lastBytes > 0 ? Math.ceil(1.125 * this.#lastBytes) : FIRST_BYTES;
    const believed = Math.max(FIRST_BYTES, 2 * this.#lastBytes);
    return Math.min(declared === undefined ? likely : Math.min(declared, believed), this.#maxBytes);
  }

  #makeRoom(bytes: number): void {
    const more = Math.max(bytes, 2 * this.length);
    if (bytes <= this.#data.length) this.#moveTo(this.#data);
    else if (this.#data !== this.#scratch) this.#moveTo(this.#memory.allocate(more));
    else this.#moveTo((this.#scratch = new Uint8Array(Math.max(more, 4096))));
  }

  /** Go on in other memory, or at the beginning of the same. */
  #moveTo(target: Uint8Array): void {
    const { pending } = this;
    target.set(pending);
    this.#data = target;
    this.#from = 0;
    this.#to = pending.length;
  }
}
