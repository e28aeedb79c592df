import { hostname } from "node:os";
import type { Http, Report } from "#contract/services.ts";
import { hubInfo } from "@lightwell/wire/api/monitor.ts";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { dataOf } from "./data.ts";

/** What the hub is, for everybody; and the original monitor's `/data` and `/log`, open as there while on loopback. */
export function addOpenRoutes(http: Http, report: Report): void {
  http.routes("watch", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    app.get(
      "/api/hub",
      { schema: { summary: "What this hub is", tags: ["monitor"], response: { 200: hubInfo } } },
      async () => {
        const [publicUrl, adminUrl] = [http.address("public"), http.address("admin")];
        return {
          version: report.version,
          mode: report.mode,
          name: hostname(),
          startedAt: report.startedAt,
          surface: app.listener,
          ...(publicUrl && { publicUrl }),
          ...(adminUrl && app.listener === "admin" && { adminUrl }),
        };
      },
    );
  });

  http.routes("admin", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    const config = { access: "local" } as const;
    const tags = ["monitor"];
    app.get(
      "/data",
      { config, schema: { summary: "All figures", tags, response: { 200: z.record(z.string(), z.unknown()) } } },
      async () => dataOf(report),
    );
    app.get("/log", { config, schema: { summary: "Last 64 KB of the log", tags } }, async (_request, reply) =>
      reply.type("text/plain; charset=utf-8").send(report.tail()),
    );
    app.get("/metrics", { config, schema: { summary: "Prometheus metrics", tags } }, async (_request, reply) =>
      reply.type("text/plain; version=0.0.4; charset=utf-8").send(await report.prometheus()),
    );
  });
}
