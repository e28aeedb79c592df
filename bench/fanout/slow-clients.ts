import { createRequire } from "node:module";
import type Koffi from "koffi";
import { reportAges } from "./ages.ts";
import { preciseNow, type ClientArguments } from "./messages.ts";
import { PartReader } from "./part-reader.ts";

/**
 * Process of viewers that read this many bytes a second and no more. The sockets are libc's: Node can neither set
 * SO_RCVBUF before it connects nor read less than all that is there. Linux only.
 */
const { port, viewers, rate = 100_000, receiveBuffer } = JSON.parse(process.argv[2] ?? "{}") as ClientArguments;
const koffi = createRequire(new URL("../../hub/package.json", import.meta.url))("koffi") as typeof Koffi;
const libc = koffi.load(null);
const socket = libc.func("int socket(int domain, int type, int protocol)");
const setsockopt = libc.func("int setsockopt(int fd, int level, int name, void *value, uint32_t length)");
const connect = libc.func("int connect(int fd, void *address, uint32_t length)");
const send = libc.func("long send(int fd, void *bytes, size_t length, int flags)");
const recv = libc.func("long recv(int fd, void *bytes, size_t length, int flags)");

const [AF_INET, SOCK_STREAM, SOL_SOCKET, SO_RCVBUF, MSG_DONTWAIT] = [2, 1, 1, 8, 0x40] as const;
const TICK_MS = 10;

const address = Buffer.alloc(16);
address.writeUInt16LE(AF_INET, 0);
address.writeUInt16BE(port, 2);
address.set([127, 0, 0, 1], 4);
const request = Buffer.from("GET /video_feed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

const note = reportAges();

const peers = Array.from({ length: viewers }, () => {
  const fd = socket(AF_INET, SOCK_STREAM, 0) as number;
  if (receiveBuffer) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, new Int32Array([receiveBuffer]), 4);
  if ((connect(fd, address, address.length) as number) !== 0) throw new Error(`cannot connect to port ${port}`);
  send(fd, request, request.length, 0);
  const reader = new PartReader((timestamp) => {
    note(preciseNow() - timestamp * 1000);
  });
  return { fd, reader, allowance: 0 };
});
process.send?.("ready");

const bytes = Buffer.allocUnsafe(rate);
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  const earned = (rate * (now - last)) / 1000;
  last = now;
  for (const peer of peers) {
    // What it did not use it loses after a tenth of a second, as a link does.
    peer.allowance = Math.min(peer.allowance + earned, rate / 10);
    const wanted = Math.floor(peer.allowance);
    if (wanted === 0) continue;
    const got = recv(peer.fd, bytes, wanted, MSG_DONTWAIT) as number;
    if (got === 0) throw new Error("the server ended the stream");
    if (got < 0) continue;
    peer.allowance -= got;
    peer.reader.push(bytes, got);
  }
}, TICK_MS);
