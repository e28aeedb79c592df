import { performance } from "node:perf_hooks";
import type { Protocol } from "./cases.ts";

/** What serves: the hub of some checkout, or plain Node that skips a picture while a drain is wanted. */
export interface ServerArguments {
  readonly kind: "hub" | "plain";
  /** Folder of the hub's checkout; this one when there is none. */
  readonly checkout?: string | undefined;
  readonly protocols: readonly Protocol[];
  readonly httpPort: number;
  readonly telnetPort: number;
  /** Of one picture; 48,000 when not said. */
  readonly pictureBytes?: number;
  /** 30 when not said. */
  readonly framesPerSecond?: number;
}

/** To the server: report what it took since the last time. */
export type ServerCommand = "report" | "stop";

export interface ServerReport {
  /** Of one core, user and system. */
  readonly cpuMs: number;
  /** By number of the text frame: ms since the epoch when it was published. */
  readonly publishedAt: ReadonlyArray<readonly [number: number, at: number]>;
}

/** One viewer. */
export interface ViewerArguments {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
}

export interface ClientArguments {
  readonly viewers: readonly ViewerArguments[];
}

export type ClientCommand = "report" | "stop";

/**
 * When a picture had come wholly, which, and how many bytes until then: `which` is ms since the epoch when it was
 * captured, or the number of a text frame.
 */
export type Seen = readonly [at: number, which: number, bytes: number];

export interface ClientReport {
  /** In the order of the viewers. */
  readonly seen: ReadonlyArray<readonly Seen[]>;
  readonly cpuMs: number;
}

/** ms since the epoch with a fraction, comparable between processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
