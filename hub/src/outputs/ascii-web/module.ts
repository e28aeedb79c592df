import { defineModule } from "#contract/module.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { classicOptions } from "#picture/classic-options.ts";
import { TEXT_BOUNDS } from "#picture/text-rendition.ts";
import { Pacer } from "#transport/pacer.ts";
import { hostToReach, httpUrl } from "#transport/address.ts";
import { listenOn } from "#transport/tcp-listener.ts";
import { z } from "zod";
import { Audience } from "./audience.ts";
import { SharedLook } from "./shared-look.ts";
import { addSizeRoutes } from "./size-routes.ts";
import { viewerServer } from "./viewer-server.ts";

const { minCols, maxCols, minRows, maxRows } = TEXT_BOUNDS;

export default defineModule({
  name: "ascii-web",
  summary: "Channels as ANSI text over a WebSocket, with a small viewer page.",
  capability: {
    role: "output",
    takes: "JPEG, WebP, PNG, text grids",
    gives: "ANSI text",
    transport: "WebSocket 2424, /ascii_ws/",
  },
  options: z.strictObject({
    host: z.string().min(1).default("::").meta({ description: "Address that its own listener binds." }),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(2424)
      .meta({ description: "TCP port of its own listener. 0: any free one." }),
    maxViewers: z.int().min(1).default(500).meta({ description: "Further viewers are refused with 503." }),
    maxPerAddress: z
      .int()
      .min(1)
      .default(100)
      .meta({ description: "Connections that one address may have open. This machine is not bound." }),
    fps: z.number().min(0.1).max(1000).default(15).meta({ description: "Most pictures per second." }),
    width: z
      .int()
      .min(minCols)
      .max(maxCols)
      .default(60)
      .meta({ description: "Cells across, for viewers who do not say." }),
    height: z
      .int()
      .min(minRows)
      .max(maxRows)
      .default(40)
      .meta({ description: "Cells down, for viewers who do not say." }),
    fontRatio: z.number().min(0.2).max(1.5).default(0.5).meta({ description: "Width of a cell over its height." }),
    defaultChannel: z.string().regex(CHANNEL_NAME).optional().meta({
      description: "What is shown when no channel is named. Default: the first opened that the viewer may watch.",
    }),
    renderer: z.enum(["default", "classic"]).default("default").meta({
      description: "classic draws as the original streamer did.",
    }),
    classic: classicOptions.meta({
      description: "Settings of the classic renderer; width, height and fontRatio above go before its own.",
    }),
  }),
  needs: ["http", "access", "report"],
  start({ options, channels, clock, log, metrics, signal, http, access, report }) {
    const { host, port, defaultChannel, renderer, classic } = options;
    if (defaultChannel !== undefined) channels.expect(defaultChannel);
    const refused = metrics.counter("refused_total", "Connections refused because all places were taken.");
    const look: SharedLook = new SharedLook(options, renderer === "classic" ? classic : undefined, () =>
      audience.refresh(),
    );
    const audience = new Audience(
      { channels, access, clock, pacer: new Pacer(clock, log), look, defaultChannel },
      options.maxViewers,
      () => refused.add(1),
    );
    metrics.gauge("connections", "WebSocket connections that are open.", [], (gauge) => gauge.set(audience.size));
    report.add(() => ({ ascii_width: look.size.cols, ascii_height: look.size.rows }));
    addSizeRoutes(http, look);
    for (const path of ["/ascii_ws", "/ascii_ws/*"])
      http.upgrade("watch", path, (request, socket, head) => audience.accept(request, socket, head));
    const server = viewerServer(
      options.maxPerAddress,
      (request) => access.freshen(request),
      (request, socket, head) => audience.accept(request, socket, head, http.credentialsOf(request)),
    );
    let bound = port;
    http.servesPages(() => bound);
    signal.addEventListener("abort", () => audience.shutdown());

    return {
      async open() {
        bound = await listenOn(server, { host, port, setting: "ascii-web.port" });
        log.info({ host, port: bound }, "text over WebSocket");
      },
      addresses: () => [{ use: "ASCII WebSocket", at: httpUrl(hostToReach(host), bound).replace("http:", "ws:") }],
      async [Symbol.asyncDispose]() {
        server.close();
        await audience.close();
        server.closeAllConnections();
      },
    };
  },
});
