import { freemem, hostname, loadavg, release, totalmem, type as osType, arch, uptime } from "node:os";
import { performance } from "node:perf_hooks";
import type { Log } from "#contract/log.ts";
import type { Metrics } from "#contract/metrics.ts";
import { defineModule } from "#contract/module.ts";
import type { Clock } from "#core/clock.ts";
import { descriptors } from "#transport/descriptor-budget.ts";
import { z } from "zod";
import { readCounts, type Counts } from "./counts.ts";
import { busyPercent, mean, readCores } from "./processors.ts";
import { formatUptime } from "./uptime.ts";

const CORES_EVERY_MS = 1000;
const COUNTS_EVERY_MS = 10_000;
const LINE_EVERY_MS = 60_000;

export default defineModule({
  name: "system",
  summary: "Figures of the machine and of the hub's own process.",
  capability: { role: "service", gives: "figures for the monitor" },
  options: z.strictObject({}),
  needs: ["report"],
  async start({ report, clock, metrics, log }) {
    let times = readCores();
    let perCore = times.map(() => 0);
    let counts = await readCounts();
    const stops = [
      clock.every(CORES_EVERY_MS, () => {
        const now = orLast(readCores, times);
        perCore = busyPercent(times, now);
        times = now;
      }),
      clock.every(CORES_EVERY_MS, sayWhenFull(clock, log)),
      clock.every(COUNTS_EVERY_MS, () => void readCounts().then((read) => (counts = read))),
    ];

    report.add(() => ({
      cpu_percent: mean(perCore),
      cpu_per_core: perCore,
      mem_used: totalmem() - freemem(),
      mem_total: totalmem(),
      script_uptime: formatUptime((clock.now() - report.startedAt) / 1000),
      machine_uptime: formatUptime(uptime()),
      load_avg: loadavg().map((load) => Math.round(load * 100) / 100),
      disk_root: counts.diskUsed,
      threads: counts.threads,
      proc_count: counts.processes,
      python_mem_mb: residentMb(),
      hostname: hostname(),
      platform: `${osType()} ${release()} ${arch()}`,
    }));
    addGauges(
      metrics,
      () => perCore,
      () => counts,
      () => (clock.now() - report.startedAt) / 1000,
    );

    return {
      [Symbol.asyncDispose]: () => {
        for (const stop of stops) stop();
        return Promise.resolve();
      },
    };
  },
});

/** Logs, at most once a minute, that connections were refused for want of file descriptors. */
function sayWhenFull(clock: Clock, log: Log): () => void {
  let told = descriptors.refused;
  let quietUntilMs = -Infinity;
  return () => {
    const refused = descriptors.refused - told;
    const now = clock.monotonic();
    if (refused === 0 || now < quietUntilMs) return;
    told = descriptors.refused;
    quietUntilMs = now + LINE_EVERY_MS;
    log.warn(
      { refused, limit: descriptors.limit },
      "connections were refused because the process has no file descriptors left for them: allow it more (ulimit -n, LimitNOFILE= of systemd)",
    );
  };
}

/** These figures are read from files, and in need there may be no file descriptor left for one. */
function orLast<T>(read: () => T, last: T): T {
  try {
    return read();
  } catch {
    return last;
  }
}

/** MB with one decimal; null when it cannot be told. */
function residentMb(): number | null {
  const bytes = orLast<number | null>(() => process.memoryUsage.rss(), null);
  return bytes === null ? null : Math.round((bytes / 1024 / 1024) * 10) / 10;
}

function addGauges(metrics: Metrics, cores: () => number[], counts: () => Counts, uptimeSeconds: () => number): void {
  metrics.gauge("cpu_busy_ratio", "How busy each core was in the last second.", ["core"], (gauge) => {
    for (const [core, percent] of cores().entries()) gauge.set(percent / 100, { core: String(core) });
  });
  metrics.gauge("memory_used_bytes", "Memory of the machine in use.", [], (gauge) => gauge.set(totalmem() - freemem()));
  metrics.gauge("memory_total_bytes", "Memory of the machine.", [], (gauge) => gauge.set(totalmem()));
  metrics.gauge("hub_uptime_seconds", "Since the hub started.", [], (gauge) => gauge.set(uptimeSeconds()));
  metrics.gauge("hub_cpu_seconds", "Processor time that the hub has used.", [], (gauge) => {
    const { user, system } = process.cpuUsage();
    gauge.set((user + system) / 1e6);
  });
  metrics.gauge("hub_memory_bytes", "Memory of the hub, by kind.", ["kind"], (gauge) => {
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    for (const [kind, bytes] of Object.entries({ rss, heapUsed, external, arrayBuffers })) gauge.set(bytes, { kind });
  });
  metrics.gauge("hub_open_files", "Files and sockets that the hub has open.", [], (gauge) => {
    const { descriptors } = counts();
    if (descriptors !== null) gauge.set(descriptors);
  });
  let seen = performance.eventLoopUtilization();
  metrics.gauge(
    "hub_event_loop_busy_ratio",
    "Share of time in which the hub was at work, since asked last.",
    [],
    (gauge) => {
      const now = performance.eventLoopUtilization();
      gauge.set(performance.eventLoopUtilization(now, seen).utilization);
      seen = now;
    },
  );
}
