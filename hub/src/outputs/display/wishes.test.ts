import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { DEFAULT_BG, DEFAULT_FG, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { USUAL_LOOK } from "@lightwell/wire/text/look.ts";
import { BRAILLE, HALVES, SEXTANTS } from "@lightwell/wire/text/shapes/mosaics.ts";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { DisplayClient } from "./client.fixture.ts";
import { numbered, numberOf, sameGrid, text } from "./grids.fixture.ts";
import display from "./module.ts";

async function open() {
  const hub = await bootHub([store, access, http, display], { "display.listen": false });
  const channel = hub.channels.open("a", { stallTimeoutMs: 3_600_000, frozenTimeoutMs: 0 });
  const publisher = channel.publisher("test");
  const publish = (number: number, cols?: number, rows?: number) =>
    publisher.publish(text(numbered(number, cols, rows)));
  const connect = async (fields?: Record<string, unknown>) => {
    const client = await DisplayClient.connect(`${hub.publicUrl}/ws/display`);
    if (fields) client.hello({ channel: "a", ...fields });
    return client;
  };
  return { hub, channel, publisher, publish, connect };
}

/** Everything that was said before is known to be heard. */
async function settle(client: DisplayClient): Promise<void> {
  const t = Math.random();
  client.say({ type: "ping", t });
  await client.message("pong", (pong) => pong["t"] === t);
}

describe("a client that pauses", () => {
  it("leaves the channel, is sent nothing, and gets the newest frame as a keyframe at once when it resumes", async () => {
    const { channel, publish, connect } = await open();
    publish(1);
    const client = await connect({});
    await client.grid();
    client.say({ type: "pause" });
    await until("nobody watches", () => !channel.watched);
    for (let number = 2; number < 40; number++) publish(number);
    await settle(client);
    expect(client.shown.map(({ grid }) => numberOf(grid))).toEqual([1]);
    client.say({ type: "resume" });
    await client.grid((grid) => numberOf(grid) === 39);
    publish(40);
    await client.grid((grid) => numberOf(grid) === 40);
    expect(client.shown.map(({ type }) => type)).toEqual(["K", "K", "S"]);
    expect(client.heard.filter(({ type }) => type === "welcome")).toHaveLength(1);
    expect(client.problems).toEqual([]);
  });

  it("can begin so, and pause and resume as often as it likes", async () => {
    const { channel, publish, connect } = await open();
    publish(1);
    const client = await connect({ paused: true });
    await client.message("welcome");
    await settle(client);
    expect(client.shown).toEqual([]);
    expect(channel.watched).toBe(false);
    for (let round = 0; round < 5; round++) {
      client.say({ type: "resume" });
      client.say({ type: "resume" });
      client.say({ type: "pause" });
      client.say({ type: "pause" });
      client.say({ type: "resume" });
      publish(10 + round);
      await client.grid((grid) => numberOf(grid) === 10 + round);
      client.say({ type: "pause" });
      await until("nobody watches", () => !channel.watched);
    }
    expect(client.problems).toEqual([]);
  });

  it("hears no state meanwhile, and the newest when it resumes", async () => {
    const { channel, publish, connect } = await open();
    publish(1);
    let preset = "calm";
    let told: (() => void) | undefined;
    channel.control = {
      state: () => ({ stages: {}, preset, presets: [], selected_stage: null }),
      command: () => undefined,
      onState: (listener) => {
        told = () => listener({ stages: {}, preset, presets: [], selected_stage: null });
        return () => (told = undefined);
      },
    };
    const client = await connect({});
    await client.message("state");
    client.say({ type: "pause" });
    await settle(client);
    preset = "storm";
    told?.();
    await settle(client);
    expect(client.heard.filter(({ type }) => type === "state")).toHaveLength(1);
    client.say({ type: "state_request" });
    await client.message("state", ({ state }) => (state as { preset: string }).preset === "storm");
    client.say({ type: "resume" });
    await until("the state of now", () => client.heard.filter(({ type }) => type === "state").length > 2);
  });

  it("keeps what it asked for meanwhile, and finds a channel that was made anew", async () => {
    const { hub, publish, connect } = await open();
    publish(1);
    const client = await connect({ cols: 40, rows: 10 });
    await client.grid();
    client.say({ type: "pause" });
    client.say({ type: "resize", width: 100, height: 30 });
    await client.message("resize");
    hub.channels.remove("a");
    hub.channels
      .open("a")
      .publisher("test")
      .publish(text(numbered(7)));
    client.say({ type: "resume" });
    await client.grid((grid) => numberOf(grid) === 7 && grid.cols === 100 && grid.rows === 30);
    expect(client.closed).toBeUndefined();
  });

  it("may be one of the original's, too", async () => {
    const { channel, publish, connect } = await open();
    publish(1);
    const client = await connect();
    await client.message("frame");
    client.say({ type: "pause" });
    await until("nobody watches", () => !channel.watched);
    publish(2);
    client.say({ type: "resume" });
    await client.grid((grid) => numberOf(grid) === 2);
  });
});

describe("the look of a picture", () => {
  const glyphsOf = ({ glyph }: TextGrid) => new Set(glyph);

  async function openPicture() {
    const opened = await open();
    const pixels = Buffer.from(Uint8Array.from({ length: 320 * 180 * 3 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24));
    const bytes = await sharp(pixels, { raw: { width: 320, height: 180, channels: 3 } })
      .png()
      .toBuffer();
    opened.publisher.publish({ kind: "image", format: "png", bytes, width: 320, height: 180 });
    return opened;
  }

  it("is the hub's choice, or as the client wishes in hello, for each client alone", async () => {
    const { connect } = await openPicture();
    const wishes = [{}, USUAL_LOOK, { glyphs: "half" }, { glyphs: "braille", depth: "mono" }, { glyphs: "sextant" }];
    const clients = await Promise.all(wishes.map((wish) => connect({ cols: 40, rows: 12, ...wish })));
    const [usual, same, half, braille, sextant] = await Promise.all(clients.map((client) => client.grid()));
    if (!usual || !same || !half || !braille || !sextant) throw new Error("a grid is missing");
    expect(sameGrid(usual, same)).toBe(true);
    const within = (grid: TextGrid, patterns: Uint32Array) =>
      [...glyphsOf(grid)].every((glyph) => glyph === 0x20 || glyph === 0x2588 || patterns.includes(glyph));
    expect(within(half, HALVES.patterns)).toBe(true);
    expect(within(usual, HALVES.patterns)).toBe(false);
    expect(within(braille, BRAILLE.patterns)).toBe(true);
    expect(within(sextant, SEXTANTS.patterns)).toBe(true);
    expect([...new Set(braille.fg)]).toEqual([DEFAULT_FG]);
    expect([...new Set(braille.bg)]).toEqual([DEFAULT_BG]);
  });

  it("changes while it is watched, by a keyframe, and back to the hub's choice", async () => {
    const { connect } = await openPicture();
    const client = await connect({ cols: 40, rows: 12 });
    const usual = await client.grid();
    client.say({ type: "look", glyphs: "ramp", depth: "16" });
    const ramp = await client.grid((grid) => [...glyphsOf(grid)].every((glyph) => glyph < 0x7f));
    expect(new Set(ramp.fg).size).toBeLessThanOrEqual(16);
    client.say({ type: "look" });
    await until("the first look", () => {
      const last = client.shown.at(-1);
      return last && sameGrid(last.grid, usual);
    });
    expect(client.shown.map(({ type }) => type)).toEqual(["K", "K", "K"]);
  });

  it("that nobody knows is refused in words", async () => {
    const { connect } = await openPicture();
    const client = await connect({});
    client.say({ type: "look", glyphs: "crayon" });
    expect(await client.message("error")).toMatchObject({ code: "bad_message" });
  });
});

describe("a text that is larger or smaller than what strangers may ask for", () => {
  it.each([
    [500, 130],
    [7, 2],
  ])("arrives whole, %i × %i cells, at clients that ask for no size", async (cols, rows) => {
    const { publish, connect } = await open();
    publish(1, cols, rows);
    const [own, asking] = await Promise.all([connect({}), connect({ cols: 80, rows: 24 })]);
    expect(await own.message("welcome")).toMatchObject({ cols, rows });
    expect(sameGrid(await own.grid(), numbered(1, cols, rows))).toBe(true);
    expect(await asking.grid()).toMatchObject({ cols: 80, rows: 24 });
    publish(2, cols + 1, rows + 1);
    const next = await own.grid((grid) => grid.cols === cols + 1);
    expect(sameGrid(next, numbered(2, cols + 1, rows + 1))).toBe(true);
    expect(own.problems).toEqual([]);
  });
});
