import { messageOf } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import type { Snapshot } from "@lightwell/wire/api/monitor.ts";
import { z } from "zod";
import { addChannelRoutes } from "./channel-routes.ts";
import { dataOf } from "./data.ts";
import { EventStream } from "./event-stream.ts";
import { addGauges } from "./gauges.ts";
import { addOpenRoutes } from "./open-routes.ts";
import { addOperatorRoutes, viewersOf } from "./operator-routes.ts";
import { Overrides } from "./overrides.ts";
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
  needs: ["http", "access", "store", "report"],
  async start({ http, access, store, report, channels, clock, log, metrics }) {
    const overrides = await Overrides.load(store, channels);
    const events = new EventStream(
      clock,
      (): Snapshot => ({
        time: clock.now(),
        channels: channels.list().map(operatorRowOf),
        viewers: viewersOf(channels),
        figures: dataOf(report),
      }),
      (error) => log.error({ error: messageOf(error) }, "the figures could not be put together"),
    );
    addOpenRoutes(http, report);
    addChannelRoutes(http, { access, channels, overrides });
    addOperatorRoutes(http, { access, channels, report, events });
    addGauges(metrics, channels);
    metrics.gauge("event_listeners", "Who follows /api/events now.", [], (gauge) => gauge.set(events.size));
    return {
      [Symbol.asyncDispose]: () => {
        events.close();
        return Promise.resolve();
      },
    };
  },
});
