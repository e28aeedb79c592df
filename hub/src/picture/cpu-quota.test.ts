import { describe, expect, it } from "vitest";
import { ManualClock } from "#core/manual-clock.ts";
import { cpuQuota, QuotaPace } from "./cpu-quota.ts";

describe("the quota of a control group", () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ["version 2", { "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "25000 100000\n" }, 0.25],
    ["version 2 of a container", { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n" }, 1.5],
    ["none", { "/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/cpu.max": "max 100000\n" }, undefined],
    [
      "version 1",
      {
        "/proc/self/cgroup": "5:memory:/x\n3:cpu,cpuacct:/a\n0::/\n",
        "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
      },
      0.5,
    ],
    [
      "version 1 without one",
      {
        "/proc/self/cgroup": "3:cpu:/a\n",
        "/sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
      },
      undefined,
    ],
    ["no control groups", {}, undefined],
  ])("is read: %s", (_name, files, cores) => {
    expect(cpuQuota((path) => files[path])).toBe(cores);
  });
});

describe("the pace under a quota", () => {
  function open(cores: number) {
    const clock = new ManualClock();
    let cpuMs = 0;
    const pace = new QuotaPace(cores, clock, () => cpuMs);
    return { clock, pace, use: (ms: number) => (cpuMs += ms) };
  }

  it("leaves some of the processor time to everything else", () => {
    const { clock, pace, use } = open(0.25);
    let worked = 0;
    while (clock.monotonic() < 10_000) {
      use(5);
      worked += 5;
      clock.advance(5);
      clock.advance(pace.restMs());
    }
    expect(worked / clock.monotonic()).toBeCloseTo(0.2125, 2);
  });

  it("asks for no rest while there is enough, and never for more than half a second", () => {
    const { clock, pace, use } = open(1);
    clock.advance(100);
    use(60);
    expect(pace.restMs()).toBe(0);
    use(100_000);
    expect(pace.restMs()).toBe(500);
  });
});
