// needs: telnet
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import access from "#access/module.ts";
import stats from "#outputs/stats/module.ts";
import telnet from "#outputs/telnet/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { describe, expect, it } from "vitest";
import { knownGrid, numbered } from "../outputs/telnet/hub.fixture.ts";
import { Tmux } from "../outputs/telnet/tmux.fixture.ts";
import { ADMIN_TOKEN, bootHub } from "../testing/boot.ts";
import { OWN_ADDRESS } from "../testing/own-address.ts";
import { until } from "../testing/wait.ts";
import { readArguments } from "./arguments.ts";

const bin = fileURLToPath(new URL("../../bin/lightwell.mjs", import.meta.url));
const lightwell = `${process.execPath} ${bin}`;
const run = promisify(execFile);

async function boot(settings: Readonly<Record<string, unknown>> = {}) {
  const hub = await bootHub([store, access, system, telnet, stats], {
    "telnet.host": "127.0.0.1",
    "telnet.port": 0,
    "stats.port": 0,
    ...settings,
  });
  const portOf = (module: string) => {
    const line = hub
      .service("report")
      ?.lines()
      .find((found) => found.module === module && found.message.includes("port="));
    return Number(/port=(\d+)/.exec(line?.message ?? "")?.[1]);
  };
  return { hub, port: portOf("telnet"), statsPort: portOf("stats") };
}

const state = "#{alternate_on} #{cursor_flag} #{wrap_flag}";
const UNTOUCHED = "0 1 1";
const viewersOf = ({ hub }: Awaited<ReturnType<typeof boot>>) =>
  hub.channels.list().flatMap((channel) => [...channel.viewers()]);

describe("lightwell watch", () => {
  it("shows a channel in all of its colours, follows a resize, and leaves the terminal as it was", async () => {
    const booted = await boot();
    booted.hub.channels.open("a").publisher("test").publish(numbered(1));
    booted.hub.channels
      .open("b")
      .publisher("test")
      .publish({ kind: "text", grid: knownGrid(100, 30) });
    const tmux = await Tmux.open(100, 30);
    await tmux.type(`COLORTERM=truecolor ${lightwell} watch b --hub 127.0.0.1:${booted.port}`);
    await until("every cell", async () => {
      const shown = parseAnsiLines(await tmux.lines({ colours: true }), 100, 30);
      const wanted = knownGrid(100, 30);
      return (
        shown.glyph.every((glyph, i) => glyph === wanted.glyph[i]) && shown.fg.every((fg, i) => fg === wanted.fg[i])
      );
    });
    expect(viewersOf(booted).map(({ info }) => info.agent)).toEqual([expect.stringMatching(/-256color-truecolor$/)]);
    await tmux.resize(60, 20);
    await until("the new size", () =>
      [...(booted.hub.channels.get("b")?.renditions.keys() ?? [])].some((key) => key.startsWith("text;60x20")),
    );
    await tmux.press("n");
    await tmux.shows("a  1/2");
    await tmux.press("q");
    await tmux.shows(/ready>$/);
    expect(await tmux.ask(state)).toBe(UNTOUCHED);
    await tmux.type("echo $?; echo typed and seen");
    await tmux.shows("0\ntyped and seen\nready>");
    expect(viewersOf(booted)).toEqual([]);
  });

  it.each([
    ["^C", (tmux: Tmux) => tmux.press("C-c")],
    [
      "a signal",
      async (tmux: Tmux) =>
        void process.kill(Number(await tmux.ask("#{pane_pid}")) && (await childOf(tmux)), "SIGTERM"),
    ],
  ])("gives the terminal back after %s", async (_, end) => {
    const booted = await boot();
    booted.hub.channels.open("a").publisher("test").publish(numbered(1));
    const tmux = await Tmux.open(80, 24);
    await tmux.type(`${lightwell} watch --hub 127.0.0.1:${booted.port}`);
    await tmux.shows("#000001");
    expect(await tmux.ask(state)).toBe("1 0 0");
    await end(tmux);
    await tmux.shows(/ready>$/);
    expect(await tmux.ask(state)).toBe(UNTOUCHED);
    await until("the hub has let go", () => viewersOf(booted).length === 0);
  });

  it("gives the terminal back while the hub is away, and comes back with it", async () => {
    const first = await boot({ "telnet.host": OWN_ADDRESS });
    first.hub.channels.open("a").publisher("test").publish(numbered(1));
    const tmux = await Tmux.open(80, 24);
    await tmux.type(`${lightwell} watch a --hub ${OWN_ADDRESS}:${first.port}`);
    await tmux.shows("#000001");
    await first.hub.close();
    await tmux.shows(/The hub is closing\.\nlightwell: the hub at .* is away: trying again/);
    expect(await tmux.ask(state)).toBe(UNTOUCHED);
    const second = await boot({ "telnet.host": OWN_ADDRESS, "telnet.port": first.port });
    second.hub.channels.open("a").publisher("test").publish(numbered(2));
    await tmux.shows("#000002");
    await tmux.press("q");
    await tmux.shows(/ready>$/);
    expect(await tmux.ask(state)).toBe(UNTOUCHED);
  });

  it("watches private channels with a token from the environment", async () => {
    const { hub, port } = await boot({ "channels.visibility": "private" });
    hub.channels.open("secret").publisher("test").publish(numbered(5));
    const tmux = await Tmux.open(80, 24);
    await tmux.type(`LIGHTWELL_TOKEN=${ADMIN_TOKEN} ${lightwell} watch secret --hub 127.0.0.1:${port}`);
    await tmux.shows("#000005");
    await tmux.press("q");
    await tmux.shows(/ready>$/);
    expect(await tmux.ask(state)).toBe(UNTOUCHED);
  });

  it("says in one line why it cannot", async () => {
    const { port } = await boot();
    const fail = (...args: string[]) =>
      run(process.execPath, [bin, ...args]).then(
        () => "it went well",
        (error: { readonly stderr: string; readonly code: number }) => `${error.code} ${error.stderr}`,
      );
    expect(await fail("watch", "nowhere", "--hub", `127.0.0.1:${port}`)).toBe(
      '1 lightwell: there is no channel "nowhere" for you here\n',
    );
    expect(await fail("watch", "--hub", "127.0.0.1:1")).toMatch(
      /^1 lightwell: no hub answers at 127\.0\.0\.1:1 \(.*ECONNREFUSED.*\): start one, or name it with --hub host:port\n$/,
    );
  });
});

describe("lightwell stats", () => {
  it("shows the screen in all of the terminal, and leaves by q", async () => {
    const { hub, statsPort } = await boot();
    for (let n = 0; n < 20; n++) hub.channels.open(`camera-${n}`);
    const tmux = await Tmux.open(100, 50);
    await tmux.type(`${lightwell} stats --hub :${statsPort}`);
    await tmux.shows(/=== ASCII STREAM MONITOR ===[^]*\[CHANNELS\][^]*camera-19[^]*\[OUTPUTS\]/);
    expect(await tmux.ask(state)).toBe("1 0 0");
    await tmux.press("q");
    await tmux.shows(/ready>$/);
    expect(await tmux.ask(state)).toBe(UNTOUCHED);
  });
});

describe("the words of the command line", () => {
  it.each([
    [["watch"], { name: "watch", hub: undefined, channel: undefined }],
    [["watch", "door"], { name: "watch", hub: undefined, channel: "door" }],
    [["watch", "--hub", "wall.example"], { name: "watch", hub: "wall.example", channel: undefined }],
    [["stats", "--hub", ":99"], { name: "stats", hub: ":99" }],
  ])("%j are understood", (words, command) => {
    expect(readArguments(words)).toMatchObject(command);
  });

  it.each([
    [["watch", "a", "b"], '"b" is one word too many for watch'],
    [["stats", "a"], '"a" is one word too many for stats'],
  ])("%j are refused", (words, message) => {
    expect(() => readArguments(words)).toThrow(message);
  });
});

/** The program that runs in the pane's shell. */
async function childOf(tmux: Tmux): Promise<number> {
  const shell = await tmux.ask("#{pane_pid}");
  const { stdout } = await run("ps", ["-o", "pid=", "--ppid", shell]);
  return Number(stdout.trim().split("\n")[0]);
}
