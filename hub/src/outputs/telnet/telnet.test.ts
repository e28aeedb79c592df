import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { HubError } from "#contract/errors.ts";
import type { Access } from "#contract/services.ts";
import { systemClock, type Clock } from "#core/clock.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { Channels } from "#core/registry.ts";
import { AddressCap } from "#transport/address-cap.ts";
import { Pacer } from "#transport/pacer.ts";
import { negotiation, subnegotiation, terminalType, windowSize } from "@lightwell/wire/telnet/encode.ts";
import { Telnet, TelnetOption } from "@lightwell/wire/telnet/codes.ts";
import type { Content } from "#core/frame.ts";
import { classicAnsi, CLASSIC_DEFAULTS, renderClassic } from "#glyph/classic.ts";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { createToken } from "#access/tokens.ts";
import { ADMIN_TOKEN } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { bootTelnet, knownGrid, numbered, type TelnetHub } from "./hub.fixture.ts";
import { Sessions } from "./sessions.ts";
import { TerminalClient } from "./terminal.fixture.ts";

const { IAC, SB, WILL, WONT, DO, DONT, IP } = Telnet;

/** Half dark, half light. */
async function picture(light = "#f0e0d0"): Promise<Content> {
  const bytes = await sharp({ create: { width: 320, height: 180, channels: 3, background: "#102030" } })
    .composite([{ input: { create: { width: 160, height: 180, channels: 3, background: light } }, left: 160, top: 0 }])
    .jpeg()
    .toBuffer();
  return { kind: "image", format: "jpeg", bytes, width: 320, height: 180 };
}

function publisher(hub: TelnetHub, name = "a", visibility: "public" | "private" = "public") {
  const channel = hub.channels.open(name, {});
  channel.settings = { ...channel.settings, visibility };
  return channel.publisher("test");
}

const viewersOf = (hub: TelnetHub) => hub.channels.list().flatMap((channel) => [...channel.viewers()]);

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const LEAVE = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

describe("a terminal", () => {
  it("gets every cell of a grid of its size, and only what changes afterwards", async () => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish({ kind: "text", grid: knownGrid(100, 30) });
    const client = new TerminalClient(hub.port, { cols: 100, rows: 30, type: "xterm-direct" });
    const wanted = (seed: number) =>
      Array.from({ length: 30 }, (_, y) =>
        String.fromCharCode(...knownGrid(100, 30, seed).glyph.subarray(y * 100, y * 100 + 100)),
      );
    await until("the grid", () => client.screen.updates === 1);
    expect(client.screen.lines).toEqual(wanted(0));
    const before = client.bytes.length;
    const grid = knownGrid(100, 30);
    grid.glyph[1234] = 0x2588;
    source.publish({ kind: "text", grid });
    await until("the change", () => client.screen.updates === 2);
    expect(client.screen.lines[12]?.[34]).toBe("█");
    expect(client.bytes.length - before).toBeLessThan(80);
  });

  it("is entered and left so that nothing remains", async () => {
    const hub = await bootTelnet();
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.port, { type: "xterm-256color" });
    await client.shows("#000001");
    expect(client.bytes).toContain(ENTER);
    expect([...client.screen.modes]).toEqual(["1049"]);
    client.send("q");
    await client.closed;
    expect([...client.screen.modes].toSorted()).toEqual(["25", "7"]);
    expect(client.bytes.endsWith(LEAVE)).toBe(true);
  });

  it.each([
    ["^C", "\x03"],
    ["an interrupt", Buffer.from([IAC, IP])],
    ["an interrupt with a data mark", Buffer.from([IAC, IP, IAC, 242])],
  ])("is given back after %s", async (_, bytes) => {
    const hub = await bootTelnet();
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.port, { type: "xterm" });
    await client.shows("#000001");
    client.send(bytes);
    await client.closed;
    expect(client.bytes.endsWith(LEAVE)).toBe(true);
  });

  it("is taken for one when the hub could not read its answer before its time to speak had passed", async () => {
    const held: Array<() => void> = [];
    let holding = true;
    const clock: Clock = {
      ...systemClock,
      after: (delayMs, run) => systemClock.after(delayMs, () => void (holding ? held.push(run) : run())),
    };
    const hub = await bootTelnet({}, clock);
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.port);
    await until("the time to have passed", () => held.length > 0);
    client.send(Buffer.concat([negotiation(WILL, TelnetOption.NAWS), windowSize(80, 24)]));
    holding = false;
    for (const run of held) run();
    await client.shows("#000001");
    expect(client.bytes.split("\x1b[2J")[0]).toContain(ENTER);
  });

  it("is given back when the hub closes, when its channel ends and when an operator ends it", async () => {
    for (const end of ["close", "remove", "kick"] as const) {
      const hub = await bootTelnet();
      publisher(hub).publish(numbered(1));
      const client = new TerminalClient(hub.port, { type: "xterm" });
      await client.shows("#000001");
      if (end === "close") await hub.close();
      else if (end === "remove") hub.channels.remove("a");
      else for (const viewer of viewersOf(hub)) viewer.close("forbidden");
      await client.closed;
      expect(client.bytes).toContain(LEAVE);
      expect(client.bytes.split(LEAVE)[1]).toMatch(/^[A-Z].*\.\r\n$/);
    }
  });

  it("follows its size, and the hub draws for the new one", async () => {
    const hub = await bootTelnet();
    publisher(hub).publish(await picture());
    const client = new TerminalClient(hub.port, { cols: 120, rows: 40, type: "xterm-direct" });
    const columns = () =>
      Math.max(
        ...client.bytes
          .split("\x1b[2J")
          .slice(-1)
          .flatMap((text) => [...text.matchAll(/\x1b\[(\d+);1H/g)].map(([, row]) => Number(row))),
      );
    await until("forty rows", () => columns() === 40);
    client.resize(60, 20);
    await until("twenty rows", () => columns() === 20);
    client.resize(0, 0);
    await until("the rows of an unknown terminal", () => columns() === 24);
    client.resize(60_000, 60_000);
    await until("the most rows", () => columns() === 120);
    client.resize(1, 1);
    await until("the fewest rows", () => columns() === 5);
  });

  it.each([
    ["xterm-direct", /\x1b\[[\d;]*[34]8;2;/, undefined],
    ["xterm-256color", /\x1b\[[\d;]*[34]8;5;/, /[34]8;2;/],
    ["xterm", /\x1b\[[\d;]*(3|4|9|10)\d[;m]/, /[34]8;[25];/],
    ["vt100", /\x1b\[0m/, /\x1b\[[\d;]+[1-9]m/],
  ])("named %s gets the colours that it has", async (type, wanted, unwanted) => {
    const hub = await bootTelnet();
    publisher(hub).publish(await picture());
    const client = new TerminalClient(hub.port, { type });
    await until("a picture", () => client.screen.updates > 0);
    expect(client.bytes).toMatch(wanted);
    if (unwanted) expect(client.bytes).not.toMatch(unwanted);
  });

  it("chooses its colours by key", async () => {
    const hub = await bootTelnet();
    publisher(hub).publish(await picture());
    const client = new TerminalClient(hub.port, { type: "xterm-256color" });
    await until("a picture", () => client.screen.updates > 0);
    client.send("4");
    await client.shows("24-bit");
    expect(client.bytes).toMatch(/[34]8;2;/);
    client.send("c");
    await client.shows("mono");
    client.send("c");
    await client.shows("24-bit");
    client.send("5");
    await client.shows("256 colours (automatic)");
    client.send("g");
    await client.shows("half,");
  });

  it("goes from channel to channel and says which it shows", async () => {
    const hub = await bootTelnet({ "telnet.defaultChannel": "b" });
    for (const [k, name] of ["a", "b", "c"].entries()) publisher(hub, name).publish(numbered(k + 1));
    publisher(hub, "secret", "private").publish(numbered(9));
    const client = new TerminalClient(hub.port, { type: "xterm" });
    await client.shows("#000002");
    client.send("n");
    await client.shows(/#000003[^]* c {2}3\/3 /);
    client.send("n");
    await client.shows(/#000001[^]* a {2}1\/3 /);
    client.send("\x1b[D");
    await client.shows(/#000003[^]* c {2}3\/3 /);
    expect(viewersOf(hub)).toHaveLength(1);
    client.send("watch b\r");
    await client.shows("#000002");
    client.send("watch secret\r");
    await client.shows('there is no channel "secret" for you here');
    client.send("token wrong\r");
    await client.shows(/token/);
    client.send(`token ${ADMIN_TOKEN}\rwatch secret\r`);
    await client.shows(/#000009[^]* secret {2}4\/4 /);
    expect(client.bytes).not.toContain(ADMIN_TOKEN);
  });

  it("shows help over the picture, which goes on", async () => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish(numbered(1));
    const client = new TerminalClient(hub.port, { type: "xterm" });
    await client.shows("#000001");
    client.send("h");
    await client.shows("next, previous channel");
    source.publish(numbered(2));
    await client.shows(/#000002[^]*next, previous channel/);
    client.send("?");
    await until("the help is gone", () => !client.screen.text.includes("next, previous"));
    await client.shows("#000002");
  });

  it("waits for a channel, and for its first picture", async () => {
    const hub = await bootTelnet();
    const client = new TerminalClient(hub.port, { type: "xterm" });
    await client.shows("no channel to show yet");
    const source = publisher(hub, "late");
    await client.shows("late: waiting for the first picture");
    source.publish(numbered(5));
    await client.shows("#000005");
    expect(client.screen.lines[0]).not.toContain("waiting");
  });

  it("never gets a picture older than the one before, and marks bound how many are under way", async () => {
    const hub = await bootTelnet({ "telnet.fps": 1000 });
    const source = publisher(hub);
    source.publish(numbered(0));
    const client = new TerminalClient(hub.port, { type: "xterm-direct" });
    await client.shows("#000000");
    // It reads, so that the kernel says that all is well, but it is not through with what it has.
    client.marks = false;
    const before = client.screen.updates;
    let number = 0;
    await until("the hub holds pictures back", () => {
      source.publish(numbered(++number));
      return viewersOf(hub)[0]?.behind;
    });
    const under = client.screen.updates - before;
    expect(under).toBeLessThan(number);
    client.marks = true;
    while (client.owed > 0) client.answerMark();
    await client.shows(`#${String(number).padStart(6, "0")}`);
  });

  it("gets fewer colours when its marks come back late, and says so", async () => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    const client = new TerminalClient(hub.port, { type: "xterm-direct", marks: false });
    await until("the first mark", () => client.owed > 0);
    client.answerMark();
    source.publish(numbered(1));
    await client.shows("#000001");
    // A terminal that needs this long for each frame, however many wait for it.
    let number = 1;
    const work = setInterval(() => source.publish(numbered(++number)), 20);
    const slow = setInterval(() => client.owed > 0 && client.answerMark(), 300);
    onTestFinished(() => {
      clearInterval(work);
      clearInterval(slow);
    });
    const isReduced = async () =>
      /drawn_with="(256|mono)[^"]*"} 1/.test((await hub.service("report")?.prometheus()) ?? "");
    await until("fewer colours", isReduced);
    expect(viewersOf(hub)).toHaveLength(1);
  });
});

describe("a terminal far away", () => {
  /** Answers every mark when this much time has passed, as if each had had a way to go, and reads at once. */
  async function farTerminal(roundTripMs: number, publishEveryMs: number) {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish(numbered(0));
    const client = new TerminalClient(hub.port, { type: "xterm-direct", marks: false });
    let most = 0;
    let planned = 0;
    let number = 0;
    const work = setInterval(() => {
      if (number++ % Math.ceil(publishEveryMs / 10) === 0) source.publish(numbered(number));
      most = Math.max(most, client.owed);
      for (; planned < client.owed; planned++)
        setTimeout(() => {
          planned--;
          client.answerMark();
        }, roundTripMs);
    }, 10);
    onTestFinished(() => clearInterval(work));
    return { hub, client, most: () => most };
  }

  it("has several frames under way, and keeps its colours", async () => {
    const { hub, client, most } = await farTerminal(400, 60);
    await until("several frames are under way", () => most() >= 3);
    const seen = client.screen.updates;
    await until("more frames", () => client.screen.updates >= seen + 20);
    expect(await hub.service("report")?.prometheus()).toContain('drawn_with="24-bit"} 1');
    expect(viewersOf(hub)[0]?.ageMs, "known by the answers").toBeGreaterThan(300);
  });
});

describe("a peer that says nothing", () => {
  it("is cleared once, gets 80×24, and never a byte of Telnet again", async () => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish(await picture());
    const client = new TerminalClient(hub.port);
    await until("a picture", () => client.screen.updates > 0);
    const [questions, ...rest] = client.bytes.split("\x1b[0m\x1b[2J");
    expect(questions).toBe("\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18\xff\xfd\x1f\xff\xfd\x06");
    expect(rest).toHaveLength(1);
    source.publish(await picture("#ff0000"));
    await until("another", () => client.screen.updates > 1);
    expect(rest.join("")).not.toContain("\xff");
    expect(client.bytes).not.toMatch(/\x1b\[\?(1049|25|7)[hl]/);
    expect(client.bytes).toContain("\x1b[24;1H");
    expect(client.bytes).not.toContain("\x1b[25;1H");
  });

  it("is taken for a terminal when it speaks after all", async () => {
    const hub = await bootTelnet();
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.port);
    await client.shows("#000001");
    expect(client.bytes).not.toContain(ENTER);
    client.send(Buffer.concat([negotiation(WILL, TelnetOption.NAWS), windowSize(80, 24)]));
    await until("the screen is taken over", () => client.bytes.includes(ENTER));
    await client.shows("#000001");
  });

  it("never gets a byte of Telnet on the raw port, whatever it sends", async () => {
    const hub = await bootTelnet();
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.rawPort);
    client.send(Buffer.concat([negotiation(WILL, TelnetOption.NAWS), negotiation(DO, 99), negotiation(DO, 6)]));
    await client.shows("#000001");
    client.send("q");
    await client.closed;
    expect(client.bytes).not.toContain("\xff");
  });

  it("may close its side and still watch", async () => {
    const hub = await bootTelnet();
    publisher(hub, "a").publish(numbered(1));
    const source = publisher(hub, "b");
    source.publish(numbered(2));
    const client = new TerminalClient(hub.rawPort, { says: "watch b\n" });
    client.socket.end();
    await client.shows("#000002");
    source.publish(numbered(3));
    await client.shows("#000003");
    expect(client.socket.destroyed).toBe(false);
  });

  it("that closes its side is shown pictures for a while, and then gets an end", async () => {
    const clock = new ManualClock();
    const hub = await bootTelnet({}, clock);
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.rawPort, { says: "watch a\n" });
    client.socket.end();
    await client.shows("#000001");
    // The hub may hear of the closed side after it has sent the picture.
    await until("the end", () => {
      clock.advance(1000);
      return client.socket.destroyed;
    });
    expect(hub.channels.get("a")?.watched).toBe(false);
  });

  it("is shown a channel for as long as its line says, whether it closes its side or not", async () => {
    for (const closes of [true, false]) {
      const clock = new ManualClock();
      const hub = await bootTelnet({}, clock);
      publisher(hub).publish(numbered(1));
      const client = new TerminalClient(hub.rawPort, { says: "watch a for 30s\n" });
      if (closes) client.socket.end();
      await client.shows("#000001");
      clock.advance(29_000);
      expect(hub.channels.get("a")?.watched).toBe(true);
      clock.advance(1000);
      await client.closed;
    }
  });
});

describe("the output", () => {
  it("says that it is full", async () => {
    const hub = await bootTelnet({ "telnet.maxViewers": 1 });
    publisher(hub).publish(numbered(1));
    const first = new TerminalClient(hub.port, { type: "xterm" });
    await first.shows("#000001");
    const second = new TerminalClient(hub.port);
    await second.closed;
    expect(second.bytes).toBe("Server Full. Try again later.\r\n");
    first.send("q");
    await first.closed;
    const third = new TerminalClient(hub.port, { type: "xterm" });
    await third.shows("#000001");
    expect(await hub.service("report")?.prometheus()).toContain("lightwell_telnet_refused_total 1");
  });

  it("builds a picture once for all who see the same", async () => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish(numbered(1));
    const clients = Array.from({ length: 5 }, () => new TerminalClient(hub.port, { type: "xterm-direct" }));
    for (const client of clients) await client.shows("#000001");
    const [channel] = hub.channels.list();
    expect([...(channel?.renditions.keys() ?? [])]).toHaveLength(1);
    source.publish(numbered(2));
    for (const client of clients) await client.shows("#000002");
  });

  it("serves the classic renderer as the original did", async () => {
    const hub = await bootTelnet({ "telnet.renderer": "classic" });
    const source = publisher(hub);
    const content = await picture();
    source.publish(content);
    const clients = [new TerminalClient(hub.port), new TerminalClient(hub.port, { type: "xterm" })];
    const { data, info } = await sharp(content.kind === "image" ? content.bytes : "")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const drawn = renderClassic({ data, width: info.width, height: info.height, channels: 3 }, CLASSIC_DEFAULTS);
    const text = classicAnsi(drawn).replaceAll(/\x1b\[[\d;]*m/g, "");
    for (const client of clients) {
      await until("a picture", () => client.bytes.endsWith("\x1b[0m"));
      expect(client.bytes.startsWith("\x1b[?25l\x1b[2J\x1b[H\x1b[38;5;")).toBe(true);
      expect(client.bytes.slice(13).replaceAll(/\x1b\[[\d;]*m/g, "").length).toBe(text.length);
      expect(client.bytes).not.toContain("\xff");
      client.send("q");
      await client.closed;
      expect(client.bytes.endsWith("\x1b[?25h")).toBe(true);
    }
  });

  it("names the port that is taken, and the remedy, in one line", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    const { port } = await new Promise<AddressInfo>((resolve) =>
      other.once("listening", () => resolve(other.address() as AddressInfo)),
    );
    await expect(bootTelnet({ "telnet.port": port })).rejects.toThrow(
      `telnet: port ${port} is in use by another program: choose another with --set telnet.port=<port>`,
    );
    await expect(bootTelnet({ "telnet.rawPort": port })).rejects.toThrow("--set telnet.rawPort=<port>");
    other.close();
  });
});

describe("rude peers", () => {
  const rude: [string, Uint8Array | string][] = [
    ["half a command", Buffer.from([IAC])],
    ["half a negotiation", Buffer.from([IAC, DO])],
    ["half a sub-negotiation", Buffer.from([IAC, SB, 31, 0])],
    ["a sub-negotiation of 10 kB", subnegotiation(24, new Uint8Array(10_000).fill(65))],
    ["a terminal's name of 250 bytes", terminalType("x".repeat(250))],
    ["a size of zeros", windowSize(0, 0)],
    ["the largest size", windowSize(65_535, 65_535)],
    [
      "negotiation in a loop",
      Buffer.concat(Array.from({ length: 1000 }, () => Buffer.concat([negotiation(WILL, 31), negotiation(WONT, 31)]))),
    ],
    [
      "every option there is",
      Buffer.concat(
        Array.from({ length: 256 }, (_, option) =>
          Buffer.concat([negotiation(WILL, option), negotiation(DO, option), negotiation(DONT, option)]),
        ),
      ),
    ],
    ["a line without end", `watch ${"x".repeat(10_000)}`],
    ["keys in a burst", "n".repeat(5000)],
    ["bytes that are no characters", Buffer.from(Array.from({ length: 4000 }, (_, n) => (n * 89) & 255))],
    ["a request of another protocol", "GET / HTTP/1.1\r\nHost: hub\r\n\r\n"],
  ];

  it.each(rude)("with %s hurt nobody", async (_, bytes) => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish(numbered(1));
    publisher(hub, "b").publish(numbered(2));
    const bystander = new TerminalClient(hub.port, { type: "xterm" });
    await bystander.shows("#000001");
    const client = new TerminalClient(hub.port);
    client.send(bytes);
    await until("the hub has dealt with it", () => client.screen.updates > 0 || client.socket.destroyed);
    source.publish(numbered(3));
    await bystander.shows("#000003");
    client.socket.destroy();
    bystander.send("q");
    await bystander.closed;
    await until("nobody is left", () => {
      return viewersOf(hub).length === 0;
    });
  });

  it("that flood the hub are cut off", async () => {
    const hub = await bootTelnet();
    publisher(hub).publish(numbered(1));
    const client = new TerminalClient(hub.port);
    client.send(new Uint8Array(1_000_000).fill(0x20));
    await client.closed;
    expect(viewersOf(hub)).toEqual([]);
  });

  it("that never read are found out, and others are not held up", async () => {
    const hub = await bootTelnet({ "telnet.fps": 1000, "hub.viewerTimeoutMs": 1000 });
    const source = publisher(hub);
    source.publish(numbered(0));
    const client = new TerminalClient(hub.port, { type: "xterm-direct" });
    const bystander = new TerminalClient(hub.port, { type: "xterm-direct" });
    await client.shows("#000000");
    await bystander.shows("#000000");
    client.socket.pause();
    let number = 0;
    await until("only the bystander is left", () => {
      source.publish(numbered(++number));
      return viewersOf(hub).length === 1;
    });
    await bystander.shows(`#${String(number).padStart(6, "0")}`);
    client.socket.destroy();
  });

  it("that reset the connection are forgotten", async () => {
    const hub = await bootTelnet();
    const source = publisher(hub);
    source.publish(numbered(1));
    const clients = Array.from({ length: 10 }, () => new TerminalClient(hub.port, { type: "xterm" }));
    for (const client of clients) await client.shows("#000001");
    for (const client of clients) client.socket.resetAndDestroy();
    await until("nobody is left", () => viewersOf(hub).length === 0);
  });
});

describe("a private channel", () => {
  it("is shown by a token that another process has just made", async () => {
    const hub = await bootTelnet();
    publisher(hub, "a", "private").publish(numbered(1));
    const kept = hub.service("store");
    if (!kept) throw new Error("no store");
    const { secret } = await createToken(kept, systemClock, { name: "by hand", role: "viewer" });
    const client = new TerminalClient(hub.port, { type: "xterm", says: `token ${secret}\nwatch a\n` });
    await client.shows("#000001");
    expect(viewersOf(hub)).toHaveLength(1);
  });

  it("is refused, before anything is drawn, to those who have a wrong token", async () => {
    const hub = await bootTelnet();
    publisher(hub, "a", "private").publish(numbered(1));
    const client = new TerminalClient(hub.port, { type: "xterm", says: "token nobodys\nwatch a\n" });
    await client.closed;
    expect(client.bytes).not.toContain(ENTER);
    expect(viewersOf(hub)).toEqual([]);
  });

  it("is left when its token is revoked", async () => {
    const clock: Clock = { ...systemClock, every: (ms, run) => systemClock.every(Math.min(ms, 20), run) };
    const channels = new Channels(clock, () => ({
      visibility: "private",
      whenStalled: "hold",
      stallTimeoutMs: 10_000,
      comesAndGoes: false,
      frozenTimeoutMs: 0,
      fallback: undefined,
    }));
    let valid = true;
    const refuse = () => {
      throw new HubError("unauthorized", "this token is not valid");
    };
    const access: Access = {
      freshen: () => undefined,
      identify: () => undefined,
      identifyToken: () => (valid ? { id: "1", name: "a friend", role: "viewer" } : refuse()),
      requireWatch: (identity) => void (identity ?? refuse()),
      requirePublish: refuse,
      requireRole: refuse,
      serve: refuse,
    };
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const pacer = new Pacer(clock, log);
    const sessions = new Sessions(
      { channels, access, clock, pacer, fps: 15, defaultChannel: undefined, classic: undefined },
      10,
      new AddressCap(10),
      () => undefined,
    );
    channels.open("a").publisher("test").publish(numbered(1));
    const server = createServer((socket) => sessions.add(socket, "telnet")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = new TerminalClient((server.address() as AddressInfo).port, { type: "xterm" });
    await client.shows("no channel to show yet");
    client.send("token of-a-friend\r");
    await client.shows("#000001");
    valid = false;
    await client.closed;
    expect(client.bytes.endsWith(`${LEAVE}this token is not valid\r\n`)).toBe(true);
    await sessions.close();
    server.close();
  });
});
