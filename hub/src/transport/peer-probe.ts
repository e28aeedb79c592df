import type { Socket } from "node:net";
import { handleOf, hasHandle, kernelCalls, type KernelCalls } from "./kernel-calls.ts";
import { sendQueueOf } from "./queue-table.ts";

/** How far one connection has come, in bytes since the probe was made. */
export interface PeerReading {
  /** Acknowledged by the peer's kernel. */
  readonly acked: number;
  /** Arrived there beyond those, as something before them is missing. */
  readonly sacked: number;
  /** Handed to the socket and not on the wire yet. */
  readonly unsent: number;
  /** Room in the peer's receive buffer when it last acknowledged; undefined when this machine cannot tell. */
  readonly window: number | undefined;
  /** ms since the peer was last heard. */
  readonly ackAgeMs: number;
  /** The shortest round trip seen lately. */
  readonly minRttMs: number;
}

/** Taken for a round trip that this machine cannot tell: most viewers are nearer, and none is starved for its distance. */
const UNKNOWN_RTT_MS = 150;

/** Tells how far the peer is. `written`: bytes given to the socket since the probe was made. */
export type PeerProbe = (written: number) => PeerReading | undefined;

/** Where the figures come from: best first. */
export type ProbeKind = "tcp-info" | "proc-net-tcp" | "node";

/** The best probe that this machine has for this socket. Make it before the first byte is written. */
export function probeOf(socket: Socket): { readonly kind: ProbeKind; readonly probe: PeerProbe } {
  const { calls } = kernelCalls();
  const probe = calls && fromTcpInfo(socket, calls);
  if (probe) return { kind: "tcp-info", probe };
  if (process.platform === "linux") return { kind: "proc-net-tcp", probe: fromQueueTable(socket) };
  return { kind: "node", probe: fromNode(socket) };
}

function fromTcpInfo(socket: Socket, calls: KernelCalls): PeerProbe | undefined {
  const handle = handleOf(socket);
  if (!handle) return undefined;
  const { fd } = handle;
  if (!calls.tcpInfo(fd)) return undefined;
  // Where the kernel's count of acknowledged bytes stood: a kept-alive connection has carried earlier replies. Known as
  // soon as Node has nothing queued, as it does not say how much of a buffer it has passed on.
  let start: number | undefined;
  return (written) => {
    const read = hasHandle(socket, handle) ? calls.tcpInfo(fd) : undefined;
    if (!read) return undefined;
    const { writableLength } = socket;
    if (start === undefined && writableLength === 0) {
      const queued = calls.queuedBytes(fd) ?? 0;
      // Unless an acknowledgement came between the two calls.
      if (calls.tcpInfo(fd)?.ackedBytes === read.ackedBytes) start = read.ackedBytes + queued - written;
    }
    return {
      acked: start === undefined ? 0 : read.ackedBytes - start,
      sacked: read.sackedBytes,
      unsent: read.notSentBytes + writableLength,
      window: read.windowBytes,
      ackAgeMs: read.ackAgeMs,
      minRttMs: read.minRttMs,
    };
  };
}

function fromQueueTable(socket: Socket): PeerProbe {
  return (written) => {
    const queued = sendQueueOf(socket);
    const { writableLength } = socket;
    return {
      acked: written - writableLength - (queued ?? 0),
      sacked: 0,
      unsent: writableLength,
      window: undefined,
      ackAgeMs: 0,
      minRttMs: UNKNOWN_RTT_MS,
    };
  };
}

/** All that plain Node knows: the kernel may hold megabytes more. */
function fromNode(socket: Socket): PeerProbe {
  return (written) => {
    const { writableLength } = socket;
    return {
      acked: written - writableLength,
      sacked: 0,
      unsent: writableLength,
      window: undefined,
      ackAgeMs: 0,
      minRttMs: UNKNOWN_RTT_MS,
    };
  };
}
