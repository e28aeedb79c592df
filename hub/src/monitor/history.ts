import type { Clock } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import type { ViewerInfo } from "#core/viewer.ts";
import { HISTORY_SECONDS, SAMPLE_EVERY_MS, type ChannelSample, type HubSample } from "@lightwell/wire/api/history.ts";
import { peopleOf } from "@lightwell/wire/api/people.ts";
import { Ring } from "./ring.ts";
import { takeSample, type Counts } from "./sample.ts";

const ROWS = (HISTORY_SECONDS * 1000) / SAMPLE_EVERY_MS;
const HUB_FIGURES = 9;
const CHANNEL_FIGURES = 3;

type Row = ReadonlyArray<number | null>;

const tenth = (figure: number | null | undefined) =>
  figure === null || figure === undefined ? null : Math.round(figure * 10) / 10;

/**
 * What the hub and each channel did lately, second by second, so that a graph need not begin empty. It is in memory
 * only: {@link HISTORY_SECONDS} rows for the hub and as many for each channel, which go with the channel.
 */
export class History {
  readonly #channels: Channels;
  readonly #clock: Clock;
  readonly #figures: () => Record<string, unknown>;
  readonly #hub: Ring;
  readonly #ofChannel = new Map<LiveChannel, { readonly ring: Ring; counts: Counts }>();
  #sampledAt: number;

  /** `figures` are those of `/data`; `cores` says how many processor cores are remembered. */
  constructor({
    channels,
    clock,
    figures,
    cores,
  }: {
    readonly channels: Channels;
    readonly clock: Clock;
    readonly figures: () => Record<string, unknown>;
    readonly cores: number;
  }) {
    this.#channels = channels;
    this.#clock = clock;
    this.#figures = figures;
    this.#hub = new Ring(ROWS, HUB_FIGURES + cores);
    this.#sampledAt = clock.monotonic();
    channels.onAdded((channel) =>
      this.#ofChannel.set(channel, { ring: new Ring(ROWS, CHANNEL_FIGURES), counts: countsOf(channel) }),
    );
    channels.onRemoved((channel) => this.#ofChannel.delete(channel));
  }

  /** Bytes that all rows take. */
  get byteLength(): number {
    return [...this.#ofChannel.values()].reduce((sum, { ring }) => sum + ring.byteLength, this.#hub.byteLength);
  }

  /** Add a row for the time since the last one. */
  sample(): void {
    const now = this.#clock.monotonic();
    const seconds = (now - this.#sampledAt) / 1000;
    // Two rows of the same moment would make a rate of nothing over nothing.
    if (seconds <= 0) return;
    this.#sampledAt = now;
    const time = this.#clock.now();
    const figures = this.#figures();
    const rows = [...this.#ofChannel].map(([channel, kept]) => {
      const before = kept.counts;
      kept.counts = countsOf(channel);
      const row = takeSample(channel, before, kept.counts, seconds);
      kept.ring.push(time, [row.framesIn, row.viewers, row.bytesOut]);
      return row;
    });
    const sum = (read: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + read(row), 0);
    const ages = rows.flatMap(({ age }) => (age === undefined ? [] : [age]));
    const cores = figures["cpu_per_core"];
    this.#hub.push(time, [
      numberOf(figures["cpu_percent"]),
      megabytes(figures["python_mem_mb"]),
      peopleOf(this.#viewers()).length,
      sum(({ framesIn }) => framesIn),
      sum(({ framesOut }) => framesOut),
      sum(({ bytesOut }) => bytesOut),
      sum(({ skipped }) => skipped),
      ages.length > 0 ? Math.max(...ages) : null,
      (numberOf(figures["failed_load_count"]) ?? 0) + sum(({ failures }) => failures),
      ...(Array.isArray(cores) ? cores.map(numberOf) : []),
    ]);
  }

  *#viewers(): Generator<ViewerInfo> {
    for (const channel of this.#ofChannel.keys()) for (const { info } of channel.viewers()) yield info;
  }

  /** Every second that is remembered, oldest first. */
  hub(): HubSample[] {
    return this.#hub.map(hubSampleOf);
  }

  latest(): HubSample | undefined {
    return this.#hub.last(hubSampleOf);
  }

  ofChannel(channel: LiveChannel): ChannelSample[] {
    return this.#ofChannel.get(channel)?.ring.map(channelSampleOf) ?? [];
  }

  /** The newest row of each channel, by name. */
  latestOfChannels(): Record<string, ChannelSample> {
    return Object.fromEntries(
      this.#channels.list().flatMap((channel) => {
        const sample = this.#ofChannel.get(channel)?.ring.last(channelSampleOf);
        return sample ? [[channel.name, sample]] : [];
      }),
    );
  }
}

function countsOf(channel: LiveChannel): Counts {
  return { ...channel.totals, bytes: channel.deliveredBytes };
}

function hubSampleOf(time: number, row: Row): HubSample {
  const [cpu, memory, viewers, framesIn, framesOut, bytesOut, skipped, age, errors, ...cores] = row.map(tenth);
  return {
    time,
    cpu: cpu ?? null,
    cores,
    memory: memory ?? null,
    viewers: viewers ?? 0,
    framesIn: framesIn ?? 0,
    framesOut: framesOut ?? 0,
    bytesOut: bytesOut ?? 0,
    skipped: skipped ?? 0,
    age: age ?? null,
    errors: errors ?? 0,
  };
}

function channelSampleOf(time: number, row: Row): ChannelSample {
  const [framesIn, viewers, bytesOut] = row.map(tenth);
  return { time, framesIn: framesIn ?? 0, viewers: viewers ?? 0, bytesOut: bytesOut ?? 0 };
}

const numberOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

function megabytes(value: unknown): number | null {
  const count = numberOf(value);
  return count === null ? null : count * 1024 * 1024;
}
