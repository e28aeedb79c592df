/** One row of the hub's channels. */
export interface ChannelFigures {
  readonly name: string;
  /** Frames per second published. */
  readonly fps: number;
  readonly viewers: number;
  readonly health: string;
}

/** What the hub knows of itself, as far as a scene shows it. */
export interface HubFigures {
  readonly channels: readonly ChannelFigures[];
  readonly viewers: number;
  /** 0–100; undefined when nobody measures it. */
  readonly cpuPercent: number | undefined;
  readonly memoryMb: number | undefined;
  readonly uptimeSeconds: number;
  /** Frames handed to viewers per second, the newest last. */
  readonly deliveredPerSecond: readonly number[];
}

/** What a scene tells of. Texts are clean: printable characters of one cell each, or of two when they are wide. */
export interface SceneData {
  readonly title: string;
  /** Shown by the stage `message`; lines end with a line feed. */
  readonly message: string;
  readonly news: readonly string[];
  /** What the clock adds to UTC. */
  readonly utcOffsetMinutes: number;
  readonly hub: HubFigures;
}
