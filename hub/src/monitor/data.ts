import type { Report } from "#contract/services.ts";

/** Every key of `/data`, as the original monitor's page reads them. */
const DATA_KEYS = [
  // playback
  "index",
  "displayed",
  "delta",
  "fps",
  "fifo_depth",
  "staleness_ms",
  "comp_slope",
  "latency_state",
  "successful_frame",
  "fifo_miss_count",
  "last_fifo_miss",
  // folders
  "main_folder",
  "float_folder",
  "rand_mult",
  "main_folder_count",
  "float_folder_count",
  "main_covered",
  "float_covered",
  "main_entropy",
  "float_entropy",
  "main_samples",
  "float_samples",
  // system
  "cpu_percent",
  "cpu_per_core",
  "mem_used",
  "mem_total",
  "script_uptime",
  "machine_uptime",
  "load_avg",
  "disk_root",
  "threads",
  "proc_count",
  "python_mem_mb",
  "hostname",
  "platform",
  // errors
  "failed_load_count",
  "failed_indices",
  "last_error",
  "last_http_crash",
  // size
  "ascii_width",
  "ascii_height",
] as const;

const absent: Readonly<Record<string, unknown>> = Object.fromEntries(DATA_KEYS.map((key) => [key, null]));

/** The body of `/data`: what the modules report; null for what no running module feeds. */
export function dataOf(report: Report): Record<string, unknown> {
  const lastError = report.lines({ level: "error", limit: 1 }).at(-1)?.message ?? null;
  return { ...absent, last_error: lastError, ...report.figures() };
}
