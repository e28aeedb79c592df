import type { Counter, Metrics } from "#contract/metrics.ts";
import type { StreamingModeName } from "@lightwell/wire/text/messages.ts";
import type { SharedMessage } from "./shared-frame.ts";

/** A viewer as the metrics see it. */
export interface Counted {
  readonly mode: StreamingModeName;
}

/** Metrics of the output. While frames go out plain numbers are added up; they are settled when someone asks. */
export class Tallies {
  readonly #refusals: Counter<"reason">;
  readonly #producerFrames: Counter;
  #bytes = 0;
  readonly #messages = { keyframe: 0, delta: 0, json: 0 };

  constructor(metrics: Metrics, viewers: () => Iterable<Counted>, producers: () => number) {
    // Registered first, so that a scrape brings the counters up to date before it reads them.
    metrics.gauge("viewers", "Viewers by how they are sent frames.", ["mode"], (gauge) => {
      bytes.add(this.#bytes);
      this.#bytes = 0;
      for (const kind of ["keyframe", "delta", "json"] as const) {
        messages.add(this.#messages[kind], { kind });
        this.#messages[kind] = 0;
      }
      const counts = new Map<StreamingModeName, number>();
      for (const { mode } of viewers()) counts.set(mode, (counts.get(mode) ?? 0) + 1);
      for (const [mode, count] of counts) gauge.set(count, { mode });
    });
    const bytes = metrics.counter("bytes_total", "Bytes of frames handed to viewers.");
    const messages = metrics.counter("messages_total", "Messages with frames handed to viewers.", ["kind"]);
    this.#refusals = metrics.counter("refused_total", "Connections refused or ended, by reason.", ["reason"]);
    this.#producerFrames = metrics.counter("producer_frames_total", "Frames that producers sent.");
    metrics.gauge("producers", "Producers connected.", [], (gauge) => gauge.set(producers()));
  }

  sent({ bytes, isKey }: SharedMessage, mode: StreamingModeName): void {
    this.#bytes += bytes.length;
    this.#messages[mode === "json" ? "json" : isKey ? "keyframe" : "delta"]++;
  }

  refused(reason: string): void {
    this.#refusals.add(1, { reason });
  }

  published(): void {
    this.#producerFrames.add();
  }
}
