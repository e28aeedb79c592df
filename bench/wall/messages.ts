/** What the process of the load is started with. */
export interface LoadArguments {
  readonly port: number;
  /** Channels `cam-0` to `cam-<n>`, into which it pushes. */
  readonly cameras: number;
  readonly fps: number;
  /** Pixels across of the wall's tiles. */
  readonly width: number;
  /** File of length-prefixed JPEGs that the cameras send in turn. */
  readonly pictures: string;
}

/** `greedy` adds the streams of one stranger; `mark` begins a measurement, `report` ends it. */
export type LoadCommand = "greedy" | "mark" | "report" | "stop";

/** Pictures that came since the mark. */
export interface LoadReport {
  readonly wall: number;
  readonly single: number;
  readonly greedy: number;
}
