import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { defineModule, type ModuleDefinition } from "#contract/module.ts";
import type { Watcher } from "#core/channel.ts";
import type { Content, Frame } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { inspectPicture } from "#picture/inspect.ts";
import { validatePicture } from "#picture/validate.ts";
import { until } from "#testing/wait.ts";
import { z } from "zod";
import { loadConfig } from "../../config.ts";
import { startHub } from "../../hub.ts";
import { LogBook } from "../../log-book.ts";
import { layOut } from "./layout.ts";
import pattern from "./module.ts";
import { Painter } from "./painter.ts";
import { drawScenery } from "./scenery.ts";

/** A hub by hand-moved time, with sources that come before the pattern. */
async function start(flags: Record<string, unknown> = {}, before: readonly ModuleDefinition[] = []) {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-pattern-"));
  const clock = new ManualClock();
  const modules = [...before, pattern];
  const config = loadConfig(modules, {
    flags: { "hub.dataDir": dataDir, "pattern.width": 320, "pattern.height": 180, ...flags },
  });
  const hub = await startHub(modules, config, { clock, logBook: new LogBook("info", "silent") });
  onTestFinished(async () => {
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { clock, hub, channel: hub.channels.get("pattern") };
}

const sourceOf = (content: Content) =>
  defineModule({
    name: "other",
    summary: "Another source.",
    capability: { role: "source" },
    options: z.strictObject({}),
    start: ({ channels }) => {
      channels.open("other").publisher("test").publish(content);
      return { [Symbol.asyncDispose]: async () => {} };
    },
  });

const aPicture: Content = { kind: "image", format: "jpeg", bytes: new Uint8Array(1), width: 1, height: 1 };
const someText: Content = { kind: "text", grid: createGrid(4, 2) };

class Watching implements Watcher {
  readonly frames: Frame[] = [];
  offer(frame: Frame): void {
    this.frames.push(frame);
  }
  close(): void {}
}

describe("the test picture", () => {
  it("is a good JPEG of the configured size, with the moment at which it was painted", async () => {
    const { channel, clock } = await start();
    channel?.add(new Watching());
    const frame = await until("the first frame", () => channel?.live);
    if (frame.content.kind !== "image") throw new Error("no image");
    expect(inspectPicture(frame.content.bytes)).toMatchObject({ format: "jpeg", width: 320, height: 180 });
    await validatePicture(frame.content);
    expect(frame.capturedAt).toBe(clock.now());
  });

  it("rests while nobody watches, without being stalled, and comes at full rate while somebody does", async () => {
    const { channel, clock } = await start({ "pattern.fps": 20 });
    if (!channel) throw new Error("no channel");
    clock.advance(60_000);
    expect([channel.published, channel.health.state, channel.latest]).toEqual([0, "resting", undefined]);

    const viewer = new Watching();
    channel.add(viewer);
    await until("a frame at once", () => channel.published === 1);
    for (let i = 0; i < 5; i++) {
      clock.advance(50);
      await until("the next frame", () => channel.published === 2 + i);
    }
    channel.remove(viewer);
    clock.advance(60_000);
    expect([channel.published, channel.health.state, channel.latest]).toEqual([6, "resting", undefined]);
    const [first, second] = viewer.frames.slice(-2);
    expect((second?.capturedAt ?? 0) - (first?.capturedAt ?? 0)).toBe(50);
  });

  it("leaves no timer and publishes nothing after the hub has closed", async () => {
    const { channel, clock, hub } = await start();
    channel?.add(new Watching());
    await until("the first frame", () => channel?.published === 1);
    await hub.close();
    clock.advance(1000);
    expect(clock.pending).toBe(0);
    expect(channel?.published).toBe(1);
  });

  it.each([
    ["runs beside nothing else", "auto", [], true],
    ["leaves the hub to another source", "auto", [sourceOf(aPicture)], false],
    ["runs beside a source of text", "auto", [sourceOf(someText)], true],
    ["runs beside others when told to", true, [sourceOf(aPicture)], true],
    ["stays away when told to", false, [], false],
  ])("%s (enabled: %s)", async (_, enabled, before, runs) => {
    const { channel } = await start({ "pattern.enabled": enabled }, before);
    expect(channel !== undefined).toBe(runs);
  });

  it("refuses to share its channel, saying what to set", async () => {
    const start_ = start({ "pattern.channel": "other", "pattern.enabled": true }, [sourceOf(aPicture)]);
    await expect(start_).rejects.toThrow(/pattern: another source publishes into "other": set pattern.channel/);
  });
});

describe("the painter", () => {
  it.each([
    [320, 180],
    [160, 1080],
    [1920, 90],
  ])("gives the same pixels for the same moment, and others for another, at %i×%i", async (width, height) => {
    const layout = layOut(width, height);
    const painter = await Painter.create(layout, await drawScenery(layout, "test"));
    const again = await Painter.create(layout, await drawScenery(layout, "test"));
    const at = 1_700_000_000_000;
    const one = painter.paint(at, 1).data.slice();
    expect(painter.paint(at + 250, 1).data).not.toEqual(one);
    expect(painter.paint(at, 2).data).not.toEqual(one);
    again.paint(at + 999, 17);
    expect(again.paint(at, 1).data).toEqual(one);
  });
});
