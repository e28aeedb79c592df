import access from "#access/module.ts";
import { gridToAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { describeOutput } from "#contract/conformance/output.ts";
import { systemClock, type Clock } from "#core/clock.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { DisplayClient } from "./client.fixture.ts";
import { colourful, numbered, numberOf, text } from "./grids.fixture.ts";
import display from "./module.ts";

const modules = [store, access, http, display];
const quiet = { "display.listen": false };

const MAX_FPS = 120;

let latest: TestHub;

for (const [name, hello] of [
  ["display, version 1", true],
  ["display, compatible", false],
] as const) {
  describeOutput(name, {
    async start() {
      latest = await bootHub(modules, { ...quiet, "display.maxFps": MAX_FPS });
      return latest;
    },
    // No faster than the output lets through: else there is nothing that a viewer could miss.
    content: (number) => new Promise((resolve) => setTimeout(resolve, 1000 / MAX_FPS, text(colourful(number)))),
    viewerToken: ADMIN_TOKEN,
    async connect(channel, token) {
      const query = `?channel=${channel}${token && !hello ? `&token=${token}` : ""}`;
      const client = await DisplayClient.connect(`${latest.publicUrl}/ws/display${query}`);
      if (hello) client.hello({ channel, ...(token !== undefined && { token }) });
      const answer = await until("an answer", () =>
        client.heard.find(({ type }) => type === "welcome" || type === "refused" || type === "frame"),
      );
      if (answer.type === "refused") throw new Error(String(answer["reason"]));
      let taken = 0;
      return {
        next: () =>
          until("a frame", () => {
            if (client.problems.length > 0) throw client.problems[0];
            return client.shown[taken];
          }).then(({ grid }) => (taken++, numberOf(grid))),
        pause: () => client.socket.pause(),
        resume: () => client.socket.resume(),
        closed: client.end(),
        close: () => client.close(),
      };
    },
  });
}

async function open(settings: Record<string, unknown> = {}, clock: Clock = systemClock) {
  const hub = await bootHub(modules, { ...quiet, ...settings }, { clock });
  const channel = hub.channels.open("a");
  const publisher = channel.publisher("test");
  const url = `${hub.publicUrl}/ws/display`;
  return {
    hub,
    channel,
    url,
    publish: (number: number, cols?: number, rows?: number) => publisher.publish(text(numbered(number, cols, rows))),
  };
}

describe("a client of the original, which says only the old messages", () => {
  it("gets frames without a word, 80×24, with ANSI colours", async () => {
    const { url, publish } = await open();
    publish(1);
    const client = await DisplayClient.connect(url);
    const frame = await client.message("frame");
    expect(Object.keys(frame).toSorted()).toEqual(["height", "lines", "type", "width"]);
    expect([frame["width"], frame["height"], (frame["lines"] as string[]).length]).toEqual([80, 24, 24]);
    expect((frame["lines"] as string[])[0]).toMatch(/^\x1b\[[\d;]+m#1/);
    expect(frame["lines"]).toEqual(gridToAnsiLines(numbered(1), "24bit"));
  });

  it("resizes its own rendition only", async () => {
    const { url, publish } = await open();
    publish(1);
    const [one, two] = [await DisplayClient.connect(url), await DisplayClient.connect(url)];
    await Promise.all([one.message("frame"), two.message("frame")]);
    one.say({ type: "resize", width: 132, height: 43 });
    await one.message("frame", ({ width, height }) => width === 132 && height === 43);
    publish(2);
    await one.grid((grid) => grid.cols === 132 && numberOf(grid) === 2);
    await two.grid((grid) => grid.cols === 80 && numberOf(grid) === 2);
    expect(two.heard.every(({ width }) => width === 80)).toBe(true);
  });

  it("is told to clear when the screen is empty", async () => {
    const { url, publish, channel } = await open();
    publish(1);
    const client = await DisplayClient.connect(url);
    await client.message("frame");
    channel.publisher("test").publish(text(createGrid(80, 24)));
    expect(await client.message("clear")).toEqual({ type: "clear" });
  });

  it("hears why its message was not understood, and lives on", async () => {
    const { url, publish } = await open();
    const client = await DisplayClient.connect(url);
    for (const [said, code] of [
      ["{", "bad_json"],
      ['{"type":"dance"}', "unknown_type"],
      ['{"type":"resize","width":"x"}', "bad_message"],
      ['{"type":"state_request"}', "no_scene"],
    ] as const) {
      client.say(said);
      expect((await client.message("error", (heard) => heard["code"] === code))["message"]).toBeTypeOf("string");
    }
    client.say(new Uint8Array([1, 2, 3]));
    await client.message("error", ({ message }) => String(message).includes("role=producer"));
    publish(5);
    await client.grid((grid) => numberOf(grid) === 5);
    expect(client.closed).toBeUndefined();
  });

  it("waits for a channel to come when there is none", async () => {
    const hub = await bootHub(modules, quiet);
    const client = await DisplayClient.connect(`${hub.publicUrl}/ws/display`);
    client.say({ type: "resize", width: 40, height: 10 });
    hub.channels
      .open("later")
      .publisher("test")
      .publish(text(numbered(3, 40, 10)));
    expect(numberOf(await client.grid())).toBe(3);
  });

  it("over the cap gets a reason before the end", async () => {
    const { url, publish } = await open({ "display.maxViewers": 1 });
    publish(1);
    const first = await DisplayClient.connect(url);
    await first.message("frame");
    const second = await DisplayClient.connect(url);
    expect(await second.message("refused")).toMatchObject({
      code: "full",
      reason: expect.stringContaining("1 viewers"),
    });
    expect((await second.end()).code).toBe(1013);
    expect(second.shown).toEqual([]);
    first.close();
    const third = await until("a free place", async () => {
      const client = await DisplayClient.connect(url);
      const answer = await until("an answer", () => client.heard[0]);
      return answer.type === "frame" ? client : undefined;
    });
    third.close();
  });
});

describe("version 1", () => {
  it("welcomes with the mode, the size and the channel, then begins with a keyframe", async () => {
    const { url, publish } = await open();
    publish(1);
    const client = await DisplayClient.connect(url);
    client.hello({ accept: 7, cols: 100, rows: 30 });
    expect(await client.message("welcome")).toEqual({
      type: "welcome",
      version: 1,
      mode: 4,
      encoding: "binary",
      channel: "a",
      cols: 100,
      rows: 30,
      control: false,
    });
    await client.grid();
    publish(2);
    await until("the second", () => client.shown.length === 2);
    expect(client.shown.map(({ type }) => type)).toEqual(["K", "S"]);
    expect(client.heard.map(({ type }) => type)).toEqual(["welcome"]);
  });

  it("is understood when the hub could not read the hello before its time to speak had passed", async () => {
    const held: Array<() => void> = [];
    let holding = true;
    const clock: Clock = {
      ...systemClock,
      after: (delayMs, run) => systemClock.after(delayMs, () => void (holding ? held.push(run) : run())),
    };
    const { url, publish } = await open({}, clock);
    publish(1);
    const client = await DisplayClient.connect(url);
    await until("the time to have passed", () => held.length > 0);
    client.hello();
    holding = false;
    for (const run of held) run();
    await client.grid();
    expect(client.early).toEqual([]);
  });

  it("shows every client its own size and mode, from the same frames", async () => {
    const { url, publish } = await open();
    publish(1);
    const wishes = [
      { accept: ["diff"], cols: 80, rows: 24 },
      { accept: ["diff"], cols: 100, rows: 30 },
      { accept: ["binary"], cols: 80, rows: 24 },
      { accept: ["json"], cols: 80, rows: 24 },
      { accept: ["diff"], encoding: "base64", cols: 80, rows: 24 },
      { accept: ["smoke"], cols: 90, rows: 40 },
    ];
    const clients = await Promise.all(
      wishes.map(async (wish) => {
        const client = await DisplayClient.connect(url);
        client.hello(wish);
        await client.grid();
        return client;
      }),
    );
    for (let number = 2; number <= 6; number++) {
      publish(number);
      for (const client of clients) await client.grid((grid) => numberOf(grid) === number);
    }
    for (const [index, { shown, problems }] of clients.entries()) {
      expect(problems).toEqual([]);
      const { cols, rows } = wishes[index] ?? { cols: 0, rows: 0 };
      expect(shown.every(({ grid }) => grid.cols === cols && grid.rows === rows)).toBe(true);
    }
    const types = clients.map(({ shown }) => [...new Set(shown.map(({ type }) => type))]);
    expect(types).toEqual([["K", "S"], ["K", "S"], ["K"], ["json"], ["K", "S"], ["json"]]);
    expect(clients[4]?.heard.filter(({ type }) => type === "binary")).toHaveLength(6);
  });

  it("tells the size that a resize led to, and goes on with a keyframe", async () => {
    const { url, publish } = await open();
    publish(1);
    const client = await DisplayClient.connect(url);
    client.hello();
    await client.grid();
    client.say({ type: "resize", width: 5000, height: 1 });
    expect(await client.message("resize")).toEqual({ type: "resize", width: 400, height: 5 });
    await client.grid(({ cols, rows }) => cols === 400 && rows === 5);
    expect(client.shown.map(({ type }) => type)).toEqual(["K", "K"]);
  });

  it("follows the size of the text as long as the client asks for none", async () => {
    const { url, publish } = await open();
    publish(1, 100, 30);
    const client = await DisplayClient.connect(url);
    client.hello();
    expect(await client.message("welcome")).toMatchObject({ cols: 100, rows: 30 });
    publish(2, 60, 20);
    await client.grid(({ cols, rows }) => cols === 60 && rows === 20);
    expect(client.problems).toEqual([]);
  });

  it("sends a keyframe to those who ask for one", async () => {
    const { url, publish } = await open();
    publish(1);
    const client = await DisplayClient.connect(url);
    client.hello();
    await client.grid();
    client.say({ type: "keyframe_request" });
    await until("the keyframe", () => client.shown.length === 2);
    publish(2);
    await client.grid((grid) => numberOf(grid) === 2);
    expect(client.shown.map(({ type }) => type)).toEqual(["K", "K", "S"]);
  });

  it("answers a ping", async () => {
    const { url } = await open();
    const client = await DisplayClient.connect(url);
    client.say({ type: "ping", t: 12.5 });
    expect(await client.message("pong")).toEqual({ type: "pong", t: 12.5 });
  });

  it("goes to a private channel only with a token, in hello or in the address", async () => {
    const { url, channel, publish } = await open();
    channel.settings = { ...channel.settings, visibility: "private" };
    publish(1);
    const stranger = await DisplayClient.connect(url);
    stranger.hello({ channel: "a" });
    expect(await stranger.message("refused")).toMatchObject({ code: "unknown_channel" });
    expect((await stranger.end()).code).toBe(1008);
    const wrong = await DisplayClient.connect(url);
    wrong.hello({ channel: "a", token: "wrong" });
    expect(await wrong.message("refused")).toMatchObject({ code: "forbidden" });
    const known = await DisplayClient.connect(`${url}?channel=a&token=${ADMIN_TOKEN}`);
    expect(numberOf(await known.grid())).toBe(1);
    await expect(DisplayClient.connect(`${url}?token=wrong`)).rejects.toThrow("401");
  });

  it("ends a view of a channel that becomes private", async () => {
    const { url, channel, publish } = await open();
    publish(1);
    const client = await DisplayClient.connect(url);
    client.hello();
    await client.grid();
    channel.settings = { ...channel.settings, visibility: "private" };
    expect(await client.message("refused")).toMatchObject({ code: "forbidden" });
  });
});
