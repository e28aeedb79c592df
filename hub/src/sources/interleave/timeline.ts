/** Where in time the show begins and how fast it runs: equal on every machine that is to show the same. */
export interface Pace {
  /** Indices per second. */
  readonly ips: number;
  /** ms since the Unix epoch at which the count was 0. */
  readonly epochMs: number;
}

/** Seconds after which the sequence of folder choices begins anew from its own seed. */
const BLOCK_SECONDS = 60;
/** Folders change after 1 to this many seconds. */
const MAX_MULTIPLIER = 12;

/** Indices since the epoch, never folded: `elapsed_ns × IPS / 1e9`. */
export function countAt({ ips, epochMs }: Pace, nowMs: number): number {
  return Math.floor(((nowMs - epochMs) * ips) / 1000);
}

/** The moment, in ms since the Unix epoch, at which the count becomes `count`. */
export function dueAt({ ips, epochMs }: Pace, count: number): number {
  return epochMs + (count * 1000) / ips;
}

/**
 * The picture of a folder at a count: to and fro, both ends shown twice (0 1 2 2 1 0 0 1 …).
 * 0 for a folder without pictures.
 */
export function pingPong(count: number, pictures: number): number {
  if (pictures < 1) return 0;
  const period = 2 * pictures;
  const at = ((count % period) + period) % period;
  return at < pictures ? at : period - 1 - at;
}

/** Which folders are shown at a count. */
export interface Choice {
  readonly main: number;
  readonly float: number;
  /** Seconds for which this choice holds (less at the end of a block). */
  readonly multiplier: number;
}

/**
 * The folders at a count: drawn anew after 1 to 12 seconds, from the count alone, so that machines with the
 * same folders agree without talking.
 */
export function chooseFolders(count: number, ips: number, mainFolders: number, floatFolders: number): Choice {
  const blockLength = Math.max(1, Math.round(ips * BLOCK_SECONDS));
  const block = Math.floor(count / blockLength);
  const offset = count - block * blockLength;
  for (let number = 0, start = 0; ; number++) {
    const multiplier = 1 + (mix(block, number, 0) % MAX_MULTIPLIER);
    start += Math.max(1, Math.round(ips * multiplier));
    if (start <= offset) continue;
    const pick = (folders: number, salt: number) => (folders > 0 ? mix(block, number, salt) % folders : 0);
    return { main: pick(mainFolders, 1), float: pick(floatFolders, 2), multiplier };
  }
}

/** 32 well-mixed bits of three numbers (the finaliser of MurmurHash3 after each). */
function mix(block: number, number: number, salt: number): number {
  let hash = 0x9e3779b9;
  for (const value of [block, Math.floor(block / 2 ** 32), number, salt]) {
    hash = Math.imul(hash ^ value, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}
