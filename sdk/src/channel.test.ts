import { createGrid } from "@lightwell/wire/text/grid.ts";
import type { SceneState } from "@lightwell/wire/text/scene.ts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { plainPicture } from "../../hub/src/picture/testing.ts";
import { ADMIN_TOKEN } from "../../hub/src/testing/boot.ts";
import { until } from "../../hub/src/testing/wait.ts";
import { connectTo, rowsOf, startHub } from "./hub.fixture.ts";
import { connect, HubRefusal, type Command, type Dimensions, type ProducerClient } from "./index.ts";

const state = (preset: string): SceneState => ({
  stages: { noise: { enabled: true, params: { amount: 0.5 }, selected: false } },
  preset,
  presets: ["calm", "wild"],
  selected_stage: null,
});

async function start(settings: Readonly<Record<string, unknown>> = {}) {
  const hub = await startHub(settings);
  const shown = (name: string) => {
    const content = hub.channels.get(name)?.latest?.content;
    return content?.kind === "text" ? content.grid : undefined;
  };
  /** The text that the channel shows, once its first row is as expected: the hub holds frames back that come too fast. */
  const showing = (name: string, first: string | RegExp) =>
    until(`"${first}" in the channel ${name}`, () => {
      const grid = shown(name);
      const rows = grid && rowsOf(grid);
      const fits = typeof first === "string" ? rows?.[0]?.trim() === first : first.test(rows?.[0] ?? "");
      return fits ? rows : undefined;
    });
  return { hub, client: connectTo(hub), shown, showing };
}

/** Lines that the console was given; they are not printed. */
function captureWarnings(): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => spy.mockRestore());
  return lines;
}

describe("a channel of text", () => {
  test("shows lines with ANSI colours, cut to its dimensions", async () => {
    const { client, shown } = await start();
    const channel = client.channel("a", { cols: 10, rows: 2 });
    channel.showLines(["\x1b[31mred\x1b[0m and more", "two", "three"]);
    await channel.flush();
    const grid = shown("a");
    expect(grid && rowsOf(grid)).toEqual(["red and mo", "two       "]);
    expect([grid?.fg[0], grid?.fg[4]]).toEqual([0xcd0000, 0xc0c0c0]);
  });

  test("draws a border with its name and its pace", async () => {
    const { client, showing } = await start();
    const channel = client.channel("clock", { cols: 50, rows: 4 });
    channel.showLines(["one"], { border: true });
    await channel.flush();
    channel.showLines(["two"], { border: true });
    await channel.flush();
    const rows = await showing("clock", /^┌─ clock ─+ [\d.]+ fps · [\d.]+ ms ─┐$/);
    expect(rows[1]).toBe(`│two${" ".repeat(45)}│`);
  });

  test("shows cells, whatever is drawn into them afterwards", async () => {
    const { client, shown } = await start();
    const channel = client.channel("a");
    const grid = createGrid(30, 8);
    grid.glyph[5] = 0x1fb00;
    grid.attr[5] = 7;
    grid.bg[5] = 0x123456;
    const sent = structuredClone(grid);
    channel.showGrid(grid);
    grid.glyph.fill(0x21);
    await channel.flush();
    expect(shown("a")).toEqual(sent);
    expect(channel.dimensions).toEqual({ cols: 30, rows: 8 });
    channel.showGrid(grid);
    await until("the other grid", () => shown("a")?.glyph[0] === 0x21);
    expect(shown("a")).toEqual(grid);
  });

  test("clears, and changes its size", async () => {
    const { client, shown, showing } = await start();
    const channel = client.channel("a", { cols: 9, rows: 3 });
    channel.showLines(["something"]);
    await showing("a", "something");
    channel.clear();
    await showing("a", "");
    expect(shown("a")).toEqual(createGrid(9, 3));
    channel.dimensions = { cols: 4, rows: 2 };
    channel.showLines(["1234567"]);
    expect(await showing("a", "1234")).toEqual(["1234", "    "]);
  });

  test("sends the newest frame of many, not the many", async () => {
    const { hub, client, showing } = await start();
    const channel = client.channel("a");
    channel.showLines(["first"]);
    await channel.flush();
    channel.setFrameDelay(200);
    for (let k = 0; k < 500; k++) channel.showLines([`line ${k}`]);
    await channel.flush();
    await showing("a", "line 499");
    expect(hub.channels.get("a")?.published).toBeLessThanOrEqual(3);
  });

  test("shows the last frame of a program that leaves at once after a flush", async () => {
    const { client, showing } = await start({ "display.producerFps": 2 });
    const channel = client.channel("a");
    channel.showLines(["first"]);
    await channel.flush();
    channel.showLines(["last"]);
    await channel.flush();
    client.close();
    expect(await showing("a", "last")).toHaveLength(24);
  });

  test("keeps to the hub's rate by itself", async () => {
    const { hub, client } = await start({ "display.producerFps": 10 });
    const channel = client.channel("a");
    const refusals: HubRefusal[] = [];
    channel.on("refused", (refusal) => refusals.push(refusal));
    for (let k = 0; k < 4; k++) {
      channel.showLines([`line ${k}`]);
      await channel.flush();
    }
    await until("all four", () => hub.channels.get("a")?.published === 4);
    expect(refusals).toEqual([]);
  });
});

describe("a producer", () => {
  test("hears of its viewers, whatever they watch on", async () => {
    const { client } = await start();
    const channel = client.channel("a");
    const came: ProducerClient[] = [];
    const left: ProducerClient[] = [];
    channel.on("viewerConnected", (viewer) => came.push(viewer));
    channel.on("viewerDisconnected", (viewer) => left.push(viewer));
    channel.showLines(["hello"]);
    await channel.flush();
    const text = client.watch("a");
    const pictures = client.watchPictures("a");
    await Promise.all([text.next(), pictures.next()]);
    await until("two viewers", () => channel.viewerCount === 2);
    expect(came.map(({ output }) => output).toSorted()).toEqual(["display", "live"]);
    text.close();
    await until("one viewer", () => channel.viewerCount === 1);
    await until("the news of it", () => left.length === 1);
    expect(left[0]?.output).toBe("display");
  });

  test("gets commands and answers with a state that every viewer sees", async () => {
    const { client } = await start();
    const channel = client.channel("a");
    const commands: Command[] = [];
    channel.on("command", (command) => {
      commands.push(command);
      if (command.action === "select_preset" && typeof command["preset"] === "string")
        channel.broadcastState(state(command["preset"]));
    });
    channel.broadcastState(state("calm"));
    channel.showLines(["hello"]);
    await channel.flush();
    const watch = client.watch("a");
    const states: unknown[] = [];
    watch.on("state", ({ preset }) => states.push(preset));
    await watch.next();
    await client.command("a", { action: "select_preset", preset: "wild" });
    await until("the new state", () => states.includes("wild"));
    await client.command("a", { action: "dance", steps: 3 });
    await until("the last command", () => commands.length === 2);
    // The hub may tell a state twice.
    expect([...new Set(states)]).toEqual(["calm", "wild"]);
    expect(commands).toEqual([
      { action: "select_preset", preset: "wild" },
      { action: "dance", steps: 3 },
    ]);
    expect(await client.state("a")).toEqual(state("wild"));
  });

  test("without a right token is told why and what to do, and gives up", async () => {
    const { hub } = await start();
    const warnings = captureWarnings();
    for (const token of [undefined, "a-wrong-token-0123456789"]) {
      const client = connect(hub.publicUrl, { token });
      const channel = client.channel("a");
      channel.showLines(["hello"]);
      const refusal = await channel.flush().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(HubRefusal);
      expect(refusal).toMatchObject({ code: "forbidden", final: true });
      expect(warnings.pop()).toMatch(/^channel "a": .*token.*connect\(url, \{ token \}\)/);
      await expect(channel.flush()).rejects.toBe(refusal);
      client.close();
    }
    expect(hub.channels.get("a")).toBeUndefined();
  });

  test("hears on `refused` what the console would have said", async () => {
    const { client } = await start({ "display.producerCells": 1000 });
    const warnings = captureWarnings();
    const channel = client.channel("a");
    const refused = new Promise<HubRefusal>((resolve) => channel.on("refused", resolve));
    channel.showLines(["hello"]);
    expect(await refused).toMatchObject({ code: "too_large", final: false });
    expect((await refused).message).toMatch(/raise display\.producerCells/);
    expect(warnings).toEqual([]);
    expect(channel.connected).toBe(true);
  });

  test("hears the size that a viewer asks for, and may say and hear any object", async () => {
    const { client } = await start();
    const channel = client.channel("a");
    const sizes: Dimensions[] = [];
    const commands: Command[] = [];
    channel.on("dimensions", (size) => sizes.push(size));
    channel.on("command", (command) => commands.push(command));
    channel.broadcastState({ mood: "calm" });
    channel.showLines(["hello"]);
    await channel.flush();
    const watch = client.watch("a");
    await watch.next();
    watch.resize(100, 30);
    await until("the size", () => sizes.length === 1);
    expect(sizes).toEqual([{ cols: 100, rows: 30 }]);
    expect(await client.state("a")).toEqual({ mood: "calm" });
    await client.command("a", { stage: "noise" });
    await until("the command", () => commands.length === 1);
    expect(commands).toEqual([{ stage: "noise" }]);
    watch.close();
  });

  test("is told at once of arguments that cannot be right", async () => {
    const { client } = await start();
    const channel = client.channel("a");
    expect(() => client.channel("No Name")).toThrow(/channel name: use 1 to 64/);
    expect(() => client.channel("b", { cols: 0, rows: 1 })).toThrow(/no size of a frame/);
    expect(() => channel.showGrid({ ...createGrid(4, 4), fg: new Uint32Array(3) })).toThrow(/grid\.fg has 3 entries/);
    expect(() => channel.setFrameDelay(-1)).toThrow(RangeError);
    expect(() => channel.broadcastState([] as never)).toThrow(/expected object/);
    channel.dimensions = { cols: 2, rows: 2 };
    expect(() => channel.showLines([], { border: true })).toThrow(/3 × 3/);
  });
});

describe("a channel of pictures", () => {
  test("takes bytes and blobs, and needs no connection for them", async () => {
    const { hub, client } = await start();
    const channel = client.channel("cam");
    const { bytes } = await plainPicture(64, 48);
    for (const picture of [new Uint8Array(bytes), new Uint8Array(bytes).buffer, new Blob([new Uint8Array(bytes)])]) {
      channel.showImage(picture);
      await channel.flush();
    }
    expect(hub.channels.get("cam")?.published).toBe(3);
    expect(hub.channels.get("cam")?.latest?.content).toMatchObject({ kind: "image", format: "jpeg", width: 64 });
    expect(channel.connected).toBe(false);
    const { type, bytes: back } = await client.snapshot("cam");
    expect([type, Buffer.compare(back, bytes)]).toEqual(["image/jpeg", 0]);
  });

  test("sends the newest of many", async () => {
    const { hub, client } = await start();
    const channel = client.channel("cam");
    const pictures = await Promise.all([10, 20, 30, 40].map((width) => plainPicture(width, 10)));
    for (const { bytes } of pictures) channel.showImage(new Uint8Array(bytes));
    await channel.flush();
    expect(hub.channels.get("cam")?.published).toBe(2);
    expect(hub.channels.get("cam")?.latest?.content).toMatchObject({ width: 40 });
  });

  test("says what is wrong with a picture and takes the next", async () => {
    const { hub, client } = await start();
    const channel = client.channel("cam");
    const refusals: HubRefusal[] = [];
    channel.on("refused", (refusal) => refusals.push(refusal));
    channel.showImage(new TextEncoder().encode("no picture"));
    await until("a refusal", () => refusals.length === 1);
    expect(refusals[0]).toMatchObject({ code: "bad-picture", final: false });
    channel.showImage(new Uint8Array((await plainPicture(8, 8)).bytes));
    await channel.flush();
    expect(hub.channels.get("cam")?.published).toBe(1);
    expect(channel.connected).toBe(false);
  });

  test("gives way to text that is shown afterwards, and comes back", async () => {
    const { hub, client } = await start();
    const channel = client.channel("mixed");
    const kind = () => hub.channels.get("mixed")?.latest?.content.kind;
    channel.showLines(["text"]);
    await channel.flush();
    await until("text", () => kind() === "text");
    channel.showImage(new Uint8Array((await plainPicture(8, 8)).bytes));
    await channel.flush();
    expect(kind()).toBe("image");
    channel.showLines(["text"]);
    await channel.flush();
    await until("text", () => kind() === "text");
  });

  test("is refused for good without a token", async () => {
    const { hub } = await start();
    const warnings = captureWarnings();
    const client = connect(hub.publicUrl);
    onTestFinished(() => client.close());
    const channel = client.channel("cam");
    channel.showImage(new Uint8Array((await plainPicture(8, 8)).bytes));
    await expect(channel.flush()).rejects.toMatchObject({ code: "unauthorized", final: true });
    expect(warnings.join()).toMatch(/connect\(url, \{ token \}\)/);
  });
});

test("a closed channel publishes nothing more; the hub's next one of that name is new", async () => {
  const { hub, client, showing } = await start();
  const channel = client.channel("a");
  expect(client.channel("a")).toBe(channel);
  channel.showLines(["one"]);
  await channel.flush();
  channel.close();
  channel.showLines(["two"]);
  await expect(channel.flush()).rejects.toMatchObject({ code: "closed" });
  await until("the producer to leave", () => hub.channels.get("a")?.publishers.size === 0);
  await showing("a", "one");
  const next = client.channel("a");
  expect(next).not.toBe(channel);
  next.showLines(["three"]);
  await showing("a", "three");
  client.close();
  expect(() => client.channel("a")).toThrow(/was closed/);
});

test("a token for one channel is good for that one", async () => {
  const { hub } = await start();
  const reply = await fetch(`${hub.adminUrl}/api/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "one", role: "producer", channels: ["mine"] }),
  });
  const { secret } = (await reply.json()) as { secret: string };
  const client = connectTo(hub, secret);
  const mine = client.channel("mine");
  mine.showLines(["hello"]);
  await mine.flush();
  const other = client.channel("other");
  other.on("refused", () => undefined);
  await expect(other.flush().then(() => (other.showLines([""]), other.flush()))).rejects.toMatchObject({
    code: "forbidden",
  });
});
