import type { LiveChannel } from "#core/live-channel.ts";

/** Counters of a channel at one moment; they only grow. */
export interface Counts {
  readonly delivered: number;
  readonly skipped: number;
  readonly bytes: number;
}

/** A channel over a span: rates per second, and what is at its end. */
export interface ChannelRates {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesOut: number;
  readonly skipped: number;
  readonly viewers: number;
  /** ms of the oldest picture that a viewer sees; undefined unless the channel is live: one that stands still has old pictures and nobody is behind. */
  readonly age: number | undefined;
  /** Failed conversions of the renditions that run, and losses of the sources. */
  readonly failures: number;
}

/** What became of the counters in `seconds`, which is more than 0. */
export function takeSample(channel: LiveChannel, before: Counts, now: Counts, seconds: number): ChannelRates {
  const rate = (count: keyof Counts) => Math.max(0, now[count] - before[count]) / seconds;
  const live = channel.health.state === "live";
  let viewers = 0;
  let age: number | undefined;
  for (const { ageMs } of channel.viewers()) {
    viewers++;
    if (live && ageMs !== undefined) age = Math.max(age ?? 0, ageMs);
  }
  let failures = channel.faults;
  for (const rendition of channel.renditions.values()) failures += rendition.failures;
  return {
    framesIn: channel.fps,
    framesOut: rate("delivered"),
    bytesOut: rate("bytes"),
    skipped: rate("skipped"),
    viewers,
    age,
    failures,
  };
}
