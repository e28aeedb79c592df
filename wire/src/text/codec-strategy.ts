/**
 * What a deflater should look for: `default` repeats, `rle` runs of one byte, `huffman` nothing but frequent bytes.
 * All three give raw deflate. On the residual of a picture a search for repeats costs ten times the time and *adds*
 * bytes, because short accidental matches displace good literals.
 */
export type DeflateStrategy = "default" | "rle" | "huffman";

/** Bodies with fewer bytes outside runs are searched in no time anyway. */
const SMALL_BYTES = 4096;
/** Length of a repeat that counts: longer than accidents among few different bytes. */
const REPEAT_BYTES = 12;
/** Share of positions outside runs that start a repeat, from which searching pays. */
const REPEAT_SHARE = 0.1;
/** Fewer sampled positions than this say nothing. */
const MIN_SAMPLE = 64;
/** Share of positions inside runs, from which runs pay. */
const RUN_SHARE = 0.1;
/** One position in this many is looked at for runs. */
const RUN_STEP = 8;
const TABLE_BITS = 12;

const table = new Int32Array(1 << TABLE_BITS);

/** The strategy that suits a body, by the share of runs and of repeats in a sample of its positions. */
export function chooseStrategy(body: Uint8Array): DeflateStrategy {
  const runShare = shareOfRuns(body);
  if (body.length * (1 - runShare) < SMALL_BYTES || hasRepeats(body)) return "default";
  return runShare > RUN_SHARE ? "rle" : "huffman";
}

function shareOfRuns(body: Uint8Array): number {
  let runs = 0;
  let looked = 0;
  for (let i = 0; i + REPEAT_BYTES <= body.length; i += RUN_STEP, looked++) {
    let k = 1;
    while (k < REPEAT_BYTES && body[i + k] === body[i]) k++;
    if (k === REPEAT_BYTES) runs++;
  }
  return looked === 0 ? 0 : runs / looked;
}

function hasRepeats(body: Uint8Array): boolean {
  table.fill(-1);
  let sampled = 0;
  let repeats = 0;
  let next = body[0] as number;
  for (let i = 0; i + REPEAT_BYTES <= body.length; i++) {
    const first = next;
    next = body[i + 1] as number;
    // The sample is chosen by content, so that both ends of a repeat are in it or neither.
    if (((first * 5 + next * 3) & 15) !== 3 || first === next) continue;
    sampled++;
    const word = first | (next << 8) | ((body[i + 6] as number) << 16) | ((body[i + REPEAT_BYTES - 1] as number) << 24);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - TABLE_BITS);
    const before = table[slot] as number;
    table[slot] = i;
    if (before >= 0 && sameBytes(body, before, i)) repeats++;
  }
  return sampled < MIN_SAMPLE || repeats > sampled * REPEAT_SHARE;
}

function sameBytes(body: Uint8Array, a: number, b: number): boolean {
  for (let k = 0; k < REPEAT_BYTES; k++) if (body[a + k] !== body[b + k]) return false;
  return true;
}
