import { readFileSync } from "node:fs";
import type { Clock } from "#core/clock.ts";

/** Gives the text of a file, undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

const GROUPS = "/sys/fs/cgroup";

/**
 * The cores that a control group leaves to this process (`docker run --cpus`, `CPUQuota=` of systemd), as a fraction;
 * undefined without such a limit. Kernel documentation: cgroup-v2 `cpu.max`, cgroup-v1 `cpu.cfs_quota_us`.
 */
export function cpuQuota(read: ReadText = readText): number | undefined {
  const groups = (read("/proc/self/cgroup") ?? "").split("\n").map((line) => line.split(":"));
  // Inside a container the process's own group is often the root of what it sees.
  for (const [, controllers = "", path = ""] of groups) {
    const quotas =
      controllers === ""
        ? [`${GROUPS}${path}`, GROUPS].map((folder) => read(`${folder}/cpu.max`)?.trim().split(" "))
        : controllers.split(",").includes("cpu")
          ? [`${GROUPS}/cpu${path}`, `${GROUPS}/cpu`].map((folder) =>
              ["quota", "period"].map((what) => read(`${folder}/cpu.cfs_${what}_us`)?.trim()),
            )
          : [];
    for (const [quota, period] of quotas.filter((found) => found !== undefined)) {
      const cores = Number(quota) / Number(period);
      if (cores > 0) return cores;
    }
  }
  return undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Of the processor time that there is, what may be used before work on pictures waits: the rest is for pages and streams. */
const SHARE = 0.85;
/** What was not used is kept for this long, and what was used beyond the share is held against pictures for this long. */
const KEPT_MS = 50;
const HELD_MS = 500;

/**
 * Says how long work on pictures has to rest so that a process with little processor time keeps some for everything else. A
 * process that has used up its quota is stopped as a whole, streams and pages with it, for most of every tenth of a second.
 */
export class QuotaPace {
  readonly #share: number;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #cpuMs: () => number;
  #at: number;
  #used: number;
  /** ms of processor time. */
  #left = 0;

  /** @param cpuMs processor time that this process has used so far, in ms */
  constructor(cores: number, clock: Pick<Clock, "monotonic">, cpuMs: () => number = processMs) {
    this.#share = cores * SHARE;
    this.#clock = clock;
    this.#cpuMs = cpuMs;
    this.#at = clock.monotonic();
    this.#used = cpuMs();
  }

  /** ms until the next piece of work may begin. */
  restMs(): number {
    const [now, used] = [this.#clock.monotonic(), this.#cpuMs()];
    const left = this.#left + (now - this.#at) * this.#share - (used - this.#used);
    this.#left = Math.max(-HELD_MS * this.#share, Math.min(KEPT_MS * this.#share, left));
    this.#at = now;
    this.#used = used;
    return Math.max(0, -this.#left / this.#share);
  }
}

function processMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
