const FIRST_MS = 300;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next attempt, in ms: doubling up to ten seconds, between half and all of that by chance,
 * so that all who lost one hub do not come back together.
 *
 * @param failures Attempts that failed since the last success, from 1.
 */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(20, failures - 1));
  return Math.round(full * (0.5 + random() / 2));
}
