import type { Snapshot } from "@lightwell/wire/api/monitor.ts";

/** Seconds that a graph shows. */
export const SERIES_SECONDS = 120;

/** One second of the control room's figures; null where the hub told nothing. */
export interface Point {
  /** Seconds since the epoch. */
  readonly time: number;
  readonly cpu: number | null;
  readonly cores: readonly number[];
  /** Bytes of the hub's process. */
  readonly memory: number | null;
  readonly viewers: number;
  readonly fpsIn: number;
  readonly fpsOut: number;
  /** Bytes per second to viewers; null in the first second. */
  readonly out: number | null;
  readonly skipped: number | null;
  /** ms of the oldest picture that any viewer of a live channel sees. */
  readonly age: number | null;
  /** Pictures that could not be loaded or converted. */
  readonly errors: number;
}

const number = (value: unknown): number | null => {
  const parsed = typeof value === "string" ? Number.parseFloat(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : null;
};

/** The point of a snapshot; rates come from what changed since the one before. */
export function pointOf(now: Snapshot, before: Snapshot | undefined): Point {
  const { figures, viewers, channels } = now;
  const seconds = before ? (now.time - before.time) / 1000 : 0;
  const memoryMb = number(figures["python_mem_mb"]);
  const cores = figures["cpu_per_core"];
  return {
    time: now.time / 1000,
    cpu: number(figures["cpu_percent"]),
    cores: Array.isArray(cores) ? cores.map((core: unknown) => number(core) ?? 0) : [],
    memory: memoryMb === null ? null : memoryMb * 1024 * 1024,
    viewers: viewers.length,
    fpsIn: sum(channels.map(({ fps }) => fps)),
    fpsOut: sum(viewers.map(({ fps }) => fps)),
    out: before && seconds > 0 ? sentSince(viewers, before.viewers) / seconds : null,
    skipped: before && seconds > 0 ? Math.max(0, skippedOf(now) - skippedOf(before)) / seconds : null,
    age: oldest(now),
    errors: (number(figures["failed_load_count"]) ?? 0) + sum(channels.map(failuresOf)),
  };
}

/** The series with one more point, no longer than {@link SERIES_SECONDS}. */
export function extend(series: readonly Point[], point: Point): readonly Point[] {
  const since = point.time - SERIES_SECONDS;
  return [...series.filter(({ time }) => time > since && time < point.time), point];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A channel that stands still has old pictures and nobody is behind: only live ones count. */
function oldest({ viewers, channels }: Snapshot): number | null {
  const live = new Set(channels.filter(({ health }) => health === "live").map(({ name }) => name));
  const ages = viewers.flatMap(({ channel, ageMs }) => (live.has(channel) && ageMs !== undefined ? [ageMs] : []));
  return ages.length > 0 ? Math.max(...ages) : null;
}

const failuresOf = ({ renditions }: Snapshot["channels"][number]): number =>
  sum(renditions.map(({ failures }) => failures));

const skippedOf = ({ channels }: Snapshot): number => sum(channels.map(({ skipped }) => skipped));

/** Bytes sent between two lists of viewers: who left took their count along, who came began at 0. */
function sentSince(now: Snapshot["viewers"], before: Snapshot["viewers"]): number {
  const earlier = new Map(before.map(({ id, bytes }) => [id, bytes]));
  return sum(now.map(({ id, bytes }) => Math.max(0, bytes - (earlier.get(id) ?? 0))));
}
