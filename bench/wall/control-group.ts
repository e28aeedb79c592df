import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

/** Limits of a process, by the kernel's control groups of either version. */
export interface ControlGroup {
  readonly add: (pid: number) => void;
  readonly remove: () => void;
}

const PERIOD_US = 100_000;
const ROOT = "/sys/fs/cgroup";

/** @returns a reason in words where this machine does not let us make one. */
export function controlGroup(cores: number, bytes: number): ControlGroup | string {
  const name = `lightwell-bench-${process.pid}`;
  const quota = Math.round(cores * PERIOD_US);
  const unified = existsSync(`${ROOT}/cgroup.controllers`);
  const folders = unified ? [`${ROOT}/${name}`] : [`${ROOT}/cpu/${name}`, `${ROOT}/memory/${name}`];
  const files: Array<readonly [file: string, value: number | string]> = unified
    ? [
        [`${ROOT}/${name}/cpu.max`, `${quota} ${PERIOD_US}`],
        [`${ROOT}/${name}/memory.max`, bytes],
      ]
    : [
        [`${ROOT}/cpu/${name}/cpu.cfs_period_us`, PERIOD_US],
        [`${ROOT}/cpu/${name}/cpu.cfs_quota_us`, quota],
        [`${ROOT}/memory/${name}/memory.limit_in_bytes`, bytes],
      ];
  const remove = () => {
    for (const folder of folders) if (existsSync(folder)) rmdirSync(folder);
  };
  try {
    for (const folder of folders) mkdirSync(folder);
    for (const [file, value] of files) writeFileSync(file, String(value));
  } catch (error) {
    remove();
    return `control groups cannot be made here (${error instanceof Error ? error.message : String(error)})`;
  }
  return {
    add: (pid) => {
      for (const folder of folders) writeFileSync(`${folder}/cgroup.procs`, String(pid));
    },
    remove,
  };
}

/** Most memory that a process has had, in bytes. */
export function peakMemory(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}
