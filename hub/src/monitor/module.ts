import { cpus } from "node:os";
import { messageOf } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import { SAMPLE_EVERY_MS } from "@lightwell/wire/api/history.ts";
import type { Snapshot } from "@lightwell/wire/api/monitor.ts";
import { z } from "zod";
import { addChannelRoutes } from "./channel-routes.ts";
import { dataOf } from "./data.ts";
import { EventStream } from "./event-stream.ts";
import { addGauges } from "./gauges.ts";
import { addHistoryRoutes } from "./history-routes.ts";
import { History } from "./history.ts";
import { addOpenRoutes } from "./open-routes.ts";
import { addOperatorRoutes, viewersOf } from "./operator-routes.ts";
import { operatorRowOf } from "./rows.ts";

export default defineModule({
  name: "monitor",
  summary: "Figures, log, channels and viewers, for people and for Prometheus.",
  capability: {
    role: "service",
    takes: "figures of the modules",
    gives: "JSON, Prometheus text, server-sent events",
    transport: "HTTP /data, /log, /metrics, /api",
  },
  options: z.strictObject({}),
  needs: ["http", "access", "channelMemory", "report"],
  start({ http, access, channelMemory: memory, report, channels, clock, log, metrics }) {
    const history = new History({ channels, clock, figures: report.figures, cores: cpus().length });
    const snapshotNow = (): Snapshot => {
      const sample = history.latest();
      return {
        time: clock.now(),
        startedAt: report.startedAt,
        channels: channels.list().map(operatorRowOf),
        viewers: viewersOf(channels),
        ...(sample && { sample }),
        channelSamples: history.latestOfChannels(),
        figures: dataOf(report),
      };
    };
    const events = new EventStream(snapshotNow);
    let failing = false;
    const stop = clock.every(SAMPLE_EVERY_MS, () => {
      try {
        history.sample();
        events.tick();
        failing = false;
      } catch (error) {
        // Once, not every second.
        if (!failing) log.error({ error: messageOf(error) }, "the figures could not be put together");
        failing = true;
      }
    });
    addOpenRoutes(http, report);
    addChannelRoutes(http, { access, channels, memory });
    addHistoryRoutes(http, { channels, history });
    addOperatorRoutes(http, { access, channels, report, events, snapshotNow });
    addGauges(metrics, channels);
    metrics.gauge("event_listeners", "Who follows /api/events now.", [], (gauge) => gauge.set(events.size));
    metrics.gauge("history_bytes", "Memory of the figures that graphs begin with.", [], (gauge) =>
      gauge.set(history.byteLength),
    );
    return {
      [Symbol.asyncDispose]: () => {
        stop();
        events.close();
        return Promise.resolve();
      },
    };
  },
});
