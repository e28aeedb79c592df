import { cpus, hostname, totalmem } from "node:os";
import { bootHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import { expect, test } from "vitest";
import system from "./module.ts";
import { busyPercent, mean } from "./processors.ts";
import { formatUptime } from "./uptime.ts";

test.each([
  [0, "0d 00:00:00"],
  [59.9, "0d 00:00:59"],
  [3661, "0d 01:01:01"],
  [86_399, "0d 23:59:59"],
  [86_400 * 12 + 5, "12d 00:00:05"],
  [-3, "0d 00:00:00"],
])("%d s are written %s", (seconds, text) => {
  expect(formatUptime(seconds)).toBe(text);
});

test("a core's load is its busy share between two readings", () => {
  const before = [
    { busy: 100, total: 1000 },
    { busy: 0, total: 0 },
  ];
  const after = [
    { busy: 350, total: 2000 },
    { busy: 500, total: 500 },
    { busy: 1, total: 3 },
  ];
  expect(busyPercent(before, after)).toEqual([25, 100, 33.3]);
  expect(busyPercent(after, after)).toEqual([0, 0, 0]);
  expect(mean([25, 100, 33.3])).toBe(52.8);
  expect(mean([])).toBe(0);
});

test("the figures are those of this machine", async () => {
  const hub = await bootHub([system]);
  const figures = () => hub.service("report")?.figures() ?? {};
  expect(figures()).toMatchObject({ hostname: hostname(), mem_total: totalmem() });
  expect(figures()["cpu_per_core"]).toHaveLength(cpus().length);
  expect(figures()["script_uptime"]).toMatch(/^0d 00:00:\d\d$/);
  expect(figures()["machine_uptime"]).toMatch(/^\d+d \d\d:\d\d:\d\d$/);
  expect(figures()["load_avg"]).toHaveLength(3);
  for (const key of ["mem_used", "disk_root", "threads", "proc_count", "python_mem_mb"])
    expect(figures()[key], `the figure ${key}`).toBeGreaterThan(0);
  const rssMb = process.memoryUsage.rss() / 1024 / 1024;
  expect(Math.abs(Number(figures()["python_mem_mb"]) - rssMb)).toBeLessThan(rssMb / 2);
});

test("a core that works is seen to work", async () => {
  const hub = await bootHub([system]);
  const busiest = () => {
    // Something to see.
    for (let i = 0, end = performance.now() + 50; performance.now() < end;) i++;
    return Math.max(...(hub.service("report")?.figures()["cpu_per_core"] as number[]));
  };
  expect(await until("load on a core", () => busiest() > 20)).toBe(true);
});

test("Prometheus gets the machine and the process", async () => {
  const hub = await bootHub([system]);
  const text = (await hub.service("report")?.prometheus()) ?? "";
  expect(text).toMatch(/^lightwell_system_cpu_busy_ratio\{core="0"\} [\d.]+$/m);
  expect(text).toMatch(/^lightwell_system_hub_memory_bytes\{kind="rss"\} \d{7,}$/m);
  for (const name of ["memory_total_bytes", "hub_uptime_seconds", "hub_cpu_seconds", "hub_open_files"])
    expect(text).toMatch(new RegExp(`^lightwell_system_${name} [\\d.e+]+$`, "m"));
});
