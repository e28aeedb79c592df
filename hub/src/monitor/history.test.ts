import { ManualClock } from "#core/manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import { Viewer } from "#core/viewer.ts";
import { HISTORY_SECONDS } from "@lightwell/wire/api/history.ts";
import { expect, test } from "vitest";
import { History } from "./history.ts";
import { Ring } from "./ring.ts";

function setUp(figures: () => Record<string, unknown> = () => ({})) {
  const clock = new ManualClock();
  const channels = plainChannels(clock);
  const history = new History({ channels, clock, figures, cores: 2 });
  let people = 0;
  const publisher = (name: string) => {
    const held = channels.open(name).publisher("test");
    return () => held.publish({ kind: "image", format: "jpeg", bytes: new Uint8Array(1000), width: 8, height: 8 });
  };
  const watch = (name: string, who = `v${++people}`) => {
    const viewer = new Viewer(
      channels.open(name),
      clock,
      { output: "test", name: who, remote: "::1" },
      {
        send() {
          viewer.bytes += 1000;
          return true;
        },
        close() {},
      },
    );
    channels.open(name).add(viewer);
    return viewer;
  };
  const seconds = (count: number, each: () => void = () => {}) => {
    for (let i = 0; i < count; i++) {
      each();
      clock.advance(1000);
      history.sample();
    }
  };
  return { clock, channels, history, publisher, watch, seconds };
}

test("a ring keeps the last rows in order, null included, and never grows", () => {
  const ring = new Ring(3, 2);
  expect(ring.last((time) => time)).toBeUndefined();
  expect(ring.map((time) => time)).toEqual([]);
  const size = ring.byteLength;
  for (let row = 1; row <= 5; row++) ring.push(row, [row * 10, row === 4 ? null : 1]);
  expect(ring.map((time, figures) => [time, ...figures])).toEqual([
    [3, 30, 1],
    [4, 40, null],
    [5, 50, 1],
  ]);
  expect(ring.last((time, figures) => [time, ...figures])).toEqual([5, 50, 1]);
  ring.push(6, [1, 2, 3, 4]);
  ring.push(7, []);
  expect(ring.map((_, figures) => figures)).toEqual([
    [50, 1],
    [1, 2],
    [null, null],
  ]);
  expect([ring.byteLength, size]).toEqual([48, 48]);
});

test("who watches several channels by one connection is one", () => {
  const { history, watch, seconds } = setUp();
  for (const name of ["cam", "door", "film"]) watch(name, "a wall");
  watch("cam", "a player");
  seconds(1);
  expect(history.latest()).toMatchObject({ viewers: 2 });
});

test("rates are of what happened since the second before, also when a viewer has left", () => {
  const { history, publisher, watch, seconds } = setUp();
  const publish = publisher("cam");
  const [stays, leaves] = [watch("cam"), watch("cam")];
  seconds(1, () => {
    publish();
    publish();
  });
  expect(history.latest()).toMatchObject({ viewers: 2, framesOut: 4, bytesOut: 4000, skipped: 0 });
  seconds(1, () => {
    publish();
    leaves.detach();
  });
  expect(history.latest()).toMatchObject({ viewers: 1, framesOut: 2, bytesOut: 2000 });
  stays.detach();
  seconds(1);
  expect(history.latest()).toMatchObject({ viewers: 0, framesOut: 0, bytesOut: 0, age: null });
});

test("a span that was longer than a second counts as long as it was", () => {
  const { clock, history, publisher, watch } = setUp();
  const publish = publisher("cam");
  watch("cam");
  for (let frame = 0; frame < 8; frame++) publish();
  clock.advance(4000);
  history.sample();
  history.sample();
  expect(history.hub()).toMatchObject([{ framesOut: 2, bytesOut: 2000 }]);
});

test("a channel remembers from when it came, and is forgotten when it goes", () => {
  const { channels, history, publisher, watch, seconds } = setUp();
  seconds(2);
  const publish = publisher("late");
  watch("late");
  seconds(3, publish);
  const late = channels.open("late");
  expect(history.ofChannel(late)).toMatchObject([
    { viewers: 1, bytesOut: 1000 },
    { viewers: 1, bytesOut: 1000 },
    { viewers: 1, bytesOut: 1000 },
  ]);
  expect(Object.keys(history.latestOfChannels())).toEqual(["late"]);
  const size = history.byteLength;
  channels.remove("late");
  expect(history.ofChannel(late)).toEqual([]);
  expect(history.latestOfChannels()).toEqual({});
  expect(size - history.byteLength).toBe(HISTORY_SECONDS * 20);
});

test("five minutes are kept, at the memory that the description says", () => {
  const { clock, history, seconds } = setUp();
  seconds(HISTORY_SECONDS + 20);
  const times = history.hub().map(({ time }) => time);
  expect(times).toHaveLength(HISTORY_SECONDS);
  expect(times.at(-1)).toBe(clock.now());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(history.byteLength).toBe(HISTORY_SECONDS * (8 + 4 * (9 + 2)));
});

test("figures that nothing reports are null, and what is no number is not taken for one", () => {
  let figures: Record<string, unknown> = {};
  const { history, seconds } = setUp(() => figures);
  seconds(1);
  expect(history.latest()).toMatchObject({ cpu: null, memory: null, cores: [null, null], errors: 0 });
  figures = {
    cpu_percent: 12.34,
    cpu_per_core: [20, "x", 30],
    python_mem_mb: 100,
    failed_load_count: "many",
  };
  seconds(1);
  expect(history.latest()).toMatchObject({ cpu: 12.3, memory: 104_857_600, cores: [20, null], errors: 0 });
});

test("the age is that of live channels: those who look at a still picture are not behind", () => {
  const { clock, history, publisher, watch, seconds } = setUp();
  const publish = publisher("cam");
  const viewer = watch("cam");
  publish();
  viewer.reportAge(80);
  seconds(1);
  expect(history.latest()?.age).toBe(80);
  clock.advance(20_000);
  seconds(1);
  expect(history.latest()?.age).toBeNull();
});
