import { connect, type Socket } from "node:net";

/** A part of a stream, as a client that goes by `Content-Length` reads it. */
export interface Part {
  readonly headers: string;
  readonly body: Buffer;
}

/** A client of an MJPEG stream on a plain socket: it sees every byte, and reads only when it wants to. */
export class MjpegClient {
  readonly socket: Socket;
  /** Status line and headers of the reply, once they are here. */
  readonly head: Promise<string>;
  /** Resolves with what stands after the last whole part, when the hub has ended the connection. */
  readonly closed: Promise<string>;
  readonly parts: Part[] = [];
  #bytes = Buffer.alloc(0);
  #haveHead: (head: string) => void = () => undefined;
  #headDone = false;
  #wanted: Array<{ resolve(part: Part): void; reject(error: Error): void }> = [];
  #ended = false;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    const { hostname, port, pathname, search, host } = new URL(url);
    this.head = new Promise((resolve) => (this.#haveHead = resolve));
    this.socket = connect(Number(port), hostname);
    const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`);
    this.socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.on("close", () => {
        this.#ended = true;
        this.#haveHead(this.#bytes.toString("latin1"));
        for (const { reject } of this.#wanted.splice(0)) reject(new Error("the connection has ended"));
        resolve(this.#bytes.toString("latin1"));
      }),
    );
  }

  /** The next part that nobody has taken yet. */
  next(): Promise<Part> {
    const part = this.parts.shift();
    if (part) return Promise.resolve(part);
    if (this.#ended) return Promise.reject(new Error("the connection has ended"));
    return new Promise((resolve, reject) => this.#wanted.push({ resolve, reject }));
  }

  /** End the connection rudely: the peer sees a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#headDone) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#headDone = true;
      this.#haveHead(this.#bytes.subarray(0, end).toString("latin1"));
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    for (;;) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const headers = this.#bytes.subarray(0, end).toString("latin1");
      const length = Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? Number.NaN);
      if (!(this.#bytes.length >= end + 4 + length + 2)) return;
      const part = { headers, body: Buffer.from(this.#bytes.subarray(end + 4, end + 4 + length)) };
      this.#bytes = this.#bytes.subarray(end + 4 + length + 2);
      const wanted = this.#wanted.shift();
      if (wanted) wanted.resolve(part);
      else this.parts.push(part);
    }
  }
}
