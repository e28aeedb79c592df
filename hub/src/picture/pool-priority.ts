import { readdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";

/** As `nice -n 10`: the event loop gets nine tenths of a core that it shares with one such thread, if it wants them. */
const NICE = 10;

/**
 * Lets the threads of libuv's pool stand back behind the event loop where both want a core. Linux keeps this for each thread
 * (`setpriority(2)`, "C library/kernel differences"), and the threads that they start inherit it; elsewhere nothing happens.
 */
export function lowerPoolPriority(): void {
  if (process.platform !== "linux") return;
  for (const thread of readdirSync("/proc/self/task")) {
    try {
      if (readFileSync(`/proc/self/task/${thread}/comm`, "utf8").trim() === "libuv-worker")
        setPriority(Number(thread), NICE);
    } catch {
      // The thread has ended, or the system forbids it: pictures are made at the same rank as everything else.
    }
  }
}
