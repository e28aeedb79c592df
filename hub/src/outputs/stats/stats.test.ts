// needs: telnet
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import access from "#access/module.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import { Viewer } from "#core/viewer.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { Telnet } from "@lightwell/wire/telnet/codes.ts";
import { windowSize } from "@lightwell/wire/telnet/encode.ts";
import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { Screen, TerminalClient } from "../telnet/terminal.fixture.ts";
import { Tmux } from "../telnet/tmux.fixture.ts";
import { Board } from "./board.ts";
import { linesOf } from "./content.ts";
import stats from "./module.ts";
import { layOut } from "./page.ts";

async function boot(settings: Readonly<Record<string, unknown>> = {}) {
  const hub = await bootHub([store, access, system, stats], { "stats.port": 0, ...settings });
  const line = hub
    .service("report")
    ?.lines()
    .find(({ message }) => message.startsWith("statistics screen"));
  return { hub, port: Number(/port=(\d+)/.exec(line?.message ?? "")?.[1]) };
}

const FIGURES = {
  index: 1234,
  delta: 2,
  latency_state: "Delta ahead",
  fps: "14.9",
  fifo_depth: 7,
  staleness_ms: "21.0",
  main_folder: "trees",
  float_folder: "birds",
  main_covered: "7/12",
  float_covered: "2/3",
  main_entropy: 0.98765,
  float_entropy: 1,
  cpu_percent: 12.5,
  threads: 14,
  mem_used: 3 * 2 ** 30,
  mem_total: 8 * 2 ** 30,
  script_uptime: "0d 01:02:03",
  failed_load_count: 3,
  ascii_clients: 2,
  ascii_max_clients: 200,
};

/** A hub of channels that stands still. */
function scene(names: readonly string[] = []) {
  const clock = new ManualClock();
  const channels = plainChannels(clock);
  for (const name of names) channels.open(name);
  const facts = (changes: object = {}) => ({
    now: clock.now(),
    figures: { ...FIGURES, ...changes },
    lastError: "the folder birds cannot be read",
    channels: channels.list(),
  });
  const text = (rows = 24) =>
    linesOf(facts(), rows).map((line) =>
      line
        .map((span) => span.text)
        .join("")
        .trimEnd(),
    );
  return { clock, channels, facts, text };
}

describe("the statistics screen", () => {
  it("has the original's headings and figures in its order, then channels and outputs, in 80×24", () => {
    const { channels, clock, text } = scene(["door", "scene"]);
    const door = channels.get("door");
    if (!door) throw new Error("there is no door");
    for (const [output, name] of [
      ["telnet", "a"],
      ["live", "b"],
      ["live", "c"],
    ] as const)
      door.add(new Viewer(door, clock, { output, name, remote: "" }, { send: () => true, close: () => undefined }));
    const lines = text();
    expect(lines).toEqual([
      expect.stringMatching(/^=== ASCII STREAM MONITOR === {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      "[CLIENTS]  active 2/200, on all outputs 3",
      "[PERFORMANCE]",
      "  FPS:          14.9                Index:        1234",
      "  Delta:        2 ahead",
      "  FIFO depth:   7                   Staleness:    21.0 ms",
      "[CONTENT]",
      "  Main folder:  trees               Covered:      7/12",
      "  Float folder: birds               Covered:      2/3",
      "  Entropy M/F:  0.99 / 1",
      "[SYSTEM]",
      "  CPU:          12.50 % (14 threads)  Uptime:       0d 01:02:03",
      "  Memory:       3.0 of 8.0 GiB",
      "[ERRORS]",
      "  Failed loads: 3",
      "  Last error:   the folder birds cannot be read",
      "[CHANNELS]              fps  viewers    skipped  age of the oldest picture",
      "  door                  0.0        3          0  -  waiting",
      "  scene                 0.0        0          0  -  waiting",
      "[OUTPUTS]                    viewers    skipped  age of the oldest picture",
      "  live                             2          0  -",
      "  telnet                           1          0  -",
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("never takes more rows than there are, and says how many channels it left out", () => {
    const { text } = scene(Array.from({ length: 50 }, (_, n) => `camera-${n}`));
    for (const rows of [20, 24, 30, 60, 120]) expect(text(rows).length).toBeLessThanOrEqual(rows);
    expect(text(24).some((line) => /… and \d+ more/.test(line))).toBe(true);
    expect(text(120).some((line) => line.includes("camera-49"))).toBe(true);
  });

  it("shows what nobody measures as a dash, and how the delta is by colour", () => {
    const { facts } = scene();
    const line = (changes: object, label: string) =>
      linesOf(facts(changes), 24).find((spans) => spans.some(({ text }) => text.includes(label)));
    expect(line({ main_folder: null }, "Main folder")?.[1]?.text.trim()).toBe("-");
    const delta = (word: string) => line({ latency_state: `Delta ${word}` }, "Delta")?.at(-1);
    expect(delta("synced")).toMatchObject({ text: " synced", ink: "green" });
    expect(delta("ahead")).toMatchObject({ text: " ahead", ink: "red" });
    expect(delta("behind")).toMatchObject({ text: " behind", ink: "red" });
    expect(delta("resting")).toMatchObject({ text: " resting", ink: "plain" });
  });

  it("says of each channel that is not live what it is, and why", () => {
    const { channels, facts } = scene(["camera", "idle"]);
    channels.open("idle").publisher("test").rest();
    channels.open("camera").publisher("test").fault = "no answer for 10 s";
    const line = (name: string) => linesOf(facts(), 40).find(([span]) => span?.text.trim() === name) ?? [];
    expect(line("idle").at(-1)).toEqual({ text: "  resting", ink: "plain" });
    expect(line("camera").at(-1)).toEqual({ text: "  failing: no answer for 10 s", ink: "red" });
    expect(line("camera")[0]).toMatchObject({ ink: "red" });
  });

  it("is drawn once a second for all, and a refresh takes less than 250 bytes", () => {
    const { clock, facts } = scene(["door", "scene"]);
    let drawn = 0;
    let second = 0;
    const board = new Board(clock, ({ cols, rows }) => {
      drawn++;
      // What moves in a hub at work.
      const moved = {
        index: 1000 + 15 * second,
        cpu_percent: 10 + (second % 7) / 3,
        script_uptime: `0d 01:02:0${second % 10}`,
      };
      return layOut(linesOf(facts(moved), rows), cols, rows);
    });
    const sizes: number[] = [];
    const screens = [new Screen(80, 24), new Screen(80, 24)];
    const cancels = screens.map((screen) => {
      screen.write(board.at({ cols: 80, rows: 24 }).whole);
      return board.add(() => {
        const { changes } = board.at({ cols: 80, rows: 24 });
        sizes.push(changes.length);
        screen.write(changes);
      });
    });
    for (second = 1; second <= 20; second++) clock.advance(1000);
    expect(drawn).toBe(21);
    expect(Math.max(...sizes)).toBeLessThan(250);
    expect(board.at({ cols: 80, rows: 24 }).whole.length).toBeGreaterThan(1000);
    const whole = new Screen(80, 24);
    whole.write(board.at({ cols: 80, rows: 24 }).whole);
    expect(screens[0]?.lines).toEqual(whole.lines);
    for (const cancel of cancels) cancel();
    expect(clock.pending).toBe(0);
  });
});

describe("its listener", () => {
  it("serves who connects without a word, and refreshes", async () => {
    const { hub, port } = await boot();
    hub.channels.open("door");
    const client = new TerminalClient(port);
    await client.shows(/ASCII STREAM MONITOR[^]*\[CLIENTS\][^]*\[OUTPUTS\]/);
    expect(client.bytes).not.toContain("\xff");
    expect(client.bytes.startsWith("\x1b[0m\x1b[2J")).toBe(true);
    const before = client.screen.lines[0];
    await until("the next second", () => client.screen.lines[0] !== before);
    expect(client.bytes.split("\x1b[2J")).toHaveLength(2);
  });

  it.each([
    ["q", "q"],
    ["^C", "\x03"],
    ["an interrupt", Buffer.from([Telnet.IAC, Telnet.IP])],
  ])("ends by %s", async (_, bytes) => {
    const { port } = await boot();
    const client = new TerminalClient(port);
    await client.shows("[SYSTEM]");
    client.send(bytes);
    await client.closed;
    expect(client.bytes.endsWith("\x1b[0m\x1b[24;1H\r\n")).toBe(true);
  });

  it("takes a terminal that tells its size over, and gives it back", async () => {
    const { port } = await boot();
    const client = new TerminalClient(port, { cols: 100, rows: 40 });
    client.send(windowSize(100, 40));
    await until("the screen is taken over", () => client.screen.modes.has("1049"));
    await client.shows("[OUTPUTS]");
    client.send("q");
    await client.closed;
    expect([...client.screen.modes].toSorted()).toEqual(["25", "7"]);
  });

  it("takes no letter of a token that it did not ask for as a key", async () => {
    const { port } = await boot();
    const client = new TerminalClient(port);
    client.send("token lw_qQqQ\r");
    await client.shows("[SYSTEM]");
    const shown = client.bytes.length;
    await until("the next refresh", () => client.bytes.length > shown);
    client.send("q");
    await client.closed;
  });

  it("says that it is full, and ends with the hub", async () => {
    const { hub, port } = await boot({ "stats.maxViewers": 1 });
    const first = new TerminalClient(port);
    await first.shows("[SYSTEM]");
    const second = new TerminalClient(port);
    await second.closed;
    expect(second.bytes).toBe("Server Full. Try again later.\r\n");
    await hub.close();
    await first.closed;
    expect(first.bytes.endsWith("The hub is closing.\r\n")).toBe(true);
  });

  it("beyond loopback shows nothing without an operator's token", async () => {
    const { port } = await boot({ "stats.host": "0.0.0.0" });
    for (const wrong of ["token nobodys\r", "let me in\r"]) {
      const client = new TerminalClient(port);
      client.send(wrong);
      await client.closed;
      expect(client.bytes).not.toContain("STREAM MONITOR");
    }
    const client = new TerminalClient(port);
    client.send(`token ${ADMIN_TOKEN}\r\n`);
    await client.shows("[SYSTEM]");
    expect(client.bytes).not.toContain(ADMIN_TOKEN);
  });

  it("survives whatever is sent", async () => {
    const { port } = await boot();
    for (const bytes of [
      [255],
      [255, 250, 31, 1],
      [255, 250, 31, ...Array<number>(5000).fill(2)],
      Array<number>(50_000).fill(65),
    ]) {
      const client = new TerminalClient(port);
      client.send(Uint8Array.from(bytes));
      client.socket.end();
      await client.closed;
    }
    const client = new TerminalClient(port);
    await client.shows("[SYSTEM]");
    expect(client.socket.destroyed).toBe(false);
  });

  it("names the port that is taken, in one line", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(boot({ "stats.port": port })).rejects.toThrow(
      `stats: port ${port} is in use by another program: choose another with --set stats.port=<port>`,
    );
    other.close();
  });

  it("shows in a real terminal, by telnet and by nc", async () => {
    const { hub, port } = await boot();
    hub.channels.open("door");
    const tmux = await Tmux.open(80, 24);
    await tmux.type(`telnet 127.0.0.1 ${port}`);
    await tmux.shows(/=== ASCII STREAM MONITOR ===[^]*\[CHANNELS\][^]*door[^]*\[OUTPUTS\]/);
    await tmux.type("q");
    await tmux.shows("Connection closed by foreign host.\nready>");
    await tmux.type(`nc 127.0.0.1 ${port}`);
    await tmux.shows(/=== ASCII STREAM MONITOR ===[^]*\[OUTPUTS\]/);
    await tmux.press("C-c");
    await tmux.shows(/\nready>$/);
    expect(await tmux.ask("#{alternate_on} #{cursor_flag} #{wrap_flag}")).toBe("0 1 1");
  });
});
