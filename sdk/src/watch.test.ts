import { createGrid } from "@lightwell/wire/text/grid.ts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { noisyPicture, plainPicture } from "../../hub/src/picture/testing.ts";
import { until } from "../../hub/src/testing/wait.ts";
import { connectTo, rowsOf, startHub } from "./hub.fixture.ts";
import { asSceneState, connect, type HubRefusal } from "./index.ts";

/** A hub with a channel `a` of 40 × 10 cells that shows a number. */
async function start(settings: Readonly<Record<string, unknown>> = {}) {
  const hub = await startHub(settings);
  const publisher = hub.channels.open("a").publisher("test");
  const publish = (number: number) => {
    const grid = createGrid(40, 10);
    for (const [k, digit] of [...String(number)].entries()) grid.glyph[k] = digit.charCodeAt(0);
    publisher.publish({ kind: "text", grid });
  };
  publish(0);
  return { hub, publish, client: connectTo(hub) };
}

const numberIn = (grid: Parameters<typeof rowsOf>[0]) => Number(rowsOf(grid)[0]);

describe("watching text", () => {
  test("gives the frame of now at once, then each as it comes", async () => {
    const { client, publish } = await start();
    const seen: number[] = [];
    for await (const { grid, skipped } of client.watch("a")) {
      expect([grid.cols, grid.rows, skipped]).toEqual([40, 10, 0]);
      seen.push(numberIn(grid));
      if (seen.length === 5) break;
      publish(seen.length);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test("gives the size that was asked for, and another when asked", async () => {
    const { client } = await start();
    const watch = client.watch("a", { cols: 60, rows: 12 });
    const first = await watch.next();
    expect([first.value?.grid.cols, first.value?.grid.rows]).toEqual([60, 12]);
    watch.resize(100, 30);
    await until("the new size", async () => (await watch.next()).value?.grid.cols === 100);
    watch.close();
  });

  test("pauses at no cost to the hub, and goes on with the newest frame", async () => {
    const { hub, client, publish } = await start();
    const watch = client.watch("a");
    await watch.next();
    watch.pause();
    await until("nobody watches", () => !hub.channels.get("a")?.watched);
    for (let number = 1; number <= 9; number++) publish(number);
    watch.resume();
    const { value } = await watch.next();
    expect([value && numberIn(value.grid), value?.skipped]).toEqual([9, 0]);
    watch.close();
  });

  test("draws a picture with other glyphs when asked", async () => {
    const { hub, client } = await start();
    hub.channels
      .open("cam")
      .publisher("test")
      .publish(await noisyPicture(160, 90));
    const watch = client.watch("cam", { cols: 40, rows: 12, glyphs: "ramp", depth: "mono" });
    const letters = (grid?: { readonly glyph: Uint32Array }) => grid?.glyph.every((glyph) => glyph < 0x7f) ?? false;
    expect(letters((await watch.next()).value?.grid)).toBe(true);
    watch.look({ glyphs: "half" });
    await until("half blocks", async () => !letters((await watch.next()).value?.grid));
    watch.close();
  });

  test("skips for a slow loop: it gets the newest frame and the number of those left out", async () => {
    const { hub, client, publish } = await start();
    const watch = client.watch("a");
    await watch.next();
    const delivered = () => [...(hub.channels.get("a")?.viewers() ?? [])][0]?.delivered ?? 0;
    let number = 0;
    // The loop is away; the hub goes on sending because the frames are acknowledged without it.
    await until("fifty frames to be sent", () => {
      publish(++number);
      return delivered() >= 50;
    });
    let [last, skipped, taken] = [-1, 0, 0];
    while (last !== number) {
      const { value } = await watch.next();
      if (!value) throw new Error("the watch ended");
      expect(numberIn(value.grid)).toBeGreaterThan(last);
      last = numberIn(value.grid);
      skipped += value.skipped;
      taken++;
    }
    expect(taken).toBeLessThan(20);
    expect(skipped).toBeGreaterThan(30);
    watch.close();
  });

  test("draws pictures as glyphs", async () => {
    const { hub, client } = await start();
    const content = await plainPicture(64, 48, { colour: "#ff0000" });
    hub.channels.open("red").publisher("test").publish(content);
    const { value } = await client.watch("red", { cols: 40, rows: 15 }).next();
    const middle = 7 * 40 + 20;
    expect(value?.grid.bg[middle]).toSatisfy((colour: number) => colour >> 16 > 0xf0);
  });

  test("leaves the hub when the loop is left", async () => {
    const { hub, client } = await start();
    for await (const _ of client.watch("a")) break;
    await until("no viewer", () => [...(hub.channels.get("a")?.viewers() ?? [])].length === 0);
    const watch = client.watch("a");
    await watch.next();
    const waiting = watch.next();
    client.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await until("no viewer", () => [...(hub.channels.get("a")?.viewers() ?? [])].length === 0);
  });

  test("waits for a channel that is not there yet", async () => {
    const { hub, client } = await start();
    const watch = client.watch("later");
    const refused = new Promise<HubRefusal>((resolve) => watch.on("refused", resolve));
    const frame = watch.next();
    expect(await refused).toMatchObject({ code: "unknown_channel", final: false });
    expect((await refused).message).toMatch(/publish into it first/);
    hub.channels
      .open("later")
      .publisher("test")
      .publish({ kind: "text", grid: createGrid(30, 6) });
    expect((await frame).value?.grid.cols).toBe(30);
  });

  test("of a private channel needs a token: without one it is like a channel that is not there yet", async () => {
    const { hub, client } = await start({ "channels.visibility": "private" });
    expect((await client.watch("a").next()).value?.grid.cols).toBe(40);
    const stranger = connect(hub.publicUrl);
    onTestFinished(() => stranger.close());
    await expect(stranger.snapshot("a")).rejects.toMatchObject({ code: "not-found" });
    await expect(stranger.state("a")).rejects.toMatchObject({ code: "unknown_channel" });
    const text = stranger.watch("a");
    const pictures = stranger.watchPictures("a");
    const refused = Promise.all([
      new Promise<HubRefusal>((resolve) => text.on("refused", resolve)),
      new Promise<HubRefusal>((resolve) => pictures.on("refused", resolve)),
    ]);
    const waiting = [text.next(), pictures.next()];
    const refusals = await refused;
    expect(refusals.map(({ code, final }) => [code, final])).toEqual([
      ["unknown_channel", false],
      ["not-found", false],
    ]);
    stranger.close();
    await Promise.all(waiting);
    for (const { message } of refusals) expect(message).toMatch(/log in or give a token/);
  });
});

describe("watching pictures", () => {
  test("gives the newest picture each time the loop comes back, in the size asked for", async () => {
    const { hub, client } = await start();
    const publisher = hub.channels.open("cam").publisher("test");
    publisher.publish(await plainPicture(640, 480));
    const newest = 31;
    const seen: number[] = [];
    for await (const { bytes, format, width, capturedAt, seq } of client.watchPictures("cam", { width: 320 })) {
      expect([format, width, bytes[0], bytes[1]]).toEqual(["jpeg", 320, 0xff, 0xd8]);
      expect(Math.abs(Date.now() - capturedAt)).toBeLessThan(60_000);
      if (seen.length === 0) for (let k = 1; k < newest; k++) publisher.publish(await plainPicture(640, 480));
      seen.push(seq);
      if (seq === newest) break;
    }
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
    // Those that came while the loop was away were left out.
    expect(seen.length).toBeLessThan(10);
    await until("no viewer", () => [...(hub.channels.get("cam")?.viewers() ?? [])].length === 0);
  });

  test("waits for a channel that is not there yet", async () => {
    const { hub, client } = await start();
    const watch = client.watchPictures("later");
    const refused = new Promise<HubRefusal>((resolve) => watch.on("refused", resolve));
    const picture = watch.next();
    expect(await refused).toMatchObject({ code: "not-found", final: false });
    hub.channels
      .open("later")
      .publisher("test")
      .publish(await plainPicture(32, 32));
    expect((await picture).value?.format).toBe("jpeg");
  });
});

describe("a command", () => {
  test("steers a text scene, and the state says so", async () => {
    const { client } = await start({ "text-scene.enabled": true });
    const before = asSceneState((await client.state("scene")) ?? {});
    await client.command("scene", { action: "next_preset" });
    const after = await client.state("scene");
    expect(before?.presets.length).toBeGreaterThan(1);
    expect(after?.preset).not.toBe(before?.preset);
  });

  test.each([
    ["nobody obeys it", "a", { action: "reset" }, "no_scene"],
    ["the scene does not know it", "scene", { action: "dance" }, "unknown_command"],
    ["a parameter is wrong", "scene", { action: "select_preset", preset: "no such" }, "bad_param"],
    ["there is no such channel", "nowhere", { action: "reset" }, "unknown_channel"],
  ])("is refused when %s", async (_when, name, command, code) => {
    const { client } = await start({ "text-scene.enabled": true });
    await expect(client.command(name, command)).rejects.toMatchObject({ name: "HubRefusal", code });
  });

  test("needs a token", async () => {
    const { hub } = await start({ "text-scene.enabled": true });
    const stranger = connect(hub.publicUrl);
    await expect(stranger.command("scene", { action: "reset" })).rejects.toMatchObject({ code: "forbidden" });
  });

  test("to a hub that is not there is refused with a remedy", async () => {
    const nowhere = connect("http://127.0.0.1:9");
    await expect(nowhere.command("a", { action: "reset" })).rejects.toThrow(/is the hub running there/);
    await expect(nowhere.snapshot("a")).rejects.toThrow(/cannot reach http:\/\/127\.0\.0\.1:9: is the hub running/);
  });

  test("ends with the hub's client", async () => {
    const { client } = await start();
    const asked = client.state("a");
    client.close();
    await expect(asked).rejects.toMatchObject({ code: "closed" });
  });
});

test("a channel without a state says none", async () => {
  const { client } = await start();
  expect(await client.state("a")).toBeUndefined();
});

test("what nobody listens to is said once on the console", async () => {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => spy.mockRestore());
  const nowhere = connect("http://127.0.0.1:9");
  onTestFinished(() => nowhere.close());
  const channel = nowhere.channel("a");
  let attempts = 0;
  const stop = channel.on("disconnected", () => attempts++);
  await until("the first attempt", () => attempts > 0);
  expect(lines).toEqual([]);
  stop();
  const watch = nowhere.watch("b");
  void watch.next();
  await until("a line", () => lines.length > 0);
  expect(lines[0]).toMatch(/no WebSocket at ws:\/\/127\.0\.0\.1:9\/ws\/display: is the hub running there/);
});
