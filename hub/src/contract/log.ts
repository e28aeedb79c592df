/** Structured log of one module. The first argument carries fields; secrets never go into either. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** A line of the log, as kept for `/log` and the admin page. */
export interface LogLine {
  /** ms since the epoch. */
  readonly time: number;
  readonly level: LogLevel;
  /** The module that wrote it. */
  readonly module: string;
  readonly message: string;
}
