import { performance } from "node:perf_hooks";

/** What is measured: the raw floor, Node's own response stream, the transport alone, the whole hub. */
export type ServerKind = "raw" | "res" | "lightwell";

export interface ServerArguments {
  readonly kind: ServerKind;
  readonly bytes: number;
  readonly fps: number;
}

/** To the server. `mark` begins a measurement, `report` ends it. */
export type ServerCommand = "mark" | "report" | "stop";

export interface ServerReport {
  readonly cpuUs: number;
  readonly published: number;
}

export interface ClientArguments {
  readonly port: number;
  readonly viewers: number;
  /** Bytes per second that each reads; undefined: as fast as it can. */
  readonly rate?: number;
  /** SO_RCVBUF, set before connecting; undefined: the system's default. */
  readonly receiveBuffer?: number;
}

export interface ClientReport {
  readonly delivered: number;
  /** ms from capture to the last byte read, of each picture. */
  readonly ages: number[];
}

/** ms since the epoch with a fraction, comparable between processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

/** The value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
