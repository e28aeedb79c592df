/** For whom a piece of work is done, and for how long it is worth doing. */
export interface Errand {
  /** What stays the same from one piece of work to the next: a rendition, a producer. */
  readonly of: object;
  /** Addresses of those who want it, asked whenever it matters; none: the hub itself. */
  readonly clients: () => Iterable<string>;
  /** Aborted when nobody wants the result any more: what has not begun by then is left out. */
  readonly signal?: AbortSignal;
}

/** Work that was left out because nobody wanted its result any more. */
export class LeftOut extends Error {
  constructor() {
    super("nobody wants this any more");
    this.name = "LeftOut";
  }
}
