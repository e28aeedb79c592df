import type { IncomingMessage, RequestListener, Server } from "node:http";
import { AddressCap } from "#transport/address-cap.ts";
import { createServer, STATUS_CODES } from "#transport/node-http.ts";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { HubError } from "#contract/errors.ts";
import { listenOn } from "#transport/tcp-listener.ts";

const REQUEST_TIMEOUT_MS = 10_000;

/** A small HTTP server of its own, with every connection known so that it can be closed. */
export class OwnListener {
  readonly #server: Server;
  readonly #option: string;
  readonly #sockets = new Set<Socket>();

  /** @param option path of the setting that says the port, for errors */
  constructor(
    option: string,
    {
      maxPerAddress,
      onRequest,
      ready,
      onUpgrade,
    }: {
      readonly maxPerAddress: number;
      readonly onRequest: RequestListener;
      /** What an upgrade waits for, if anything. */
      readonly ready?: (request: IncomingMessage) => Promise<void> | undefined;
      /** A thrown {@link HubError} is answered. */
      readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
    },
  ) {
    this.#option = option;
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, onRequest);
    new AddressCap(maxPerAddress).guard(this.#server);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    if (!onUpgrade) return;
    this.#server.on("upgrade", (request, socket, head) => {
      // Without a listener an error of the connection would end the process, whoever it is handed to.
      socket.on("error", () => socket.destroy());
      const take = () => {
        try {
          onUpgrade(request, socket, head);
        } catch (error) {
          refuse(socket, error);
        }
      };
      const wait = ready?.(request);
      if (wait) void wait.then(take);
      else take();
    });
  }

  /** The port that it listens on; undefined before. */
  get port(): number | undefined {
    return (this.#server.address() as AddressInfo | null)?.port;
  }

  /** @throws {HubError} `port-in-use` or `bad-config`, naming the setting to change */
  async listen(host: string, port: number): Promise<void> {
    await listenOn(this.#server, { host, port, setting: this.#option });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

function refuse(socket: Duplex, error: unknown): void {
  const known = error instanceof HubError ? error : undefined;
  const status = known?.status ?? 500;
  const text = known?.message ?? "the hub made a mistake";
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}
