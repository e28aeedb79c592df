import { connect, type Socket } from "node:net";
import { Telnet, TelnetOption } from "@lightwell/wire/telnet/codes.ts";
import { negotiation, terminalType, windowSize } from "@lightwell/wire/telnet/encode.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import { LIVE_HEADER_BYTES } from "@lightwell/wire/live.ts";
import { PartReader } from "../fanout/part-reader.ts";
import { WsReader } from "../textwire/ws-reader.ts";
import type { Protocol } from "./cases.ts";
import type { ViewerArguments } from "./messages.ts";
import { NumberReader } from "./text.ts";

type Watch = (viewer: ViewerArguments, buffer: Buffer, onPicture: (which: number) => void) => Socket;

/** Said unasked, as RFC 6455 allows: who answers no ping for half a minute is thought to be gone. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const PONG_EVERY_MS = 5000;
/** How often the pages and the SDK acknowledge text at most. */
const ACK_INTERVAL_MS = 100;

/** Clients of every protocol, that look at headers only and cost little. */
export const watchers: Readonly<Record<Protocol, Watch>> = {
  mjpeg(viewer, buffer, onPicture) {
    const reader = new PartReader((seconds) => onPicture(seconds * 1000));
    const socket = read(viewer, buffer, (bytes) => reader.push(bytes, bytes.length));
    // HTTP/1.0: proxies would send chunks, which the reader knows nothing of.
    socket.write(`GET /video_feed/pictures HTTP/1.0\r\nHost: ${viewer.host}\r\n\r\n`);
    return socket;
  },

  live(viewer, buffer, onPicture) {
    const { say, socket } = readMessages(viewer, buffer, "/ws/live", (start, length, opcode) => {
      if (opcode !== 2 || length < LIVE_HEADER_BYTES) return;
      say({ type: "ack", channel: start.readUInt32BE(4), seq: start.readUInt32BE(16) });
      onPicture(start.readDoubleBE(8));
    });
    say({ type: "watch", channels: [{ name: "pictures" }] });
    return socket;
  },

  display(viewer, buffer, onPicture) {
    let seq = 0;
    let timer: NodeJS.Timeout | undefined;
    let ackedAt = -Infinity;
    const { say, socket } = readMessages(viewer, buffer, "/ws/display?channel=text", (start, length, opcode) => {
      if (opcode !== 2 || length < 8) return;
      seq = start.readUInt32LE(2);
      onPicture(seq);
      timer ??= setTimeout(
        () => {
          timer = undefined;
          ackedAt = performance.now();
          say({ type: "ack", seq });
        },
        Math.max(0, ackedAt + ACK_INTERVAL_MS - performance.now()),
      );
    });
    say({ type: "hello", version: 1, accept: ["diff"], cols: 80, rows: 24 });
    return socket;
  },

  telnet(viewer, buffer, onPicture) {
    const numbers = new NumberReader(onPicture);
    const parser = new TelnetParser({
      data: (bytes) => numbers.push(Buffer.from(bytes)),
      negotiation(verb, option) {
        if (verb === Telnet.DO && option === TelnetOption.TIMING_MARK) socket.write(negotiation(Telnet.WILL, option));
        else if (verb === Telnet.DO && option === TelnetOption.NAWS)
          socket.write(Buffer.concat([negotiation(Telnet.WILL, option), windowSize(80, 24)]));
        else if (verb === Telnet.DO && option === TelnetOption.TTYPE) socket.write(negotiation(Telnet.WILL, option));
      },
      subnegotiation(option) {
        if (option === TelnetOption.TTYPE) socket.write(terminalType("xterm-direct"));
      },
      command: () => undefined,
    });
    const socket = read(viewer, buffer, (bytes) => parser.feed(bytes));
    return socket;
  },
};

function read({ host, port }: ViewerArguments, buffer: Buffer, onBytes: (bytes: Buffer) => void): Socket {
  const onread = {
    buffer,
    callback(length: number, bytes: Uint8Array) {
      onBytes((bytes as Buffer).subarray(0, length));
      return true;
    },
  };
  const socket = connect({ host, port, noDelay: true, onread });
  socket.on("error", (error) => {
    throw error;
  });
  socket.on("close", () => {
    throw new Error(`the server ended the connection to ${host}`);
  });
  return socket;
}

/** A WebSocket client, whose `say` may be called at once. */
function readMessages(
  viewer: ViewerArguments,
  buffer: Buffer,
  path: string,
  onMessage: (start: Buffer, length: number, opcode: number) => void,
): { say(message: object): void; readonly socket: Socket } {
  const messages = new WsReader(onMessage);
  const waiting: Buffer[] = [];
  let head = "";
  let open = false;
  const socket = read(viewer, buffer, (bytes) => {
    if (open) {
      messages.push(bytes, bytes.length);
      return;
    }
    const text = bytes.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    head += end < 0 ? text : text.slice(0, end);
    if (end < 0) return;
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(head);
    open = true;
    for (const message of waiting) socket.write(message);
    setInterval(() => socket.write(PONG), PONG_EVERY_MS);
    if (end + 4 < bytes.length) messages.push(bytes.subarray(end + 4), bytes.length - end - 4);
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${viewer.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  const say = (message: object) => {
    const text = Buffer.from(JSON.stringify(message));
    // Masked by zero, as RFC 6455 allows; none is longer than 125 bytes.
    const bytes = Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]);
    if (open) socket.write(bytes);
    else waiting.push(bytes);
  };
  return { say, socket };
}
