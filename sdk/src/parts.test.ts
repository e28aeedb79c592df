import { FrameDecoder } from "@lightwell/wire/text/codec.ts";
import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import fc from "fast-check";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readAddress, socketUrl } from "./address.ts";
import { backOffMs } from "./back-off.ts";
import { insideOf, withBorder } from "./border.ts";
import { Emitter } from "./emitter.ts";
import { FrameEncoder } from "./frame-encoder.ts";
import { rowsOf } from "./hub.fixture.ts";
import { Latest } from "./latest.ts";
import { PaceMeter } from "./pace-meter.ts";

describe("the newest value", () => {
  test("replaces the one before, and says so", async () => {
    const latest = new Latest<number>();
    expect([latest.put(1), latest.put(2), latest.put(3)]).toEqual([false, true, true]);
    expect(await latest.take()).toEqual({ value: 3, done: false });
  });

  test("goes to those who wait, without being held", async () => {
    const latest = new Latest<number>();
    const taken = latest.take();
    expect(latest.put(1)).toBe(false);
    expect(latest.put(2)).toBe(false);
    expect(await taken).toEqual({ value: 1, done: false });
    expect(await latest.take()).toEqual({ value: 2, done: false });
  });

  test("ends for those who wait and for those who come later; an error is told to both", async () => {
    const latest = new Latest<number>();
    const waiting = latest.take();
    latest.end();
    expect([await waiting, await latest.take()]).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    const broken = new Latest<number>();
    broken.end(new Error("gone"));
    await expect(broken.take()).rejects.toThrow("gone");
  });

  test("is for one consumer", async () => {
    const latest = new Latest<number>();
    const first = latest.take();
    await expect(latest.take()).rejects.toThrow(TypeError);
    latest.put(1);
    expect((await first).value).toBe(1);
  });
});

test("waits between attempts double up to ten seconds, half of each by chance", () => {
  expect([1, 2, 3, 6, 100].map((failures) => backOffMs(failures, () => 1))).toEqual([300, 600, 1200, 9600, 10_000]);
  expect(backOffMs(1, () => 0)).toBe(150);
});

test("a listener's exception reaches neither the others nor the connection", async () => {
  const events = new Emitter<{ news: number }>();
  const uncaught = new Promise((resolve) => process.once("uncaughtException", resolve));
  const vitests = process.listeners("uncaughtException").slice(0, -1);
  for (const listener of vitests) process.removeListener("uncaughtException", listener);
  const heard: number[] = [];
  const stopThrowing = events.on("news", () => {
    throw new Error("mine");
  });
  const stop = events.on("news", (value) => heard.push(value));
  expect(events.emit("news", 1)).toBe(true);
  stopThrowing();
  stop();
  events.emit("news", 2);
  expect(heard).toEqual([1]);
  expect(await uncaught).toMatchObject({ message: "mine" });
  for (const listener of vitests) process.on("uncaughtException", listener);
});

test("without listeners an event says that nobody heard it", () => {
  const events = new Emitter<{ news: number }>();
  events.on("news", () => undefined)();
  expect(events.emit("news", 1)).toBe(false);
});

describe("an address", () => {
  test.each([
    ["http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws/display?channel=a"],
    ["https://light.example/", "wss://light.example/ws/display?channel=a"],
    ["ws://127.0.0.1:8080/", "ws://127.0.0.1:8080/ws/display?channel=a"],
    ["http://host/behind/a/proxy?x=1#y", "ws://host/behind/a/proxy/ws/display?channel=a"],
  ])("%s serves WebSockets at %s", (url, socket) => {
    expect(socketUrl(readAddress(url, undefined), "ws/display", { channel: "a", token: undefined })).toBe(socket);
  });

  test.each(["127.0.0.1:8080", "localhost:8080", "", "ftp://host", "http://user:pass@host"])(
    "%s is refused with a remedy",
    (url) => {
      expect(() => readAddress(url, undefined)).toThrow(/connect\(url|write http:\/\/host:port/);
    },
  );
});

describe("the pace", () => {
  test("is the mean of the last frames, and the time between the last two", () => {
    const meter = new PaceMeter();
    expect(meter.tick(0)).toEqual({ fps: undefined, frameMs: undefined });
    for (let k = 1; k < 100; k++) meter.tick(k * 40);
    const { fps, frameMs } = meter.tick(100 * 40);
    expect([fps, frameMs]).toEqual([25, 40]);
  });

  test("forgets what was before a pause", () => {
    const meter = new PaceMeter();
    meter.tick(0);
    meter.tick(40);
    expect(meter.tick(10_000)).toEqual({ fps: undefined, frameMs: undefined });
  });
});

describe("a border", () => {
  const pace = { fps: 29.97, frameMs: 33.4 };

  test("has the name on the left and the pace on the right", () => {
    const inside = createGrid(36, 2);
    inside.glyph.fill(0x78);
    inside.fg.fill(0xff0000);
    const grid = withBorder(inside, "clock", pace);
    expect(rowsOf(grid)).toEqual([
      "┌─ clock ─────── 30.0 fps · 33.4 ms ─┐".padEnd(38),
      `│${"x".repeat(36)}│`,
      `│${"x".repeat(36)}│`,
      `└${"─".repeat(36)}┘`,
    ]);
    expect([grid.fg[38], grid.fg[39]]).toEqual([0x808080, 0xff0000]);
  });

  test("leaves out what does not fit, at any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 3, max: 5 }), fc.string(), (cols, rows, name) => {
        const title = name.replace(/[^a-z]/g, "");
        const { cols: width, rows: height } = insideOf({ cols, rows });
        const drawn = rowsOf(withBorder(createGrid(width, height), title, pace));
        expect(drawn[0]).toMatch(/^┌─?( [a-z]+ )?─*( 30\.0 fps · 33\.4 ms )?─+┐$/);
        expect(drawn.at(-1)).toBe(`└${"─".repeat(width)}┘`);
        for (const row of drawn) expect(row).toHaveLength(cols);
      }),
    );
  });

  test("needs three cells each way", () => {
    expect(() => insideOf({ cols: 2, rows: 9 })).toThrow(RangeError);
  });
});

test("what the encoder sends is what a decoder shows, frame after frame and from any restart", async () => {
  const cell = fc.record({ at: fc.nat(199), glyph: fc.nat(0x10fffe), fg: fc.nat(0xffffff), attr: fc.nat(7) });
  const step = fc.record({ cells: fc.array(cell, { maxLength: 200 }), restart: fc.boolean(), wide: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const encoder = new FrameEncoder();
      const decoder = new FrameDecoder((bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength }));
      for (const { cells, restart, wide } of steps) {
        const grid: TextGrid = wide ? createGrid(40, 5) : createGrid(20, 10);
        for (const { at, glyph, fg, attr } of cells) {
          grid.glyph[at] = glyph;
          grid.fg[at] = fg;
          grid.attr[at] = attr;
        }
        if (restart) encoder.restart();
        expect(decoder.decode(await encoder.encode(grid)).grid).toEqual(grid);
      }
    }),
    { numRuns: 60 },
  );
});
