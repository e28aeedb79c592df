import { createServer, type Server } from "node:net";
import { defineModule } from "#contract/module.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { classicOptions } from "#picture/classic-options.ts";
import { AddressCap } from "#transport/address-cap.ts";
import { Pacer } from "#transport/pacer.ts";
import { hostToReach } from "#transport/address.ts";
import { openAll } from "#transport/open-all.ts";
import { listenOn } from "#transport/tcp-listener.ts";
import { z } from "zod";
import type { Manner } from "./session.ts";
import { Sessions } from "./sessions.ts";

const port = z.int().min(0).max(65_535);

export default defineModule({
  name: "telnet",
  summary: "Channels as glyphs in any terminal: telnet, nc, curl.",
  capability: {
    role: "output",
    takes: "JPEG, WebP, PNG, text grids",
    gives: "ANSI text, 1 to 24 bits of colour",
    transport: "Telnet and raw TCP 2323",
  },
  options: z.strictObject({
    host: z.string().min(1).default("::").meta({ description: "Address that it binds." }),
    port: port.default(2323).meta({ description: "TCP port. 0: any free one." }),
    rawPort: port.optional().meta({
      description: "A second port, for scripts, that never sends a byte of Telnet. Default: none.",
    }),
    maxViewers: z.int().min(1).default(200).meta({ description: "Further ones are told Server Full." }),
    maxPerAddress: z
      .int()
      .min(1)
      .default(50)
      .meta({ description: "Connections that one address may have open. This machine is not bound." }),
    fps: z.number().min(0.1).max(1000).default(15).meta({ description: "Most pictures per second." }),
    defaultChannel: z.string().regex(CHANNEL_NAME).optional().meta({
      description: "What a terminal shows first. Default: the first channel opened that it may watch.",
    }),
    renderer: z.enum(["default", "classic"]).default("default").meta({
      description: "classic draws and sends as the original streamer did, without asking the terminal anything.",
    }),
    classic: classicOptions.meta({ description: "Settings of the classic renderer." }),
  }),
  needs: ["access", "report"],
  start({ options, channels, clock, log, metrics, signal, access, report }) {
    const { host, fps, defaultChannel, renderer, classic } = options;
    if (defaultChannel !== undefined) channels.expect(defaultChannel);
    const refused = metrics.counter("refused_total", "Connections refused because all places were taken.");
    const sessions = new Sessions(
      {
        channels,
        access,
        clock,
        pacer: new Pacer(clock, log),
        fps,
        defaultChannel,
        classic: renderer === "classic" ? classic : undefined,
      },
      options.maxViewers,
      new AddressCap(options.maxPerAddress),
      () => refused.add(1),
    );
    metrics.gauge("connections", "Terminals connected, by how their picture is drawn.", ["drawn_with"], (gauge) => {
      const counts = new Map<string, number>();
      for (const { drawnWith } of sessions) counts.set(drawnWith, (counts.get(drawnWith) ?? 0) + 1);
      for (const [drawn_with, count] of counts) gauge.set(count, { drawn_with });
    });
    // Keys of the statistics screen, named as the original names what terminals see.
    report.add(() => ({ ascii_clients: [...sessions].length, ascii_max_clients: options.maxViewers }));
    const serve = (manner: Manner): Server =>
      // A script that has said its line may close its side and still read.
      createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) =>
        sessions.add(socket, renderer === "classic" ? "classic" : manner),
      );
    const servers: Server[] = [];
    let telnetPort = options.port;
    signal.addEventListener("abort", () => sessions.leave());

    return {
      async open() {
        const wanted = [
          { manner: "telnet", port: options.port, setting: "telnet.port" },
          { manner: "raw", port: options.rawPort, setting: "telnet.rawPort" },
        ] as const;
        const listen = async ({ manner, port: asked, setting }: (typeof wanted)[number]) => {
          if (asked === undefined) return;
          const server = serve(manner);
          servers.push(server);
          const bound = await listenOn(server, { host, port: asked, setting });
          if (manner === "telnet") telnetPort = bound;
          log.info({ host, port: bound }, manner === "raw" ? "raw terminals welcome" : "terminals welcome");
        };
        await openAll(wanted.map((one) => () => listen(one)));
      },
      addresses: () => [{ use: "terminals", at: `telnet ${hostToReach(host)} ${telnetPort}` }],
      async [Symbol.asyncDispose]() {
        for (const server of servers) server.close();
        await sessions.close();
      },
    };
  },
});
