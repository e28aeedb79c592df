import { HISTORY_SECONDS, SAMPLE_EVERY_MS } from "@lightwell/wire/api/history.ts";
import { Value } from "../live/value.ts";

/** Figures of one moment. */
export interface Timed {
  /** ms since the epoch. */
  readonly time: number;
}

/** Samples further apart have a gap between them: something is not known. */
const GAP_MS = 2.5 * SAMPLE_EVERY_MS;

/**
 * The figures of the last minutes: begins with what the hub remembers and goes on with what it tells. After a gap (a
 * hidden tab, a lost connection, another hub at this address) it asks again, and what nobody knows stays a gap.
 */
export class Series<T extends Timed> {
  readonly points = new Value<readonly T[]>([]);
  readonly #remembered: () => Promise<readonly T[]>;
  #incomplete = true;
  #asking = false;

  constructor(remembered: () => Promise<readonly T[]>) {
    this.#remembered = remembered;
  }

  /** The latest sample, told as often as one likes. */
  hear(sample: T | undefined): void {
    if (!sample) return;
    const last = this.points.get().at(-1);
    if (last?.time === sample.time) return;
    if (last && sample.time - last.time > GAP_MS) this.#incomplete = true;
    this.points.set(joined(this.points.get(), [sample]));
    if (this.#incomplete && !this.#asking) void this.#ask();
  }

  forget(): void {
    this.#incomplete = true;
    this.points.set([]);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const rows = await this.#remembered();
      this.#incomplete = false;
      this.points.set(joined(this.points.get(), rows));
    } catch {
      // The next sample asks again.
    } finally {
      this.#asking = false;
    }
  }
}

/** What was known, with newer rows in place of those since their first; nothing older than the hub remembers. */
export function joined<T extends Timed>(known: readonly T[], rows: readonly T[]): readonly T[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return known;
  const since = last.time - HISTORY_SECONDS * 1000;
  return [...known.filter(({ time }) => time < first.time), ...rows].filter(({ time }) => time > since);
}

/** Times in seconds and a figure for each, with a hole wherever the series has a gap. */
export function withGaps<T extends Timed>(
  series: readonly T[],
  value: (point: T) => number | null,
): [number[], Array<number | null>] {
  const [times, values]: [number[], Array<number | null>] = [[], []];
  let before: number | undefined;
  for (const point of series) {
    if (before !== undefined && point.time - before > GAP_MS) {
      times.push((before + SAMPLE_EVERY_MS) / 1000);
      values.push(null);
    }
    before = point.time;
    times.push(point.time / 1000);
    values.push(value(point));
  }
  return [times, values];
}

/** The greatest figure of the series; null when none is known. */
export function greatest<T>(series: readonly T[], value: (point: T) => number | null): number | null {
  let most: number | null = null;
  for (const point of series) {
    const figure = value(point);
    if (figure !== null && (most === null || figure > most)) most = figure;
  }
  return most;
}
