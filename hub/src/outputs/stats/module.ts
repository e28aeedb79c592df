import { createServer, type Server } from "node:net";
import { defineModule } from "#contract/module.ts";
import { hostToReach, isLoopback } from "#transport/address.ts";
import { listenOn } from "#transport/tcp-listener.ts";
import { z } from "zod";
import { Board } from "./board.ts";
import { linesOf } from "./content.ts";
import { layOut } from "./page.ts";
import { Session, type SessionHub } from "./session.ts";

const SERVER_FULL = "Server Full. Try again later.\r\n";
const CLOSE_MS = 500;

export default defineModule({
  name: "stats",
  summary: "The statistics screen for terminals: telnet, nc.",
  capability: { role: "service", takes: "figures", gives: "ANSI text, 1 Hz", transport: "TCP 2324" },
  options: z.strictObject({
    host: z.string().min(1).default("127.0.0.1").meta({
      description: "Address that it binds. Beyond loopback an operator's token is asked for, unencrypted.",
    }),
    port: z.int().min(0).max(65_535).default(2324).meta({ description: "TCP port. 0: any free one." }),
    maxViewers: z.int().min(1).default(20).meta({ description: "Further ones are told Server Full." }),
  }),
  needs: ["access", "report"],
  start({ options, channels, clock, log, signal, access, report }) {
    const sessions = new Set<Session>();
    const board = new Board(clock, ({ cols, rows }) => {
      const figures = report.figures();
      const error = figures["last_error"] ?? report.lines({ level: "error", limit: 1 }).at(-1)?.message;
      const lastError = typeof error === "string" ? error : undefined;
      return layOut(linesOf({ now: clock.now(), figures, lastError, channels: channels.list() }, rows), cols, rows);
    });
    const hub: SessionHub = {
      board,
      clock,
      checkToken: isLoopback(options.host)
        ? undefined
        : async (token, remote) => {
            await access.freshen(token);
            access.requireRole(access.identifyToken(token, remote), "operator");
          },
    };
    let bound = options.port;
    const server: Server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
      if (sessions.size >= options.maxViewers || signal.aborted) {
        socket.on("error", () => undefined);
        socket.resume();
        socket.end(SERVER_FULL, () => socket.destroySoon());
        return;
      }
      const session: Session = new Session(socket, hub, () => sessions.delete(session));
      sessions.add(session);
    });
    const leave = () => {
      for (const session of sessions) session.leave("The hub is closing.");
    };
    signal.addEventListener("abort", leave);

    return {
      async open() {
        bound = await listenOn(server, { ...options, setting: "stats.port" });
        log.info({ host: options.host, port: bound }, "statistics screen");
      },
      addresses: () => [{ use: "statistics", at: `telnet ${hostToReach(options.host)} ${bound}` }],
      async [Symbol.asyncDispose]() {
        if (!server.listening) return;
        const cut = setTimeout(() => {
          for (const session of sessions) session.abort();
        }, CLOSE_MS);
        leave();
        await new Promise<void>((resolve) => server.close(() => resolve()));
        clearTimeout(cut);
      },
    };
  },
});
