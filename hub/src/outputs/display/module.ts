import { defineModule } from "#contract/module.ts";
import { hostToReach, httpUrl } from "#transport/address.ts";
import { openAll } from "#transport/open-all.ts";
import { Pacer } from "#transport/pacer.ts";
import { Door } from "./door.ts";
import { OwnListener } from "./listeners.ts";
import { displayOptions } from "./options.ts";
import { pageHandler } from "./page.ts";
import { SizeWishes } from "./size-wishes.ts";
import { StateFeeds } from "./state-feed.ts";
import { Tallies } from "./tallies.ts";

const TICK_MS = 200;
const REVIEW_MS = 1000;
const PING_MS = 15_000;

export default defineModule({
  name: "display",
  summary: "Text frames in browsers and terminals of any kind, over a WebSocket, and from producers of text.",
  capability: {
    role: "output",
    takes: "JPEG, WebP, PNG, text; ANSI lines and cells from producers",
    gives: "text frames: JSON lines, binary keyframes and deltas",
    transport: "WebSocket /ws/display, 8765; HTTP 8766",
  },
  options: displayOptions,
  needs: ["http", "access", "report"],
  wants: ["channelMemory"],
  async start({ options, channels, clock, log, metrics, signal, http, access, report, channelMemory }) {
    const tallies = new Tallies(
      metrics,
      () => door.sessions,
      () => door.producers.size,
    );
    if (options.channel !== undefined) channels.expect(options.channel);
    await channelMemory?.recall("display", {});
    const states = new StateFeeds();
    const door: Door = new Door({
      hub: {
        channels,
        access,
        clock,
        states,
        sizes: new SizeWishes(),
        tallies,
        options,
        pacer: new Pacer(clock, log),
        opened: (channel) => channelMemory?.remember("display", channel),
        limits: {
          fps: options.producerFps,
          cells: options.producerCells,
          messageBytes: options.producerMessageBytes,
        },
      },
      maxViewers: options.maxViewers,
      maxProducers: options.maxProducers,
    });
    http.upgrade("watch", "/ws/display", (request, socket, head) => door.accept(request, socket, head));

    const page = new OwnListener("display.pagePort", {
      maxPerAddress: options.maxPerAddress,
      onRequest: pageHandler(() => sockets.port),
    });
    const sockets: OwnListener = new OwnListener("display.port", {
      maxPerAddress: options.maxPerAddress,
      onRequest: (_request, response) => {
        response.writeHead(426, { Upgrade: "websocket", "Content-Type": "text/plain; charset=utf-8" });
        response.end(`this port speaks WebSocket; the page is on port ${page.port ?? options.pagePort}\n`);
      },
      ready: (request) => access.freshen(request),
      onUpgrade: (request, socket, head) => door.accept(request, socket, head, http.credentialsOf(request)),
    });
    http.servesPages(() => page.port);
    report.add(() => ({ display: { port: sockets.port ?? null, pagePort: page.port ?? null } }));

    const cancels = [
      clock.every(TICK_MS, () => {
        states.tick();
        for (const session of door.sessions) session.tick();
        for (const producer of door.producers) producer.tick();
      }),
      clock.every(REVIEW_MS, () => {
        for (const session of [...door.sessions, ...door.producers]) session.review();
      }),
      clock.every(PING_MS, () => {
        for (const session of [...door.sessions, ...door.producers]) session.ping();
      }),
    ];
    signal.addEventListener("abort", () => door.beginToClose());

    return {
      async open() {
        if (!options.listen) return;
        await openAll([
          () => sockets.listen(options.host, options.port),
          () => page.listen(options.host, options.pagePort),
        ]);
        log.info({ port: sockets.port, pagePort: page.port }, "the text display listens");
      },
      addresses: () =>
        page.port === undefined
          ? []
          : [{ use: "text display", at: `${httpUrl(hostToReach(options.host), page.port)}/` }],
      async [Symbol.asyncDispose]() {
        for (const cancel of cancels) cancel();
        states.close();
        await door.close();
        await Promise.all([sockets.close(), page.close()]);
      },
    };
  },
});
