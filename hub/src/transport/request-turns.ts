import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A reply of which the peer takes nothing for this long is given up, with its connection. */
const REPLY_TIMEOUT_MS = 30_000;
/** Connections whose next request is begun in one round of the event loop: the others, and new ones, come between. */
const TURNS_PER_ROUND = 32;

/** Where a head ends; Node's parser takes no other line ends (RFC 9112, 2.2). A body in chunks ends so too. */
const HEAD_END = Buffer.from("\r\n\r\n");
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Have a server answer one request of each connection at a time, and end connections whose replies nobody takes.
 *
 * Node parses all requests that one read brings and has all of them answered: 65 kB that ask some thousand times for
 * a page cost as many pages, kept until the peer reads them. Here its parser gets the next request only when the reply
 * before has left this process; until then no more is read. To be called before the server listens.
 */
export function takeTurns(server: Server, { replyTimeoutMs = REPLY_TIMEOUT_MS } = {}): void {
  const turns = new WeakMap<Socket, Turns>();
  server.on("connection", (socket) => turns.set(socket, new Turns(socket)));
  server.prependListener("request", (request, response) => turns.get(request.socket)?.begin(request, response));
  // Node's own answer would come past the line above.
  server.on("checkExpectation", (_request, response) => response.writeHead(417, { connection: "close" }).end());
  server.once("listening", () => {
    // Only where there are WebSockets: with a listener Node takes every request of this kind for one.
    if (server.listenerCount("upgrade") === 0) return;
    server.prependListener("upgrade", (request: IncomingMessage) => turns.get(request.socket)?.leave());
  });
  server.timeout = replyTimeoutMs;
  server.on("timeout", (socket: Socket) => {
    if (!turns.get(socket)?.isAtWork) socket.destroy();
  });
}

/** The requests of one connection. */
class Turns {
  readonly #socket: Socket;
  readonly #parse: (bytes: Buffer) => void;
  readonly #onData = (bytes: Buffer): void => this.#take(bytes);
  readonly #onResume = (): void => void (this.#held.length > 0 && this.#socket.pause());
  /** Read, and not for the parser yet. */
  #held: Buffer = NOTHING;
  #isPaused = false;
  #request: IncomingMessage | undefined;
  /** Of the request before, until it has left this process. */
  #response: ServerResponse | undefined;
  /** What is left of a body whose length was said. */
  #bodyBytes = 0;
  /** The last bytes that the parser got of a head, where its end may have begun. */
  #seam: Buffer = NOTHING;

  constructor(socket: Socket) {
    this.#socket = socket;
    const [parse] = socket.listeners("data");
    if (!parse) throw new Error("Node's parser does not listen to the connection");
    this.#parse = parse as (bytes: Buffer) => void;
    socket.removeListener("data", this.#parse);
    socket.on("data", this.#onData);
    // Node resumes the connection by itself when a request has been read.
    socket.on("resume", this.#onResume);
  }

  /** True while a handler is thinking, or writes without a reply of Node's: such a connection is its own affair. */
  get isAtWork(): boolean {
    const response = this.#response;
    return response !== undefined && !(response.headersSent && this.#socket.writableLength > 0);
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    this.#request = request;
    this.#response = response;
    const { headers } = request;
    this.#bodyBytes = headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : 0;
    response.once("close", () => {
      this.#response = undefined;
      if (this.#held.length > 0) round.queue(this);
    });
  }

  /** The connection is a WebSocket's from now on, with what was read for it. */
  leave(): void {
    this.#socket.removeListener("data", this.#onData);
    this.#socket.removeListener("resume", this.#onResume);
    if (this.#isPaused) read(this.#socket, true);
    const held = this.#held;
    this.#held = NOTHING;
    if (held.length > 0) this.#socket.unshift(held);
  }

  /** Give the parser the next request, and what is there of its body. */
  proceed(): void {
    // What comes behind the last reply of a connection is asked in vain.
    if (!this.#socket.writable) this.#held = NOTHING;
    if (this.#held.length > 0 && !this.#isWaiting) {
      do this.#parseOne();
      while (this.#held.length > 0 && this.#request?.complete === false);
      // No handler was asked: it was the end of a body, or Node has refused the request by itself.
      if (this.#held.length > 0 && !this.#isWaiting) round.queue(this);
    }
    if (this.#held.length > 0) this.#pause();
    else if (this.#isPaused) this.#resume();
  }

  /** One head at most, or a piece of one body. */
  #parseOne(): void {
    const inBody = this.#bodyBytes > 0;
    const end = inBody ? Math.min(this.#bodyBytes, this.#held.length) : this.#headEnd();
    const slice = this.#held.subarray(0, end);
    this.#held = this.#held.length > end ? this.#held.subarray(end) : NOTHING;
    if (inBody) this.#bodyBytes -= end;
    else this.#seam = slice.subarray(-4).equals(HEAD_END) ? NOTHING : lastThree(this.#seam, slice);
    this.#parse(slice);
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
    // The stream asks for more in the tick after it has passed on what came.
    queueMicrotask(() => this.#isPaused && read(this.#socket, false));
  }

  /** Node pauses connections too, whose bodies nobody takes: only our own pause is undone. */
  #resume(): void {
    this.#isPaused = false;
    read(this.#socket, true);
    this.#socket.resume();
  }

  /** Whether the request before is whole and not answered. */
  get #isWaiting(): boolean {
    return this.#response !== undefined && this.#request?.complete === true;
  }

  #take(bytes: Buffer): void {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : bytes;
    this.proceed();
  }

  #headEnd(): number {
    if (this.#seam.length > 0) {
      const at = Buffer.concat([this.#seam, this.#held.subarray(0, 3)]).indexOf(HEAD_END);
      if (at >= 0) return at + HEAD_END.length - this.#seam.length;
    }
    const at = this.#held.indexOf(HEAD_END);
    return at < 0 ? this.#held.length : at + HEAD_END.length;
  }
}

/**
 * Have the system read for a connection or not, as Node's own server does. A paused stream alone would read on until its
 * buffer is full, and each byte that dripped in would count as life and put off the end of an unread reply.
 */
function read(socket: Socket, wanted: boolean): void {
  const { _handle: handle } = socket as unknown as { readonly _handle?: ReadHandle | null };
  if (!handle || handle.reading === wanted) return;
  handle.reading = wanted;
  if (wanted) handle.readStart();
  else handle.readStop();
}

interface ReadHandle {
  reading: boolean;
  readStart(): void;
  readStop(): void;
}

/** Copied: a view would keep all that was read with them. */
function lastThree(before: Buffer, bytes: Buffer): Buffer {
  return Buffer.from(Buffer.concat([before, bytes.subarray(-3)]).subarray(-3));
}

/** Begins the next requests of all connections, a few each round. */
class Round {
  readonly #queued = new Set<Turns>();

  queue(turns: Turns): void {
    if (this.#queued.size === 0) setImmediate(() => this.#run());
    this.#queued.add(turns);
  }

  #run(): void {
    const some = [...this.#queued.values().take(TURNS_PER_ROUND)];
    for (const turns of some) this.#queued.delete(turns);
    if (this.#queued.size > 0) setImmediate(() => this.#run());
    for (const turns of some) turns.proceed();
  }
}

const round = new Round();
