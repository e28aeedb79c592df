import { HubError } from "#contract/errors.ts";
import type { Access, Http, Report } from "#contract/services.ts";
import type { Channels } from "#core/registry.ts";
import { logLine, snapshot, viewerInfo, type Snapshot, type ViewerInfo } from "@lightwell/wire/api/monitor.ts";
import { settingsReport } from "@lightwell/wire/api/settings.ts";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { EventStream, Listener } from "./event-stream.ts";
import { viewerRowOf } from "./rows.ts";

/** Dashboards that may listen at once. */
const MOST_LISTENERS = 100;

export function viewersOf(channels: Channels, only?: string): ViewerInfo[] {
  return channels
    .list()
    .filter(({ name }) => only === undefined || name === only)
    .flatMap((channel) => [...channel.viewers()].map((viewer) => viewerRowOf(channel, viewer)));
}

/** Viewers, the log and the stream of events: for operators. */
export function addOperatorRoutes(
  http: Http,
  {
    access,
    channels,
    report,
    events,
    snapshotNow,
  }: { access: Access; channels: Channels; report: Report; events: EventStream; snapshotNow: () => Snapshot },
): void {
  http.routes("admin", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    app.get(
      "/api/viewers",
      {
        schema: {
          summary: "Who watches",
          tags: ["viewers"],
          querystring: z.object({ channel: z.string().optional() }),
          response: { 200: z.array(viewerInfo) },
        },
      },
      async (request) => viewersOf(channels, request.query.channel),
    );
    app.delete(
      "/api/viewers/:id",
      { schema: { summary: "Close one viewer", tags: ["viewers"], params: z.object({ id: z.coerce.number().int() }) } },
      async (request, reply) => {
        const { id } = request.params;
        for (const channel of channels.list()) {
          for (const viewer of channel.viewers()) {
            if (viewer.id !== id) continue;
            viewer.close("forbidden");
            return reply.code(204).send();
          }
        }
        throw new HubError("not-found", `there is no viewer ${id}`);
      },
    );
    app.get(
      "/api/log",
      {
        schema: {
          summary: "Last lines of the log",
          tags: ["monitor"],
          querystring: z.object({
            level: z.enum(["debug", "info", "warn", "error"]).default("info"),
            limit: z.coerce.number().int().min(1).max(5000).default(500),
          }),
          response: { 200: z.array(logLine) },
        },
      },
      async (request) => report.lines(request.query),
    );
    app.get(
      "/api/settings",
      {
        schema: {
          summary: "The configuration that the hub runs with, without secrets",
          tags: ["monitor"],
          response: { 200: settingsReport },
        },
      },
      async () => report.settings(),
    );
    app.get(
      "/api/snapshot",
      {
        schema: { summary: "All that /api/events tells, once", tags: ["monitor"], response: { 200: snapshot } },
      },
      async () => snapshotNow(),
    );
    app.get(
      "/api/events",
      {
        // To HEAD the stream would be a reply that never ends.
        exposeHeadRoute: false,
        schema: { summary: "Snapshots, one a second, as server-sent events", tags: ["monitor"] },
      },
      (request, reply) => {
        if (events.size >= MOST_LISTENERS)
          throw new HubError("full", `${MOST_LISTENERS} listen already`, { retryAfterSeconds: 10 });
        reply.hijack();
        const { raw } = reply;
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) raw.setHeader(name, value);
        raw.writeHead(200, {
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-store",
          // nginx would hold the events back until it has a buffer full.
          "x-accel-buffering": "no",
        });
        const listener: Listener = {
          get writableLength() {
            return raw.writableLength;
          },
          write: (bytes) => raw.write(bytes),
          end: () => raw.end(),
          mayListen() {
            try {
              access.requireRole(access.identify(request), "operator");
              return true;
            } catch {
              return false;
            }
          },
        };
        raw.once("close", () => events.remove(listener));
        events.add(listener);
      },
    );
  });
}
