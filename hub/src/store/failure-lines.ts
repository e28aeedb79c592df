import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Clock } from "#core/clock.ts";

const LINE_EVERY_MS = 60_000;
/** SQLite's code for a disk without room (sqlite.org/rescode.html). */
const SQLITE_FULL = 13;

/** Logs, at most once a minute, that the store failed: what is changed then is lost, and who changed it may not look. */
export function failureLines(clock: Clock, log: Log, folder: string): (cause: unknown) => void {
  let failures = 0;
  let quietUntilMs = -Infinity;
  return (cause) => {
    failures++;
    const now = clock.monotonic();
    if (now < quietUntilMs) return;
    quietUntilMs = now + LINE_EVERY_MS;
    const words = isFull(cause)
      ? "the disk of the data folder is full: settings, tokens and pictures are not kept until there is room"
      : "the store cannot be read or written";
    log.error({ folder, failures, error: messageOf(cause) }, words);
    failures = 0;
  };
}

/** Whether a failure to write came from a disk, or a share of it, without room. */
function isFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  if ("errcode" in cause && typeof cause.errcode === "number") return (cause.errcode & 0xff) === SQLITE_FULL;
  return "code" in cause && (cause.code === "ENOSPC" || cause.code === "EDQUOT");
}
