import { readdir, readFile, statfs } from "node:fs/promises";

/** Figures that need a look at the file system. Null: this platform does not say. */
export interface Counts {
  /** Of the root file system, in percent. */
  readonly diskUsed: number | null;
  /** Threads of the hub. */
  readonly threads: number | null;
  /** Processes of the machine. */
  readonly processes: number | null;
  /** Files and sockets that the hub has open. */
  readonly descriptors: number | null;
}

export async function readCounts(): Promise<Counts> {
  const [diskUsed, threads, processes, descriptors] = await Promise.all([
    orNull(diskUsedPercent()),
    orNull(ownThreads()),
    orNull(readdir("/proc").then((names) => names.filter((name) => /^\d+$/.test(name)).length)),
    // One of them is the folder being read.
    orNull(readdir("/proc/self/fd").then((names) => names.length - 1)),
  ]);
  return { diskUsed, threads, processes, descriptors };
}

async function diskUsedPercent(): Promise<number> {
  const { blocks, bfree, bavail } = await statfs("/");
  const used = blocks - bfree;
  // As `df`: what is kept back for root counts as neither used nor free.
  return Math.round((used / (used + bavail)) * 1000) / 10;
}

async function ownThreads(): Promise<number | null> {
  const found = /^Threads:\s+(\d+)/m.exec(await readFile("/proc/self/status", "utf8"));
  return found ? Number(found[1]) : null;
}

/** Only Linux has /proc. */
const orNull = <T>(work: Promise<T>): Promise<T | null> => work.catch(() => null);
