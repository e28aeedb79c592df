import type { Snapshot } from "@lightwell/wire/api/monitor.ts";
import { expect, it } from "vitest";
import { SERIES_SECONDS, extend, pointOf } from "./series.ts";

const viewer = {
  name: "v",
  output: "live",
  channel: "a",
  remote: "::1",
  since: 0,
  fps: 10,
  delivered: 1,
  skipped: 0,
  behind: false,
};
const channel = {
  id: 1,
  name: "a",
  kind: "image",
  visibility: "public",
  health: "live",
  healthSince: 0,
  substitute: false,
  seq: 1,
  fps: 25,
  published: 1,
  publishedBytes: 1,
  viewers: 1,
  delivered: 1,
  skipped: 0,
  sources: [],
  renditions: [],
} as const;

const snapshot = (time: number, viewers: Snapshot["viewers"], rest: Partial<Snapshot> = {}): Snapshot => ({
  time,
  channels: [{ ...channel, sources: [], renditions: [] }],
  viewers,
  figures: {},
  ...rest,
});

it("counts traffic from what each viewer got since, whoever came or went", () => {
  const before = snapshot(1000, [
    { ...viewer, id: 1, bytes: 5000 },
    { ...viewer, id: 2, bytes: 9_000_000 },
  ]);
  const now = snapshot(3000, [
    { ...viewer, id: 1, bytes: 7000 },
    { ...viewer, id: 3, bytes: 400 },
  ]);
  expect(pointOf(now, before)).toMatchObject({ out: 1200, viewers: 2, fpsIn: 25, fpsOut: 20, time: 3 });
});

it("knows no rates in the first second", () => {
  expect(pointOf(snapshot(1000, []), undefined)).toMatchObject({ out: null, skipped: null, age: null });
});

it("takes the age of live channels only", () => {
  const viewers = [
    { ...viewer, id: 1, bytes: 0, ageMs: 80 },
    { ...viewer, id: 2, bytes: 0, ageMs: 90_000, channel: "gone" },
  ];
  expect(pointOf(snapshot(1000, viewers), undefined).age).toBe(80);
});

it("reads figures whether they are numbers or text, and leaves out what is not there", () => {
  const figures = { cpu_percent: "12.5", cpu_per_core: [10, "15"], python_mem_mb: 100, failed_load_count: null };
  expect(pointOf(snapshot(0, [], { figures }), undefined)).toMatchObject({
    cpu: 12.5,
    cores: [10, 15],
    memory: 104_857_600,
    errors: 0,
  });
  expect(pointOf(snapshot(0, []), undefined)).toMatchObject({ cpu: null, memory: null });
});

it("keeps two minutes, in order", () => {
  let series: ReturnType<typeof extend> = [];
  for (let second = 0; second < 300; second++) series = extend(series, pointOf(snapshot(second * 1000, []), undefined));
  expect(series).toHaveLength(SERIES_SECONDS);
  expect(series.at(-1)?.time).toBe(299);
  expect(extend(series, pointOf(snapshot(299_000, []), undefined))).toHaveLength(SERIES_SECONDS);
});
