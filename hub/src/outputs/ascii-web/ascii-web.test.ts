import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import channelMemory from "#channel-memory/module.ts";
import access from "#access/module.ts";
import { describeOutput } from "#contract/conformance/output.ts";
import type { Content } from "#core/frame.ts";
import { CLASSIC_DEFAULTS } from "#glyph/classic.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import store from "#store/module.ts";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { knownGrid, numbered, numberOn } from "../telnet/hub.fixture.ts";
import { AsciiClient } from "./client.fixture.ts";
import asciiWeb from "./module.ts";

async function boot(settings: Readonly<Record<string, unknown>> = {}) {
  const hub = await bootHub([store, channelMemory, access, http, asciiWeb, monitor], {
    "ascii-web.host": "127.0.0.1",
    "ascii-web.port": 0,
    ...settings,
  });
  const line = hub
    .service("report")
    ?.lines()
    .find(({ message }) => message.startsWith("text over WebSocket"));
  const url = `http://127.0.0.1:${/port=(\d+)/.exec(line?.message ?? "")?.[1]}`;
  return { hub, url, publicUrl: hub.publicUrl, adminUrl: hub.adminUrl };
}

async function picture(): Promise<Content> {
  const bytes = await sharp({ create: { width: 320, height: 180, channels: 3, background: "#c08040" } })
    .jpeg()
    .toBuffer();
  return { kind: "image", format: "jpeg", bytes, width: 320, height: 180 };
}

const viewersOf = ({ hub }: Awaited<ReturnType<typeof boot>>) =>
  hub.channels.list().flatMap((channel) => [...channel.viewers()]);

let latest: Awaited<ReturnType<typeof boot>>;

for (const [name, address] of [
  ["on its own port", () => latest.url],
  ["on the public listener", () => `${latest.publicUrl}/ascii_ws/`],
] as const) {
  describeOutput(`ascii-web ${name}`, {
    async start() {
      latest = await boot({ "ascii-web.fps": 1000 });
      return latest.hub;
    },
    // So large that those who pause fill up.
    content: (number) => numbered(number, 200, 60),
    viewerToken: ADMIN_TOKEN,
    async connect(channel, token) {
      const query = new URLSearchParams({ channel, cols: "200", rows: "60", depth: "24bit", ...(token && { token }) });
      const client = await AsciiClient.connect(`${address()}?${query}`);
      let taken = 0;
      const numbers = () => client.messages.filter((message) => message.startsWith("\x1b[H"));
      return {
        next: () =>
          until("a picture or the end", () => client.closed ?? numbers()[taken]).then((message) => {
            if (typeof message !== "string") throw new Error(message.reason);
            taken++;
            return numberOn(message.slice(3).replaceAll(/\x1b\[[\d;]*m/g, ""));
          }),
        pause: () => client.socket.pause(),
        resume: () => client.socket.resume(),
        closed: until("the end", () => client.closed),
        close: () => client.socket.terminate(),
      };
    },
  });
}

describe("a viewer of text", () => {
  it("gets the clear once, then home and the text, 60×40, in the colours of the terminal", async () => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(await picture());
    const client = await AsciiClient.connect(url);
    await client.sized(60, 40);
    expect(client.messages[0]).toBe("\x1b[2J");
    expect(client.messages[1]).toMatch(/^\x1b\[H\x1b\[[34]8;5;/);
    expect(client.messages[1]?.endsWith("\x1b[0m")).toBe(true);
    expect(client.messages.join("")).not.toMatch(/\x1b\[[34]8;2;/);
  });

  it("gets every cell of a grid of its size", async () => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish({ kind: "text", grid: knownGrid(100, 30) });
    const client = await AsciiClient.connect(`${url}/?cols=100&rows=30&depth=24bit`);
    await client.sized(100, 30);
    const shown = parseAnsiLines(client.messages[1]?.slice(3).split("\r\n") ?? [], 100, 30);
    expect(shown).toEqual(knownGrid(100, 30));
  });

  it("is drawn with the glyphs that it names, and nobody else is", async () => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(await picture());
    const [letters, usual] = [
      await AsciiClient.connect(`${url}/?cols=40&rows=12&glyphs=ramp`),
      await AsciiClient.connect(`${url}/?cols=40&rows=12`),
    ];
    await letters.sized(40, 12);
    await usual.sized(40, 12);
    expect(letters.messages[1]).toMatch(/^[\x1b\r\n -~]*$/);
    expect(usual.messages[1]).not.toMatch(/^[\x1b\r\n -~]*$/);
  });

  it("changes its own size, and nobody else's", async () => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(await picture());
    const [one, two] = [await AsciiClient.connect(url), await AsciiClient.connect(`${url}/?cols=80&rows=24`)];
    await one.sized(60, 40);
    await two.sized(80, 24);
    one.say({ type: "resize", cols: 120, rows: 50 });
    await one.sized(120, 50);
    one.say({ type: "resize", cols: 9999, rows: 9999 });
    await one.sized(400, 120);
    one.say({ type: "resize", cols: 1, rows: 1 });
    await one.sized(20, 5);
    expect(two.messages.filter((message) => message.startsWith("\x1b[H"))).toHaveLength(1);
  });

  it("costs nothing while its tab is hidden, and sees the newest picture when it is back", async () => {
    const booted = await boot();
    const channel = booted.hub.channels.open("a");
    const source = channel.publisher("test");
    source.publish(numbered(1, 60, 40));
    const client = await AsciiClient.connect(booted.url);
    await client.shows(([first]) => numberOn(first) === 1);
    client.say({ type: "pause" });
    await until("nobody watches", () => viewersOf(booted).length === 0 && channel.renditions.size === 0);
    const before = client.messages.length;
    for (let number = 2; number <= 50; number++) source.publish(numbered(number, 60, 40));
    client.say({ type: "resume" });
    await client.shows(([first]) => numberOn(first) === 50);
    expect(client.messages.length).toBe(before + 1);
  });

  it("is sent nothing when nothing changes", async () => {
    const { hub, url } = await boot({ "ascii-web.fps": 1000 });
    const source = hub.channels.open("a").publisher("test");
    for (let n = 0; n < 5; n++) source.publish(numbered(1, 60, 40));
    const client = await AsciiClient.connect(url);
    await client.shows(([first]) => numberOn(first) === 1);
    for (let n = 0; n < 5; n++) source.publish(numbered(1, 60, 40));
    source.publish(numbered(2, 60, 40));
    await client.shows(([first]) => numberOn(first) === 2);
    expect(client.messages).toHaveLength(3);
  });

  it("waits for a channel that comes later", async () => {
    const { hub, url } = await boot({ "channels.named": { secret: { visibility: "private" } } });
    const client = await AsciiClient.connect(url);
    hub.channels
      .open("secret")
      .publisher("test")
      .publish(numbered(3, 60, 40));
    hub.channels
      .open("late")
      .publisher("test")
      .publish(numbered(4, 60, 40));
    await client.shows(([first]) => numberOn(first) === 4);
    expect(client.messages[0]).toBe("\x1b[2J");
  });

  it("is answered when it pings, also while pictures are on their way", async () => {
    const { hub, url } = await boot({ "ascii-web.fps": 1000 });
    const source = hub.channels.open("a").publisher("test");
    const client = await AsciiClient.connect(`${url}/?cols=200&rows=60&depth=24bit`);
    let pongs = 0;
    client.socket.on("pong", (data) => (pongs += String(data) === "hello" ? 1 : 0));
    for (let number = 1; number <= 30; number++) {
      source.publish(numbered(number, 200, 60));
      client.socket.ping("hello");
      await new Promise(setImmediate);
    }
    await until("all pongs", () => pongs === 30);
    await client.shows(([first]) => numberOn(first) === 30);
    expect(client.closed).toBeUndefined();
  });

  it("gets the original's own text from the classic renderer", async () => {
    const { hub, url } = await boot({ "ascii-web.renderer": "classic" });
    hub.channels
      .open("a")
      .publisher("test")
      .publish(await picture());
    const clients = [await AsciiClient.connect(url), await AsciiClient.connect(url)];
    for (const client of clients) {
      await client.sized(60, 40);
      expect(client.messages[1]).toMatch(/^\x1b\[H\x1b\[38;5;\d+m/);
      expect(new Set(client.lines.join("")).difference(new Set(CLASSIC_DEFAULTS.palette)).size).toBe(0);
    }
  });
});

describe("commands of the original's viewer", () => {
  it("act for operators, on all who watch", async () => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(await picture());
    const bystander = await AsciiClient.connect(url);
    const operator = await AsciiClient.connect(`${url}/?token=${ADMIN_TOKEN}`);
    await bystander.sized(60, 40);
    operator.say("CMD_TOGGLE_TEST");
    await bystander.shows((lines) => lines.join("").includes("60 × 40, font ratio 0.50"));
    operator.say("CMD_RATIO_INC");
    await bystander.shows((lines) => lines.join("").includes("font ratio 0.55"));
    for (let n = 0; n < 30; n++) operator.say("CMD_RATIO_DEC");
    await bystander.shows((lines) => lines.join("").includes("font ratio 0.20"));
    operator.say("CMD_TOGGLE_TEST");
    await bystander.shows((lines) => !lines.join("").includes("font ratio"));
    expect(bystander.closed).toBeUndefined();
  });

  it("are ignored from others, and so is all that is not understood", async () => {
    const { hub, url } = await boot();
    const source = hub.channels.open("a").publisher("test");
    source.publish(numbered(1, 60, 40));
    const client = await AsciiClient.connect(url);
    await client.sized(60, 40);
    for (const message of [
      "CMD_TOGGLE_TEST",
      "CMD_RATIO_INC",
      "",
      "hello",
      "{",
      "[]",
      '{"type":"resize"}',
      '{"type":"resize","cols":-1,"rows":"x"}',
      '{"type":"resize","cols":1e99,"rows":1}',
    ])
      client.say(message);
    client.socket.send(Buffer.from([1, 2, 3]));
    source.publish(numbered(2, 60, 40));
    await client.shows(([first]) => numberOn(first) === 2);
    expect(client.lines.join("")).not.toContain("font ratio");
  });

  it.each([
    ["too many messages", (client: AsciiClient) => Array.from({ length: 60 }, () => client.say("x")), 1008],
    ["a message that is too long", (client: AsciiClient) => client.say("x".repeat(2000)), 1009],
  ])("end with a reason for %s", async (_, rude, code) => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(numbered(1, 60, 40));
    const client = await AsciiClient.connect(url);
    rude(client);
    expect(await until("the end", () => client.closed)).toMatchObject({ code });
  });
});

describe("the size for those who do not say", () => {
  it("is told on the admin listener and set by operators, and /data has it", async () => {
    const { hub, url, adminUrl, publicUrl } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(await picture());
    const client = await AsciiClient.connect(url);
    await client.sized(60, 40);
    expect(await (await fetch(`${adminUrl}/ascii/size`)).json()).toEqual({ width: 60, height: 40 });
    const set = (body: object, token?: string) =>
      fetch(`${adminUrl}/ascii/size`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      });
    expect((await set({ width: 100, height: 30 })).status).toBe(401);
    expect((await set({ width: 5, height: 30 }, ADMIN_TOKEN)).status).toBe(400);
    expect(await (await set({ width: 100, height: 30 }, ADMIN_TOKEN)).json()).toEqual({ width: 100, height: 30 });
    await client.sized(100, 30);
    expect(await (await fetch(`${adminUrl}/data`)).json()).toMatchObject({ ascii_width: 100, ascii_height: 30 });
    expect((await fetch(`${publicUrl}/ascii/size`)).status).toBe(404);
  });
});

describe("refusals", () => {
  it.each([
    ["/?channel=nowhere", 404],
    ["/?channel=secret", 404],
    ["/?channel=secret&token=wrong", 401],
    ["/?cols=many", 400],
    ["/?depth=3", 400],
    ["/?glyphs=crayon", 400],
  ])("of %s have the status %i, on both listeners", async (query, status) => {
    const { hub, url, publicUrl } = await boot();
    const channel = hub.channels.open("secret");
    channel.settings = { ...channel.settings, visibility: "private" };
    await expect(AsciiClient.connect(`${url}${query}`)).rejects.toThrow(String(status));
    await expect(AsciiClient.connect(`${publicUrl}/ascii_ws${query}`)).rejects.toThrow(String(status));
  });

  it("have the status 503 when all places are taken", async () => {
    const booted = await boot({ "ascii-web.maxViewers": 1 });
    const first = await AsciiClient.connect(booted.url);
    await expect(AsciiClient.connect(booted.url)).rejects.toThrow("503");
    first.socket.close();
    await until("the place is free", () => AsciiClient.connect(booted.url).catch(() => undefined));
  });

  it("meet pages of other sites", async () => {
    const { url } = await boot();
    const from = (origin: string) => AsciiClient.connect(url, { headers: { origin } });
    await expect(from("https://evil.example")).rejects.toThrow("403");
    await expect(from("null")).rejects.toThrow("403");
    // A page of the user's own, on another port of this host.
    const client = await from("http://127.0.0.1:1980");
    expect(client.closed).toBeUndefined();
  });

  it("take a session from a page of the hub only, not from one of another port of its host", async () => {
    const { hub, url } = await boot();
    const channel = hub.channels.open("secret");
    channel.settings = { ...channel.settings, visibility: "private" };
    const login = await fetch(`${hub.adminUrl}/api/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: hub.adminUrl },
      body: JSON.stringify({ token: ADMIN_TOKEN }),
    });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    const at = new URL(url).port;
    const from = (origin: string, host = `127.0.0.1:${at}`) =>
      AsciiClient.connect(`${url}/?channel=secret`, { headers: { origin, host, cookie } });
    for (const foreign of [
      "http://127.0.0.1:4321",
      `https://127.0.0.1:${new URL(hub.publicUrl).port}`,
      "http://127.0.0.1",
    ])
      await expect(from(foreign)).rejects.toThrow("404");
    // Its own page, also by another name and behind a proxy that ends TLS; and those of the other listeners.
    await from(`http://127.0.0.1:${at}`);
    await from(`http://hub.lan:${at}`, `hub.lan:${at}`);
    await from("https://wall.example", "wall.example");
    await from(hub.publicUrl);
    await from(hub.publicUrl.replace("127.0.0.1", "hub.lan"), `hub.lan:${at}`);
  });

  it("name the port that is taken, in one line", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(boot({ "ascii-web.port": port })).rejects.toThrow(
      `ascii-web: port ${port} is in use by another program: choose another with --set ascii-web.port=<port>`,
    );
    other.close();
  });

  it("of what is no HTTP leave the listener as it was", async () => {
    const { hub, url } = await boot();
    hub.channels
      .open("a")
      .publisher("test")
      .publish(numbered(1, 60, 40));
    for (const bytes of ["\xff\xfb\x01", "GET / HTTP/9.9\r\n\r\n", `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(bytes, "latin1");
      socket.resume();
      await once(socket, "close");
    }
    const client = await AsciiClient.connect(url);
    await client.sized(60, 40);
    expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(405);
    expect((await fetch(`${url}/../../etc/passwd`)).status).toBe(404);
  });
});
