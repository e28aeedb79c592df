import { asSceneState, sceneState, type SceneState } from "@lightwell/wire/text/scene.ts";
import { describeSource } from "#contract/conformance/source.ts";
import type { Frame } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import store from "../../store/module.ts";
import textScene from "./module.ts";
import { renderScene } from "./render-scene.ts";
import { sceneOf } from "./scene.ts";
import { EVENING, busyHub } from "./scene-data.fixture.ts";
import { ScenePlayer } from "./scene-player.ts";

describeSource("text-scene", {
  channel: "scene",
  start: () => bootHub([store, textScene]),
});

function play(now: number, fps = 15) {
  const clock = new ManualClock(now);
  const channels = plainChannels(clock);
  const channel = channels.open("scene");
  const player = new ScenePlayer(channel, { label: "test", fps, scene: sceneOf("aurora") }, (scene, time) =>
    renderScene(scene, { ...time, seed: 1, cols: 40, rows: 12, data: busyHub }),
  );
  const frames: Frame[] = [];
  const watcher = { offer: (frame: Frame) => void frames.push(frame), close: () => undefined };
  return { clock, channels, channel, player, frames, watcher };
}

const gridOf = (frame: Frame | undefined) => (frame?.content.kind === "text" ? frame.content.grid : undefined);

describe("a player of a scene", () => {
  it("shows a frame at once, then one a second while nobody watches", () => {
    const { clock, channel } = play(EVENING);
    expect(channel.published).toBe(1);
    clock.advance(10_000);
    expect(channel.published).toBe(11);
  });

  it("shows its full rate while somebody watches", () => {
    const { clock, channel, watcher, frames } = play(EVENING + 3);
    clock.advance(400);
    channel.add(watcher);
    clock.advance(10_000);
    expect(frames.length).toBeGreaterThanOrEqual(150);
    expect(frames.length).toBeLessThanOrEqual(152);
    channel.remove(watcher);
    const before = channel.published;
    clock.advance(10_000);
    expect(channel.published - before).toBe(10);
  });

  it("shows what another with the same time shows, whenever they began", () => {
    const early = play(EVENING);
    const late = play(EVENING + 4_321);
    early.channel.add(early.watcher);
    early.clock.advance(4_321);
    late.channel.add(late.watcher);
    early.clock.advance(1000);
    late.clock.advance(1000);
    expect(gridOf(early.frames.at(-1))).toEqual(gridOf(late.frames.at(-1)));
    expect(early.frames.length).toBeGreaterThan(late.frames.length);
  });

  it("tells every listener of a change, and shows it", () => {
    const { clock, channel, player, watcher, frames } = play(EVENING);
    channel.add(watcher);
    const [one, other]: [SceneState[], SceneState[]] = [[], []];
    player.onState((state) => one.push(state));
    const cancel = player.onState((state) => other.push(state));
    const before = gridOf(frames.at(-1));
    channel.control?.command({ action: "select_preset", preset: "paper" });
    expect(one.map(({ preset }) => preset)).toEqual(["paper"]);
    expect(other).toEqual(one);
    expect(channel.control?.state()).toEqual(one[0]);
    clock.advance(70);
    expect(gridOf(frames.at(-1))?.bg).not.toEqual(before?.bg);
    cancel();
    channel.control?.command({ action: "next_preset" });
    expect([one.length, other.length]).toEqual([2, 1]);
  });

  it("tells nobody of a command that it refuses, and stays as it was", () => {
    const { channel, player } = play(EVENING);
    const heard: SceneState[] = [];
    player.onState((state) => heard.push(state));
    const before = player.state();
    expect(() => channel.control?.command({ action: "select_preset", preset: "x" })).toThrow(/there are: aurora/);
    expect(heard).toEqual([]);
    expect(player.state()).toEqual(before);
  });

  it("leaves no timer and no control behind when it stops, nor when its channel is removed", () => {
    const stopped = play(EVENING);
    stopped.player.stop();
    expect([stopped.clock.pending, stopped.channel.control, stopped.channel.publishers.size]).toEqual([
      0,
      undefined,
      0,
    ]);
    const removed = play(EVENING);
    removed.channels.remove("scene");
    removed.clock.advance(5000);
    expect(removed.clock.pending).toBe(0);
  });
});

describe("the module text-scene", () => {
  it("opens the channel of its options with a scene of its size and look, which can be steered", async () => {
    const hub = await bootHub([store, textScene], {
      "text-scene.channel": "news",
      "text-scene.cols": 60,
      "text-scene.rows": 20,
      "text-scene.preset": "newsroom",
      "text-scene.title": "Ta\u001bda",
    });
    const channel = hub.channels.get("news");
    expect(gridOf(channel?.latest)).toMatchObject({ cols: 60, rows: 20 });
    expect([...(channel?.publishers ?? [])].map(({ label }) => label)).toEqual(["text-scene built-in lines"]);
    const state = sceneState.parse(channel?.control?.state());
    expect([state.preset, state.stages["headlines"]?.enabled]).toEqual(["newsroom", true]);
    channel?.control?.command({ action: "next_preset" });
    expect(channel?.control?.state()?.preset).not.toBe("newsroom");
  });

  it("opens nothing when it is not enabled", async () => {
    const hub = await bootHub([store, textScene], { "text-scene.enabled": false });
    expect(hub.channels.list()).toEqual([]);
  });

  it("names the presets when the configured one is not there", async () => {
    await expect(bootHub([store, textScene], { "text-scene.preset": "x" })).rejects.toThrow(
      /text-scene\.preset: .*aurora/,
    );
  });
});

describe("a scene that viewers have set", () => {
  function house() {
    const dataDir = mkdtempSync(join(tmpdir(), "lightwell-scene-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    return (settings: Readonly<Record<string, unknown>> = {}) => bootHub([store, textScene], settings, { dataDir });
  }
  const controlOf = (hub: TestHub) => {
    const control = hub.channels.get("scene")?.control;
    if (!control) throw new Error("there is no scene");
    return control;
  };
  const steered = [
    { action: "select_preset", preset: "ember" },
    { action: "toggle_stage", stage: "rain" },
    { action: "set_param", stage: "ticker", param: "speed", value: 20 },
    { action: "select_stage", stage: "ticker" },
  ];

  it("is the same after a restart", async () => {
    const boot = house();
    const before = await boot();
    for (const command of steered) controlOf(before).command(command);
    const state = controlOf(before).state();
    await before.close();
    expect(controlOf(await boot()).state()).toEqual(state);
  });

  it("is saved while the hub runs, for one that is killed", async () => {
    const hub = await house()();
    for (const one of steered) controlOf(hub).command(one);
    const scenes = hub.service("store")?.collection("text-scene");
    await until("it is saved", () => scenes?.get("scene"));
    expect(await scenes?.get("scene")).toMatchObject({ preset: "ember", selected: "ticker" });
  });

  it("gives way to a preset that the configuration names anew", async () => {
    const boot = house();
    const before = await boot();
    for (const command of steered) controlOf(before).command(command);
    await before.close();
    expect(controlOf(await boot({ "text-scene.preset": "paper" })).state()?.preset).toBe("paper");
  });

  it.each<[string, unknown]>([
    ["nonsense", 7],
    ["a preset that is no more", { configured: "aurora", preset: "gone", stages: {} }],
    [
      "stages and values that are no more",
      {
        configured: "aurora",
        preset: "aurora",
        selected: "gone",
        stages: { gone: { enabled: true, params: {} }, ticker: { enabled: false, params: { speed: 1e9, gone: 1 } } },
      },
    ],
  ])("is recalled as far as it is known: %s", async (_, document) => {
    const boot = house();
    const before = await boot({ "text-scene.enabled": false });
    await before.service("store")?.collection("text-scene").put("scene", document);
    await before.close();
    const state = asSceneState(controlOf(await boot()).state() ?? {});
    expect([state?.preset, state?.selected_stage]).toEqual(["aurora", null]);
    expect(state?.stages["ticker"]?.params["speed"]).toBe(sceneOf("aurora").stages.get("ticker")?.params["speed"]);
  });
});
