import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import { addressToBind } from "#transport/both-families.ts";
import { takeLoopbackTwin } from "#transport/tcp-listener.ts";
import { AddressCap } from "#transport/address-cap.ts";
import { createServer, STATUS_CODES } from "#transport/node-http.ts";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { HubError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Mjpeg } from "#contract/services.ts";
import { IOT_CHANNEL } from "./producer.ts";
import type { Sockets } from "./sockets.ts";

/** Everybody may come here: nobody is to take all places. */
const MOST_PER_ADDRESS = 100;

/**
 * The original image server's own port: `GET /` gives the channel `iot` as MJPEG, a WebSocket takes its pictures,
 * without a token. As there, the WebSocket may be at any path: firmware connects to `ws://host:3001/`.
 */
export class IotListener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #address: { readonly host: string; readonly port: number };

  constructor(setup: {
    readonly host: string;
    readonly port: number;
    readonly maxConnections: number;
    readonly mjpeg: Mjpeg;
    readonly sockets: Sockets;
    readonly open: readonly string[];
    readonly log: Log;
  }) {
    const { host, port, mjpeg, sockets, open, log } = setup;
    this.#address = { host, port };
    const answer = (socket: Duplex, serve: () => void) => {
      try {
        serve();
      } catch (error) {
        if (!(error instanceof HubError)) log.error({ error: messageOf(error) }, "a request ran into a defect");
        refuse(socket, error);
      }
    };
    this.#server = createServer({ noDelay: true }, (request) =>
      answer(request.socket, () => {
        const path = request.url?.split("?", 1)[0];
        if (request.method !== "GET" || path !== "/")
          throw new HubError("not-found", "here are only GET / and a WebSocket");
        mjpeg.serve(request, request.socket, IOT_CHANNEL);
      }),
    );
    this.#server.maxConnections = setup.maxConnections;
    new AddressCap(MOST_PER_ADDRESS).guard(this.#server);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("upgrade", (request, socket, head) =>
      answer(socket, () => {
        refuseForeignPage(request);
        sockets.accept(request, socket, head, open);
      }),
    );
    this.#server.on("clientError", (_error, socket) => socket.destroy());
  }

  /** The port, once it listens. */
  get port(): number | undefined {
    return (this.#server.address() as AddressInfo | null)?.port;
  }

  /** @throws {HubError} `port-in-use` or `bad-config`, naming the setting. */
  async open(): Promise<void> {
    const { host, port } = this.#address;
    this.#server.listen(port, addressToBind(host));
    try {
      await once(this.#server, "listening");
      await takeLoopbackTwin(this.#server, port);
    } catch (cause) {
      const busy = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
      const words = busy ? "is in use by another program" : `cannot be opened (${messageOf(cause)})`;
      throw new HubError(
        busy ? "port-in-use" : "bad-config",
        `port ${port} on ${host} ${words}: set push.iotPort or push.iotHost`,
        {
          cause,
        },
      );
    }
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroySoon();
    const leftovers = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, 300);
    await closed;
    clearTimeout(leftovers);
  }
}

/** Every page in a browser may open a WebSocket to anywhere; devices are no browsers, whatever Origin they send. */
function refuseForeignPage({ headers }: IncomingMessage): void {
  const { origin, host, "user-agent": agent = "" } = headers;
  if (origin === undefined || !agent.startsWith("Mozilla/") || URL.parse(origin)?.host === host) return;
  throw new HubError("forbidden", "a page of another site may not push here");
}

function refuse(socket: Duplex, error: unknown): void {
  const [status, text] =
    error instanceof HubError
      ? [error.status, error.code === "full" ? "Server Full" : error.message]
      : [500, "internal error"];
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Connection: close",
    ...(status === 401 ? ["WWW-Authenticate: Bearer"] : []),
  ];
  // Not left to the peer: one that never closes its side would hold the connection for ever.
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}
