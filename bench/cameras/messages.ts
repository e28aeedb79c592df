import type { MainThread } from "./main-thread.ts";

/** How the pictures come into the hub. */
export type Way = "pull" | "video";

export interface HubArguments {
  readonly way: Way;
  readonly cameras: number;
  /** Port of the cameras. */
  readonly port: number;
  /** Stands for ffmpeg. */
  readonly program: string;
}

/** To the hub. `mark` begins a measurement, `report` ends it. */
export type HubCommand = "mark" | "report" | "stop";

export interface HubReport extends MainThread {
  readonly published: number;
  /** User and system time, all threads. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

export interface PeerArguments {
  /** A file of JPEGs, one after the other. */
  readonly clip: string;
  readonly fps: number;
}

/** To the cameras and viewers. `watch`: one viewer of each channel of the hub at this port. */
export type PeerCommand = { readonly watch: number; readonly cameras: number } | "mark" | "report" | "stop";

export interface PeerReport {
  readonly seenBytes: number;
}

/** Channel of a camera, and its path at the cameras' port. */
export function nameOf(camera: number): string {
  return `cam${camera}`;
}
