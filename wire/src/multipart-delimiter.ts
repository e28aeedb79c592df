const CR = 13;
const LF = 10;
const DASH = 45;
const MAX_DASHES = 40;
const MAX_WORD_BYTES = 200;
const MAX_SPACES = 16;

/** What follows the dashes of a boundary line; undefined when any word will do. */
export function delimiterOf(boundary: string | undefined): Uint8Array | undefined {
  const word = boundary?.trim().replace(/^-+/, "").slice(0, MAX_WORD_BYTES);
  return word ? new TextEncoder().encode(word) : undefined;
}

/** A boundary line at a place: its length with the line break; 0 when there is none, -1 when more bytes are needed. */
export interface DelimiterMatch {
  readonly length: number;
  /** It ends in two dashes: the last one of the body, by RFC 2046. */
  readonly closing: boolean;
}

const none: DelimiterMatch = { length: 0, closing: false };
const unclear: DelimiterMatch = { length: -1, closing: false };

/**
 * Look for a boundary line at `at`: two or more dashes, the word, perhaps two dashes and spaces, a line break.
 * The number of leading dashes is not counted: some cameras declare them as part of the boundary, some send
 * them twice.
 */
export function delimiterAt(data: Uint8Array, at: number, word: Uint8Array | undefined): DelimiterMatch {
  let i = at;
  while (data[i] === DASH && i - at < MAX_DASHES) i++;
  if (i === data.length && i - at < MAX_DASHES) return unclear;
  if (i - at < 2) return none;
  if (word) {
    for (const byte of word) {
      if (i === data.length) return unclear;
      if (data[i++] !== byte) return none;
    }
  } else {
    const start = i;
    while (i < data.length && i - start < MAX_WORD_BYTES && isWordByte(data[i] ?? 0)) i++;
  }
  const closing = word ? data[i] === DASH && data[i + 1] === DASH : data[i - 1] === DASH && data[i - 2] === DASH;
  if (word) {
    if (data[i] === DASH && i + 1 === data.length) return unclear;
    if (closing) i += 2;
  }
  for (let spaces = 0; data[i] === 32 || data[i] === 9; i++) if (++spaces > MAX_SPACES) return none;
  if (data[i] === CR) i++;
  if (i >= data.length) return unclear;
  return data[i] === LF ? { length: i + 1 - at, closing } : none;
}

/** True for a line that begins as a header does: a token, then a colon. */
export function hasToken(line: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]{1,100}:/.test(line);
}

/** The characters that RFC 2046 allows in a boundary, and a few that cameras use. */
function isWordByte(byte: number): boolean {
  return byte > 32 && byte < 127 && byte !== 60 && byte !== 62;
}
