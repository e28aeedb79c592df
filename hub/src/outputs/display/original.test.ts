import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { DisplayClient } from "./client.fixture.ts";
import display from "./module.ts";

const bearer = { Authorization: `Bearer ${ADMIN_TOKEN}` };

/** A display engine and a viewer as the original had them: the viewer says no hello. */
async function open(control: "token" | "everyone" = "everyone") {
  const settings = { "display.listen": false, "display.control": control, "display.channel": "made" };
  const hub = await bootHub([store, access, http, display], settings);
  const url = `${hub.publicUrl}/ws/display`;
  const produce = async () => {
    const producer = await DisplayClient.connect(`${url}?role=producer&channel=made`, bearer);
    await producer.message("welcome");
    return producer;
  };
  const engine = await produce();
  engine.say({ type: "frame", width: 80, height: 24, lines: ["hello"] });
  const view = async () => {
    const viewer = await DisplayClient.connect(url);
    await viewer.message("frame");
    return viewer;
  };
  const sizes = (producer = engine) =>
    producer.heard.filter(({ type }) => type === "dimensions").map(({ width, height }) => [width, height]);
  return { engine, produce, view, sizes };
}

describe("a viewer of the original", () => {
  it.each([
    [{ stage: "noise", enabled: false }],
    [{ type: "set", action: 7, deep: { list: [1, null, "ü"] } }],
    [{}],
    [{ action: "select_preset", preset: "wild" }],
  ])("sends the engine the command %j, which arrives as it is", async (command) => {
    const { engine, view } = await open();
    const viewer = await view();
    viewer.say({ type: "command", command });
    expect(await engine.message("command")).toEqual({ type: "command", command });
    expect(viewer.heard.filter(({ type }) => type === "error")).toEqual([]);
  });

  it.each([["word"], [["list"]], [null], [7]])("is told that the command %j is none", async (command) => {
    const { engine, view } = await open();
    const viewer = await view();
    viewer.say({ type: "command", command });
    expect(await viewer.message("error")).toMatchObject({ code: "bad_message" });
    expect(engine.heard.some(({ type }) => type === "command")).toBe(false);
  });

  it("without the right to control is refused, whatever the command is", async () => {
    const { engine, view } = await open("token");
    const viewer = await view();
    viewer.say({ type: "command", command: { stage: "noise" } });
    expect(await viewer.message("error")).toMatchObject({ code: "forbidden" });
    expect(engine.heard.some(({ type }) => type === "command")).toBe(false);
  });

  it("gets any JSON object that the engine has for a state, as it was", async () => {
    const { engine, view } = await open();
    const viewer = await view();
    for (const state of [{}, { mood: "calm", levels: [1, 2.5, null], on: { air: true } }, { stages: 3, preset: [] }]) {
      engine.say({ type: "state", state });
      await until(
        "the state",
        () =>
          JSON.stringify(viewer.heard.findLast(({ type }) => type === "state")?.["state"]) === JSON.stringify(state),
      );
    }
    const late = await view();
    expect(await late.message("state")).toEqual({ type: "state", state: { stages: 3, preset: [] } });
    late.say({ type: "state_request" });
    await until("an answer", () => late.heard.filter(({ type }) => type === "state").length === 2);
    expect(engine.heard.filter(({ type }) => type === "error")).toEqual([]);
  });

  it("has the engine told of every size that it asks for, 80 × 24 where it says none", async () => {
    const { engine, view, sizes, produce } = await open();
    const viewer = await view();
    viewer.say({ type: "resize", width: 100, height: 30 });
    viewer.say({ type: "resize" });
    viewer.say({ type: "resize", height: 40 });
    viewer.say({ type: "resize", width: 100.4, height: 1e9 });
    await until("all", () => sizes().length === 4);
    expect(sizes()).toEqual([
      [100, 30],
      [80, 24],
      [80, 40],
      [100, 500],
    ]);
    viewer.close();
    const next = await produce();
    await next.message("dimensions");
    expect(sizes(next)).toEqual([[100, 500]]);
    engine.close();
  });

  it("may ask before the engine is there", async () => {
    const hub = await bootHub([store, access, http, display], { "display.listen": false });
    const viewer = await DisplayClient.connect(`${hub.publicUrl}/ws/display`);
    viewer.say({ type: "resize", width: 120, height: 33 });
    viewer.say({ type: "ping", t: 1 });
    await viewer.message("pong");
    const producer = await DisplayClient.connect(`${hub.publicUrl}/ws/display?role=producer&channel=later`, bearer);
    expect(await producer.message("dimensions")).toEqual({ type: "dimensions", width: 120, height: 33 });
  });

  it("that drags its window without end does not flood the engine, which hears the last size", async () => {
    const { view, sizes } = await open();
    const viewer = await view();
    for (let width = 1; width <= 200; width++) viewer.say({ type: "resize", width: 20 + width, height: 20 });
    await until("the last", () => sizes().at(-1)?.[0] === 220);
    expect(sizes().length).toBeLessThan(100);
  });
});
