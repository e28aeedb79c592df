import { Session, type Profiler } from "node:inspector/promises";
import { constants, PerformanceObserver } from "node:perf_hooks";

/** What the main thread did in a while. */
export interface MainThread {
  /** By the profiler's samples. */
  readonly elapsedMs: number;
  readonly idleMs: number;
  /** Every work of the collector on this thread. Its pauses alone, as Node's entries tell them, are a quarter of that. */
  readonly collectingMs: number;
  readonly longestPauseMs: number;
  readonly markCompacts: number;
  readonly scavenges: number;
}

const SAMPLE_US = 500;

/** Begins to watch this process; the promise that it gives resolves to a function that ends that. */
export async function watchMainThread(): Promise<() => Promise<MainThread>> {
  const pauses: Array<{ readonly kind: unknown; readonly ms: number }> = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      pauses.push({ kind: (entry as unknown as { detail: { kind: number } }).detail.kind, ms: entry.duration });
  });
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  await session.post("Profiler.start");
  observer.observe({ entryTypes: ["gc"] });
  return async () => {
    const { profile } = await session.post("Profiler.stop");
    observer.disconnect();
    session.disconnect();
    const count = (kind: number) => pauses.filter((pause) => pause.kind === kind).length;
    return {
      elapsedMs: spentIn(profile),
      idleMs: spentIn(profile, "(idle)"),
      collectingMs: spentIn(profile, "(garbage collector)"),
      longestPauseMs: Math.max(0, ...pauses.map(({ ms }) => ms)),
      markCompacts: count(constants.NODE_PERFORMANCE_GC_MAJOR),
      scavenges: count(constants.NODE_PERFORMANCE_GC_MINOR),
    };
  };
}

function spentIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, name?: string): number {
  const ids = new Set(nodes.filter(({ callFrame }) => !name || callFrame.functionName === name).map(({ id }) => id));
  return samples.reduce((us, id, i) => us + (ids.has(id) ? (timeDeltas[i] ?? 0) : 0), 0) / 1000;
}
