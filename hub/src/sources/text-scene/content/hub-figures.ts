import type { Report } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import type { Channels } from "#core/registry.ts";
import type { HubFigures } from "../scene-data.ts";

/** Channels that a scene can show. */
const MAX_CHANNELS = 40;
/** Seconds of the curve. */
const HISTORY = 120;
const SAMPLE_MS = 1000;

/**
 * The hub's figures for a scene, read at most once a second however often they are asked for.
 * Of channels only the public ones: a scene may itself be seen by anybody.
 */
export class HubSampler {
  readonly #channels: Channels;
  readonly #report: Report;
  readonly #clock: Clock;
  readonly #history: number[] = [];
  #delivered: number | undefined;
  #sampledAt = Number.NEGATIVE_INFINITY;
  #figures: HubFigures | undefined;

  constructor(channels: Channels, report: Report, clock: Clock) {
    this.#channels = channels;
    this.#report = report;
    this.#clock = clock;
  }

  figures(): HubFigures {
    const now = this.#clock.monotonic();
    if (!this.#figures || now - this.#sampledAt >= SAMPLE_MS) {
      this.#figures = this.#sample(now - this.#sampledAt);
      this.#sampledAt = now;
    }
    return this.#figures;
  }

  #sample(elapsedMs: number): HubFigures {
    const open = this.#channels.list().filter((channel) => channel.settings.visibility === "public");
    const delivered = open.reduce((sum, channel) => sum + channel.totals.delivered, 0);
    if (this.#delivered !== undefined) {
      // A channel that was removed takes its count with it.
      this.#history.push(Math.max(0, delivered - this.#delivered) / (elapsedMs / 1000));
      if (this.#history.length > HISTORY) this.#history.shift();
    }
    this.#delivered = delivered;
    const rows = open.slice(0, MAX_CHANNELS).map((channel) => ({
      name: channel.name,
      fps: channel.fps,
      viewers: [...channel.viewers()].length,
      health: channel.health.state,
    }));
    const system = this.#report.figures();
    return {
      channels: rows,
      viewers: rows.reduce((sum, row) => sum + row.viewers, 0),
      cpuPercent: figure(system["cpu_percent"]),
      memoryMb: figure(system["python_mem_mb"]),
      uptimeSeconds: Math.max(0, (this.#clock.now() - this.#report.startedAt) / 1000),
      deliveredPerSecond: [...this.#history],
    };
  }
}

function figure(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
