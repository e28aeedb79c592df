import { defineModule } from "#contract/module.ts";
import type { Http, Surface } from "#contract/services.ts";
import { openAll } from "#transport/open-all.ts";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { Listener } from "./listener.ts";
import { addOpenApi } from "./openapi.ts";
import { httpOptions } from "./options.ts";
import { PageOrigins } from "./page-origins.ts";
import { Proxies } from "./proxies.ts";
import { Upgrades } from "./upgrades.ts";

export default defineModule({
  name: "http",
  summary: "The public and the admin HTTP listener, with their checks.",
  capability: {
    role: "service",
    takes: "routes of the modules",
    gives: "HTTP, WebSocket",
    transport: "TCP 8080, 1978",
  },
  options: httpOptions,
  needs: ["access", "report"],
  provides: ["http"],
  start({ options, access, report, clock, log, metrics, signal }) {
    const upgrades = new Upgrades();
    const requests = metrics.counter("requests_total", "Requests answered.", ["listener", "status"]);
    const crowded = metrics.counter("crowded_total", "Connections refused because their address had too many.", [
      "listener",
    ]);
    let lastDefect: string | null = null;
    report.add(() => ({ last_http_crash: lastDefect }));
    const allowedOrigins = [
      ...options.allowedOrigins,
      ...(options.publicUrl ? [new URL(options.publicUrl).origin] : []),
    ];
    const shared = {
      allowedOrigins,
      proxies: new Proxies(options.trustProxy),
      maxPerAddress: options.maxPerAddress,
      crowded,
      access,
      upgrades,
      clock,
      log,
      requests,
      onDefect: (summary: string) => {
        lastDefect = `${new Date(clock.now()).toISOString()} ${summary}`;
      },
    };
    const admin = new Listener({
      ...shared,
      name: "admin",
      host: options.adminHost,
      port: options.adminPort,
      allowedHosts: options.allowedHosts,
      crossOrigins: allowedOrigins,
    });
    const open = options.public
      ? new Listener({
          ...shared,
          name: "public",
          host: options.publicHost,
          port: options.publicPort,
          allowedHosts: undefined,
          crossOrigins: [...allowedOrigins, ...options.ingestOrigins],
        })
      : undefined;
    const listeners = open ? [open, admin] : [admin];
    const pages = new PageOrigins(allowedOrigins);
    for (const listener of listeners) pages.add(() => listener.port);
    addOpenApi(admin.app, report.version);

    const http: Http = {
      routes(surface: Surface, plugin: (app: FastifyInstance) => void) {
        admin.add(surface, plugin);
        if (surface === "watch") open?.add(surface, plugin);
      },
      upgrade: (surface, path, handler) => upgrades.add(surface, path, handler),
      servesPages: (port) => pages.add(port),
      credentialsOf: (request) => pages.credentialsOf(request),
      address: (listener) => (listener === "admin" ? admin.url : open?.url && (options.publicUrl ?? open.url)),
    };

    let ready = false;
    addHealth(http, () => ready);
    http.routes("admin", (app) =>
      app.get("/api/openapi.json", { config: { access: "local" }, schema: { hide: true } }, (_request, reply) =>
        reply.send(admin.app.swagger()),
      ),
    );
    const opened = access.serve(http);
    metrics.gauge("connections", "Connections open now.", ["listener"], (gauge) => {
      gauge.set(admin.sockets.count, { listener: "admin" });
      if (open) gauge.set(open.sockets.count, { listener: "public" });
    });
    signal.addEventListener("abort", () => {
      ready = false;
      for (const listener of listeners) listener.beginToClose();
    });

    return {
      services: { http },
      async open() {
        await openAll(listeners.map((listener) => () => listener.listen()));
        ready = true;
        await opened();
      },
      addresses: () => [
        ...(open ? [{ use: "watch", at: `${http.address("public")}/` }] : []),
        ...(open?.nearbyUrl && !options.publicUrl ? [{ use: "from other devices", at: `${open.nearbyUrl}/` }] : []),
        { use: "dashboard", at: `${http.address("admin")}/` },
      ],
      async [Symbol.asyncDispose]() {
        await Promise.all(listeners.map((listener) => listener.close()));
      },
    };
  },
});

const health = z.object({ status: z.enum(["ok", "starting or closing"]) });

/** `/healthz`: the process lives. `/readyz`: it can serve. */
function addHealth(http: Http, isReady: () => boolean): void {
  http.routes("watch", (app) => {
    const config = { whileClosing: true };
    const lives = { summary: "It lives", tags: ["health"], response: { 200: health } };
    app.get("/healthz", { config, schema: lives }, () => ({ status: "ok" }));
    app.get(
      "/readyz",
      { config, schema: { summary: "It can serve", tags: ["health"], response: { 200: health, 503: health } } },
      (_request, reply) =>
        isReady() ? reply.send({ status: "ok" }) : reply.code(503).send({ status: "starting or closing" }),
    );
  });
}
