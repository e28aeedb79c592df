const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next attempt to connect, in ms: doubling from half a second to ten, with jitter so
 * that the viewers of a hub that restarts do not all come at once.
 *
 * @param attempt Attempts that failed since the last success, from 1.
 * @param random 0 to 1.
 */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(full * (0.6 + 0.4 * random));
}
