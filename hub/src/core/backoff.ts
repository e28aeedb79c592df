/** Bounds of the wait before the next attempt, in ms. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * How long to wait before attempt `attempt` (1 after the first failure): doubled each time up to a bound, and
 * between half and all of that by chance, so that many that failed together do not come back together.
 */
export function backoffMs(
  attempt: number,
  { firstMs, mostMs }: BackoffBounds = { firstMs: 1000, mostMs: 30_000 },
  random: () => number = Math.random,
): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(30, attempt - 1));
  return Math.round(full * (0.5 + random() / 2));
}
