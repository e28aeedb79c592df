import { constants, deflateRawSync } from "node:zlib";
import access from "#access/module.ts";
import { createToken } from "#access/tokens.ts";
import { systemClock } from "#core/clock.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { gridToAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { EncodedFrame, encodeClear } from "@lightwell/wire/text/codec.ts";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import type { SceneState } from "@lightwell/wire/text/scene.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { DisplayClient } from "./client.fixture.ts";
import { colourful, numbered, numberOf, sameGrid, text } from "./grids.fixture.ts";
import display from "./module.ts";

const deflate = (bytes: Uint8Array) => deflateRawSync(bytes, { level: 1, strategy: constants.Z_HUFFMAN_ONLY });

const state = (preset: string): SceneState => ({
  stages: { noise: { enabled: true, params: { amount: 0.5, mode: "soft" }, selected: false } },
  preset,
  presets: ["calm", "wild"],
  selected_stage: null,
});

async function open(settings: Record<string, unknown> = {}) {
  const hub = await bootHub([store, access, http, display], { "display.listen": false, ...settings });
  const url = `${hub.publicUrl}/ws/display`;
  const bearer = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const produce = async (channel = "made") => {
    const producer = await DisplayClient.connect(`${url}?role=producer&channel=${channel}`, bearer);
    await producer.message("welcome");
    return producer;
  };
  const watch = async (fields: Record<string, unknown> = {}) => {
    const viewer = await DisplayClient.connect(url);
    viewer.hello({ channel: "made", cols: 160, rows: 45, ...fields });
    await viewer.message("welcome");
    return viewer;
  };
  return { hub, url, produce, watch };
}

describe("a producer", () => {
  it("publishes lines, which arrive cell for cell", async () => {
    const { produce, watch } = await open();
    const producer = await produce();
    const grid = colourful(7);
    producer.say({ type: "frame", width: 160, height: 45, lines: gridToAnsiLines(grid, "24bit") });
    const viewer = await watch();
    expect(sameGrid(await viewer.grid(), grid)).toBe(false);
    expect(gridToAnsiLines(await viewer.grid(), "24bit")).toEqual(gridToAnsiLines(grid, "24bit"));
  });

  it("publishes keyframes and deltas of version 1, as binary or as base64", async () => {
    const { produce, watch } = await open();
    const producer = await produce();
    let before = new EncodedFrame(1, colourful(1), deflate);
    producer.say(before.key());
    const viewer = await watch();
    await viewer.grid();
    for (let number = 2; number <= 9; number++) {
      const frame = new EncodedFrame(number, colourful(number), deflate);
      const message = frame.deltaFrom(before);
      producer.say(number % 2 ? message : { type: "binary", data: Buffer.from(message).toString("base64") });
      before = frame;
      expect(sameGrid(await viewer.grid((grid) => numberOf(grid) === number), frame.grid)).toBe(true);
    }
    producer.say(encodeClear(10));
    expect(await viewer.grid((grid) => sameGrid(grid, createGrid(160, 45)))).toBeDefined();
    expect(producer.heard.filter(({ type }) => type === "error")).toEqual([]);
  });

  it("clears the screen, keeps the size, and may leave it out", async () => {
    const { produce, watch } = await open();
    const producer = await produce();
    producer.say({ type: "frame", width: 100, height: 30, lines: ["#1 "] });
    producer.say({ type: "frame", lines: ["#2 "] });
    const viewer = await watch({ cols: undefined, rows: undefined });
    await viewer.grid((grid) => numberOf(grid) === 2 && grid.cols === 100 && grid.rows === 30);
    producer.say({ type: "clear" });
    expect(await viewer.grid((grid) => sameGrid(grid, createGrid(100, 30)))).toBeDefined();
  });

  it("proves who it is by a first message just as well", async () => {
    const { url } = await open();
    const producer = await DisplayClient.connect(`${url}?role=producer`);
    producer.say({ type: "frame", lines: [] });
    expect(await producer.message("error")).toMatchObject({ code: "bad_message" });
    producer.say({ type: "hello", version: 1, role: "producer", channel: "made", token: ADMIN_TOKEN });
    expect(await producer.message("welcome")).toEqual({
      type: "welcome",
      version: 1,
      role: "producer",
      channel: "made",
      limits: { fps: 60, cells: 120_000, messageBytes: 4 * 1024 * 1024 },
    });
  });

  it.each([
    ["a wrong token", { channel: "made", token: "wrong" }, "forbidden"],
    ["no token", { channel: "made" }, "forbidden"],
    ["a bad channel", { channel: "No Name", token: ADMIN_TOKEN }, "unknown_channel"],
  ])("with %s is refused in words", async (_name, fields, code) => {
    const { url, hub } = await open();
    const producer = await DisplayClient.connect(`${url}?role=producer`);
    producer.say({ type: "hello", version: 1, role: "producer", ...fields });
    expect(await producer.message("refused")).toMatchObject({ code });
    expect((await producer.end()).code).toBe(1008);
    expect(hub.channels.list()).toEqual([]);
  });

  it("hears who watches, on whatever output", async () => {
    const { produce, watch } = await open();
    const producer = await produce();
    await producer.message("viewers", ({ count }) => count === 0);
    const viewer = await watch();
    const { client } = await producer.message("client_connected");
    expect(client).toMatchObject({ output: "display" });
    await producer.message("viewers", ({ count }) => count === 1);
    viewer.say({ type: "resize", width: 90, height: 30 });
    await viewer.message("resize");
    viewer.close();
    expect((await producer.message("client_disconnected"))["client"]).toEqual(client);
    await producer.message("viewers", ({ count }) => count === 0);
    expect(producer.heard.filter(({ type }) => type === "client_connected")).toHaveLength(1);
  });

  it("is asked for a keyframe when its delta has no base, and told of bytes that are no frame", async () => {
    const { produce } = await open();
    const producer = await produce();
    const [one, two] = [1, 2].map((number) => new EncodedFrame(number, numbered(number), deflate));
    if (one && two) producer.say(two.deltaFrom(one));
    await producer.message("keyframe_request");
    producer.say(new Uint8Array(50).fill(75));
    expect(await producer.message("error")).toMatchObject({ code: "bad_frame" });
    expect(producer.closed).toBeUndefined();
  });

  it("may not send more cells, bytes or frames than it was told", async () => {
    const { produce, watch } = await open({
      "display.producerCells": 2000,
      "display.producerFps": 5,
      "display.producerMessageBytes": 20_000,
    });
    const producer = await produce();
    producer.say({ type: "frame", width: 80, height: 26, lines: [] });
    expect(await producer.message("error")).toMatchObject({ code: "too_large" });
    const viewer = await watch({ cols: 80, rows: 24 });
    for (let number = 1; number <= 20; number++) producer.say({ type: "frame", lines: [`#${number} `] });
    await viewer.grid((grid) => numberOf(grid) === 20);
    expect(viewer.shown.length).toBeLessThan(10);
    producer.say("x".repeat(30_000));
    expect((await producer.end()).code).toBe(1009);
  });

  it("is told at most one error a second, and cut off for a flood", async () => {
    const { produce } = await open({ "display.producerFps": 5 });
    const producer = await produce();
    for (let i = 0; i < 30; i++) producer.say("nonsense");
    producer.say({ type: "ping", t: 1 });
    await producer.message("pong");
    expect(producer.heard.filter(({ type }) => type === "error")).toHaveLength(1);
    // Enough by themselves: a second may end between those above and these.
    for (let i = 0; i < 60; i++) producer.say("nonsense");
    expect(await producer.message("refused")).toMatchObject({ code: "too_many" });
  });

  it("survives any bytes and texts", async () => {
    const { produce, watch } = await open();
    const producer = await produce();
    const said = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string(),
      fc.json(),
      fc.record({ type: fc.constantFrom("frame", "clear", "state", "binary", "hello", "ping"), lines: fc.anything() }),
    );
    for (const message of fc.sample(said, 200)) producer.say(message);
    producer.say({ type: "frame", lines: ["#99 "], width: 160, height: 45 });
    const viewer = await watch();
    await viewer.grid((grid) => numberOf(grid) === 99);
    expect([producer.closed, viewer.closed]).toEqual([undefined, undefined]);
  });
});

describe("control", () => {
  it("reaches the producer from a viewer with a token, and its state reaches everybody", async () => {
    const { produce, watch } = await open();
    const producer = await produce();
    producer.say({ type: "state", state: state("calm") });
    const viewer = await watch({ token: ADMIN_TOKEN });
    expect((await viewer.message("welcome"))["control"]).toBe(true);
    expect((await viewer.message("state"))["state"]).toEqual(state("calm"));
    const other = await watch({ accept: ["json"] });
    const command = { action: "select_preset", preset: "wild", why: "fun" };
    viewer.say({ type: "command", command });
    expect((await producer.message("command"))["command"]).toEqual(command);
    producer.say({ type: "state", state: state("wild") });
    for (const one of [viewer, other])
      await one.message("state", (heard) => (heard["state"] as SceneState).preset === "wild");
    other.say({ type: "state_request" });
    await until("the state again", () => other.heard.filter(({ type }) => type === "state").length === 3);
  });

  it("is given to tokens that another process has just made, as is the right to publish", async () => {
    const { hub, url } = await open();
    const kept = hub.service("store");
    if (!kept) throw new Error("no store");
    const make = async (role: "producer" | "operator") =>
      (await createToken(kept, systemClock, { name: "by hand", role })).secret;
    const producer = await DisplayClient.connect(`${url}?role=producer&channel=made`);
    producer.say({ type: "hello", version: 1, role: "producer", token: await make("producer") });
    producer.say({ type: "state", state: state("calm") });
    await producer.message("welcome");
    const viewer = await DisplayClient.connect(url);
    viewer.hello({ channel: "made", cols: 160, rows: 45, token: await make("operator") });
    viewer.say({ type: "command", command: { action: "reset" } });
    expect(await producer.message("command")).toEqual({ type: "command", command: { action: "reset" } });
  });

  it("is refused to those who have no token, unless everyone may", async () => {
    const strict = await open();
    await strict.produce();
    const stranger = await strict.watch();
    stranger.say({ type: "command", command: { action: "reset" } });
    expect(await stranger.message("error")).toMatchObject({ code: "forbidden" });
    const open_ = await open({ "display.control": "everyone" });
    const producer = await open_.produce();
    const old = await DisplayClient.connect(open_.url);
    old.say({ type: "command", command: { action: "reset" } });
    expect(await producer.message("command")).toEqual({ type: "command", command: { action: "reset" } });
  });

  it("ends when the producer leaves, and begins anew with the next one", async () => {
    const { produce, watch, hub } = await open();
    const first = await produce();
    first.say({ type: "state", state: state("calm") });
    const viewer = await watch({ token: ADMIN_TOKEN });
    await viewer.message("state");
    first.close();
    await until("no control", () => hub.channels.get("made")?.control === undefined);
    viewer.say({ type: "command", command: { action: "reset" } });
    expect(await viewer.message("error")).toMatchObject({ code: "no_scene" });
    const second = await produce();
    second.say({ type: "state", state: state("wild") });
    await viewer.message("state", (heard) => (heard["state"] as SceneState).preset === "wild");
  });

  it("of a source in the hub is not taken over by a producer", async () => {
    const { hub, produce, watch } = await open();
    const channel = hub.channels.open("made");
    const refusal = 'there is no command "dance"';
    const control = {
      state: () => state("inner"),
      command: () => {
        throw new Error(refusal);
      },
      onState: () => () => undefined,
    };
    channel.control = control;
    channel.publisher("test").publish(text(numbered(1)));
    const producer = await produce();
    producer.say({ type: "state", state: state("outer") });
    const viewer = await watch({ token: ADMIN_TOKEN });
    expect(((await viewer.message("state"))["state"] as SceneState).preset).toBe("inner");
    viewer.say({ type: "command", command: { action: "dance" } });
    expect(await viewer.message("error")).toMatchObject({ code: "unknown_command", message: refusal });
    viewer.say({ type: "command", command: { action: "reset" } });
    await viewer.message("error", ({ code }) => code === "bad_param");
    producer.close();
    await until("the producer left", () => channel.publishers.size === 1);
    expect(channel.control).toBe(control);
  });
});
