import type { IncomingMessage, RequestListener, Server, ServerOptions } from "node:http";
import { takeTurns } from "./request-turns.ts";

/**
 * Node's HTTP, taken without an import: an ES module import of `node:http` reads every export of it, and
 * `http.WebSocket` is a getter that loads the whole of undici, 16 MB that an idle hub would carry for nothing.
 */
const http = process.getBuiltinModule("node:http");
export const { Agent, request, STATUS_CODES } = http;

/** What every HTTP server of the hub begins with: heads come within 10 s, and only WebSockets are upgrades. */
export const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  /**
   * Some HTTP clients offer `Upgrade: h2c` with every request. With a body Node would hand on a stream of its own
   * instead of the connection, and no WebSocket has one.
   */
  shouldUpgradeCallback(this: Server, { headers }: IncomingMessage): boolean {
    if (this.listenerCount("upgrade") === 0 || headers.upgrade?.toLowerCase() !== "websocket") return false;
    return headers["content-length"] === undefined && headers["transfer-encoding"] === undefined;
  },
} satisfies ServerOptions;

/** A server with {@link SERVER_OPTIONS} whose connections {@link takeTurns}. */
export function createServer(options: ServerOptions, onRequest: RequestListener): Server {
  const server = http.createServer({ ...SERVER_OPTIONS, ...options }, onRequest);
  takeTurns(server);
  return server;
}
