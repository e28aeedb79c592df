import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HubError, messageOf } from "#contract/errors.ts";

/** SQLite's code for what another connection holds (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;

/**
 * Hold a folder for this process alone; returns how to let go of it, or undefined while another process holds it.
 *
 * SQLite's own lock on an empty file: the kernel takes it back from a process that was killed, and unlike a process id
 * it means the same in every container that shares the folder.
 */
export function claimFolder(folder: string): (() => void) | undefined {
  const lock = new DatabaseSync(join(folder, "hub.lock"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if (cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY) return undefined;
    throw new HubError("unavailable", `${folder} cannot be claimed: ${messageOf(cause)}`, { cause });
  }
  return () => lock.close();
}
