// Process of viewers of one server. All share one read buffer and look at headers only, so that they cost little; the
// first one decodes every frame and compares it with what was published.
import { connect, type Socket } from "node:net";
import { inflateRawSync } from "node:zlib";
import { FrameDecoder } from "@lightwell/wire/text/codec.ts";
import { HEADER_BYTES } from "@lightwell/wire/text/codec-header.ts";
import { preciseNow, type ClientArguments, type ClientCommand, type ClientReport } from "./messages.ts";
import { isSame } from "./measure.ts";
import { textSequences } from "./sequences.ts";
import { WsReader } from "./ws-reader.ts";

const ACK_INTERVAL_MS = 250;
const BINARY = 2;

const { kind, port, viewers } = JSON.parse(process.argv[2] ?? "{}") as ClientArguments;
const frames = textSequences().find(({ name }) => name.startsWith("pan"))?.frames ?? [];
const buffer = Buffer.allocUnsafe(256 * 1024);
const resumedMs: number[] = [];
let [delivered, bytes, verified, newest, opened] = [0, 0, 0, 0, 0];
let releasedAt = 0;
let goal = 0;

class Client {
  readonly socket: Socket;
  #seq = 0;
  #acked = 0;
  #held = false;
  /** Whether it reads on: with `onread` that is the answer of the callback. */
  #reads = true;
  #waits = false;

  constructor(verifies: boolean) {
    const decoder = new FrameDecoder((data, maxOutputLength) => inflateRawSync(data, { maxOutputLength }));
    const reader = new WsReader((start, length, opcode) => {
      bytes += length;
      if (kind === "json-deflate") {
        delivered++;
        return;
      }
      if (opcode !== BINARY || length < HEADER_BYTES) return;
      delivered++;
      if (verifies) {
        const { seq, grid } = decoder.decode(Buffer.from(start));
        const expected = frames[(seq - 1) % frames.length];
        if (!expected || !isSame(grid, expected)) throw new Error(`frame ${seq} arrived changed`);
        verified++;
      }
      this.#seq = start.readUInt32LE(2);
      newest = Math.max(newest, this.#seq);
      if (!this.#waits || this.#seq < goal) return;
      this.#waits = false;
      resumedMs.push(preciseNow() - releasedAt);
    }, verifies);
    let head = "";
    this.socket = connect({
      port,
      host: "127.0.0.1",
      onread: {
        buffer,
        callback: (length, data) => {
          let from = 0;
          if (!head.endsWith("\r\n\r\n")) {
            const text = (data as Buffer).toString("latin1", 0, length);
            const end = text.indexOf("\r\n\r\n");
            head += end < 0 ? text : text.slice(0, end + 4);
            if (end < 0) return true;
            from = end + 4;
            this.#open(head);
          }
          if (from < length) reader.push((data as Buffer).subarray(from, length), length - from);
          return this.#reads;
        },
      },
    });
    this.socket.on("error", (error) => {
      throw error;
    });
    const extensions = kind === "json-deflate" ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
    this.socket.write(
      `GET /ws/display?channel=bench HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extensions}\r\n`,
    );
  }

  ack(): void {
    if (this.#held || this.#seq === this.#acked) return;
    this.#acked = this.#seq;
    this.#say(`{"type":"ack","seq":${this.#seq}}`);
  }

  hold(): void {
    this.#held = true;
    this.#reads = false;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#reads = this.#waits = true;
    this.socket.resume();
  }

  #open(head: string): void {
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(head);
    if (kind === "lightwell")
      this.#say(JSON.stringify({ type: "hello", version: 1, accept: ["diff"], cols: 160, rows: 45 }));
    if (++opened === viewers) process.send?.("ready");
  }

  /** A short text, masked by zero as RFC 6455 allows. */
  #say(text: string): void {
    this.socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
  }
}

const clients = Array.from({ length: viewers }, (_, index) => new Client(index === 0 && kind === "lightwell"));
// Spread over the interval, as independent clients are.
let turn = 0;
const slices = 10;
setInterval(() => {
  turn = (turn + 1) % slices;
  for (let index = turn; index < clients.length; index += slices) clients[index]?.ack();
}, ACK_INTERVAL_MS / slices);

process.on("message", (command: ClientCommand) => {
  switch (command) {
    case "mark":
      [delivered, bytes, verified] = [0, 0, 0];
      process.send?.("marked");
      return;
    case "hold":
      for (const client of clients.slice(12)) client.hold();
      return;
    case "release":
      releasedAt = preciseNow();
      goal = newest;
      for (const client of clients) client.release();
      return;
    case "report":
      resumedMs.sort((a, b) => a - b);
      process.send?.({ delivered, bytes, verified, resumedMs } satisfies ClientReport);
      return;
    case "stop":
      process.exit(0);
  }
});
process.on("disconnect", () => process.exit(0));
