import type { IncomingMessage } from "node:http";
import { LIVE_MAX_MESSAGE_BYTES } from "@lightwell/wire/live.ts";
import { HubError } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import { SIZE_STEPS, imageRendition } from "#picture/image-rendition.ts";
import { peerAddress } from "#transport/peer-address.ts";
import { WebSocketServer } from "ws";
import { z } from "zod";
import { Session, type SessionHub } from "./session.ts";
import { StatusRound } from "./status.ts";

const PING_INTERVAL_MS = 15_000;
const STATUS_INTERVAL_MS = 1000;
/** Beyond these a client gets what the source gives: scaling or thinning would change nothing. */
const LARGEST = SIZE_STEPS.at(-1) ?? 0;
const FASTEST = 60;

export default defineModule({
  name: "live",
  summary: "Many channels over one WebSocket, for walls of pictures in a browser.",
  capability: { role: "output", takes: "JPEG, WebP, PNG, text", gives: "JPEG", transport: "WebSocket /ws/live" },
  options: z.strictObject({
    maxConnections: z.int().min(1).default(2000).meta({ description: "Further connections are refused." }),
  }),
  needs: ["http", "access"],
  start({ options, channels, clock, log, metrics, signal, http, access }) {
    const sessions = new Set<Session>();
    const refused = metrics.counter("refused_total", "Connections that were one too many.");
    metrics.gauge("connections", "WebSocket connections that are open.", [], (gauge) => gauge.set(sessions.size));
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: LIVE_MAX_MESSAGE_BYTES,
    });
    const hub: SessionHub = {
      channels,
      access,
      clock,
      rendition: (channel, { width, fps }) =>
        imageRendition(channel, {
          format: "jpeg",
          width: width && width <= LARGEST ? width : undefined,
          maxFps: fps && fps <= FASTEST ? fps : undefined,
        }),
    };
    let lastName = 0;

    http.upgrade("watch", "/ws/live", (request, socket, head) => {
      if (sessions.size >= options.maxConnections) {
        refused.add(1);
        throw new HubError("full", `${options.maxConnections} viewers are connected already: try again later`);
      }
      const identity = access.identify(request);
      server.handleUpgrade(request, socket, head, (ws) => {
        const session: Session = new Session(hub, ws, socket, {
          name: `live-${++lastName}`,
          remote: peerAddress(request.socket) ?? "",
          agent: request.headers["user-agent"]?.slice(0, 200),
          identity,
          stillValid: () => identity === undefined || stillValid(request),
        });
        sessions.add(session);
        ws.on("close", () => sessions.delete(session));
      });
    });

    function stillValid(request: IncomingMessage): boolean {
      try {
        return access.identify(request) !== undefined;
      } catch {
        return false;
      }
    }

    const cancels = [
      channels.onAdded((channel) => {
        for (const session of sessions) session.onChannelAdded(channel);
      }),
      clock.every(STATUS_INTERVAL_MS, () => {
        if (sessions.size === 0) return;
        const round = new StatusRound(channels.list(), access, clock.now());
        for (const session of sessions) session.tick(round);
      }),
      clock.every(PING_INTERVAL_MS, () => {
        for (const session of sessions) session.ping();
      }),
    ];
    signal.addEventListener("abort", () => {
      for (const session of sessions) session.shutdown();
    });
    log.debug({}, "live wall on /ws/live");

    return {
      async [Symbol.asyncDispose]() {
        for (const cancel of cancels) cancel();
        for (const session of sessions) session.terminate();
      },
    };
  },
});
