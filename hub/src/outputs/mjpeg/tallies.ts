import type { Metrics } from "#contract/metrics.ts";
import type { Viewer } from "#core/viewer.ts";

interface Tally {
  readonly channel: string;
  delivered: number;
  skipped: number;
  bytes: number;
}

/** Metrics of the output. Nothing is counted while frames go out: viewers are read when someone asks. */
export class Tallies {
  readonly #tallies = new Map<Viewer, Tally>();
  readonly #refusals: { add(): void };
  readonly #count: (channel: string, frames: number, skipped: number, bytes: number) => void;

  constructor(metrics: Metrics) {
    // Registered first, so that a scrape brings the counters up to date before it reads them.
    metrics.gauge("viewers", "Viewers connected.", ["channel"], (gauge) => {
      const counts = new Map<string, number>();
      for (const [viewer, tally] of this.#tallies) {
        this.#settle(viewer, tally);
        counts.set(tally.channel, (counts.get(tally.channel) ?? 0) + 1);
      }
      for (const [channel, count] of counts) gauge.set(count, { channel });
    });
    const frames = metrics.counter("frames_total", "Pictures handed to viewers.", ["channel"]);
    const skipped = metrics.counter("skipped_total", "Pictures that slow viewers never got.", ["channel"]);
    const bytes = metrics.counter("bytes_total", "Bytes handed to viewers.", ["channel"]);
    this.#refusals = metrics.counter("refused_total", "Viewers refused because all places were taken.");
    metrics.gauge(
      "age_max_seconds",
      "Age of the picture at the viewer that is furthest behind.",
      ["channel"],
      (gauge) => {
        for (const [channel, ages] of this.#ages()) gauge.set(Math.max(...ages) / 1000, { channel });
      },
    );
    metrics.gauge("age_mean_seconds", "Age of the picture at a viewer, on average.", ["channel"], (gauge) => {
      for (const [channel, ages] of this.#ages())
        gauge.set(ages.reduce((sum, age) => sum + age, 0) / ages.length / 1000, { channel });
    });
    this.#count = (channel, ...amounts) => {
      frames.add(amounts[0], { channel });
      skipped.add(amounts[1], { channel });
      bytes.add(amounts[2], { channel });
    };
  }

  joined(channel: string, viewer: Viewer): void {
    this.#tallies.set(viewer, { channel, delivered: 0, skipped: 0, bytes: 0 });
  }

  left(viewer: Viewer): void {
    const tally = this.#tallies.get(viewer);
    if (!tally) return;
    this.#settle(viewer, tally);
    this.#tallies.delete(viewer);
  }

  refused(): void {
    this.#refusals.add();
  }

  #settle(viewer: Viewer, tally: Tally): void {
    const { delivered, skipped, bytes } = viewer;
    this.#count(tally.channel, delivered - tally.delivered, skipped - tally.skipped, bytes - tally.bytes);
    Object.assign(tally, { delivered, skipped, bytes });
  }

  #ages(): Map<string, number[]> {
    const byChannel = new Map<string, number[]>();
    for (const [viewer, { channel }] of this.#tallies) {
      const { ageMs } = viewer;
      if (ageMs === undefined) continue;
      const ages = byChannel.get(channel);
      if (ages) ages.push(ageMs);
      else byChannel.set(channel, [ageMs]);
    }
    return byChannel;
  }
}
