import { performance } from "node:perf_hooks";

/** What sends the frames: the hub's text display, or the obvious way, JSON through `ws` with permessage-deflate. */
export type ServerKind = "lightwell" | "json-deflate";

export interface ServerArguments {
  readonly kind: ServerKind;
  readonly fps: number;
}

/** To the server: publish this many frames of the pan, then report. */
export type ServerCommand = { readonly publish: number } | "stop";

export interface ServerReport {
  /** User and system time of the process from the first frame to the last, and half a second on. */
  readonly cpuUs: number;
  /** From the first frame to when the next after the last would be due. */
  readonly elapsedMs: number;
}

export interface ClientArguments {
  readonly kind: ServerKind;
  readonly port: number;
  readonly viewers: number;
}

/**
 * To the clients. `mark` begins to count; `hold` stops reading with all but the first tenth; `release` reads again and
 * measures how long each takes to have the newest frame.
 */
export type ClientCommand = "mark" | "hold" | "release" | "report" | "stop";

export interface ClientReport {
  readonly delivered: number;
  readonly bytes: number;
  /** Frames that one client decoded and compared with what was published. */
  readonly verified: number;
  /** ms from release to the newest frame, one per client that was held, sorted. */
  readonly resumedMs: readonly number[];
}

/** ms since the epoch with a fraction, comparable between processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
