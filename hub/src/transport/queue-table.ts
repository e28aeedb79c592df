import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/** The table is read at most this often, for all sockets at once: it lists every connection of the machine. */
const MAX_AGE_MS = 100;

let table = new Map<string, number>();
let readAt = -Infinity;

/**
 * Bytes in the kernel's send queue of a TCP socket, as `/proc/net/tcp` shows them, at most 100 ms old.
 * Undefined when the connection is not listed.
 */
export function sendQueueOf(socket: Socket): number | undefined {
  const now = performance.now();
  if (now - readAt >= MAX_AGE_MS) {
    readAt = now;
    table = new Map();
    for (const path of ["/proc/net/tcp", "/proc/net/tcp6"]) {
      try {
        for (const [key, bytes] of sendQueues(readFileSync(path, "latin1"))) table.set(key, bytes);
      } catch {
        // A container may hide one of them: then those connections are simply not listed.
      }
    }
  }
  return table.get(`${socket.localPort}:${socket.remotePort}`);
}

/**
 * Send queues by `localPort:remotePort` from the text of `/proc/net/tcp` or `tcp6`. Addresses are left out: two peers
 * with the same port on the same listener share a line then, and the larger queue counts.
 */
export function sendQueues(text: string): Map<string, number> {
  const queues = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/.exec(line);
    if (!match) continue;
    const [, local = "", remote = "", queued = ""] = match;
    const key = `${parseInt(local, 16)}:${parseInt(remote, 16)}`;
    queues.set(key, Math.max(queues.get(key) ?? 0, parseInt(queued, 16)));
  }
  return queues;
}
