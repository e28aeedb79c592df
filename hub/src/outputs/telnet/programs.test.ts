// needs: curl, nc, telnet
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { parseAnsiLines, type ColourDepth } from "@lightwell/wire/text/ansi.ts";
import { colourAtDepth } from "@lightwell/wire/text/ansi-pen.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { Viewer } from "#core/viewer.ts";
import { textRendition } from "#picture/text-rendition.ts";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { until } from "../../testing/wait.ts";
import { bootTelnet, knownGrid, numbered, type TelnetHub } from "./hub.fixture.ts";
import { Screen } from "./terminal.fixture.ts";
import { Tmux } from "./tmux.fixture.ts";

const run = promisify(execFile);

/** Each cell as it looks, in words that can be compared; a space has no ink. */
function looks(grid: TextGrid, depth: ColourDepth): string[] {
  return Array.from(grid.glyph, (glyph, i) => {
    const ink = glyph === 0x20 ? "" : colourAtDepth(grid.fg[i] ?? 0, depth).toString(16);
    const ground = glyph === 0x2588 ? "" : colourAtDepth(grid.bg[i] ?? 0, depth).toString(16);
    return `${String.fromCodePoint(glyph)}/${ink}/${ground}`;
  });
}

/** The looks of all cells of the pane: those of the grid as soon as it shows them, else what it shows in the end. */
async function seen(tmux: Tmux, grid: TextGrid, depth: ColourDepth): Promise<string[]> {
  const wanted = looks(grid, depth);
  let cells: string[] = [];
  await until("the cells of the pane", async () => {
    cells = looks(parseAnsiLines(await tmux.lines({ colours: true }), grid.cols, grid.rows), depth);
    return cells.every((look, i) => look === wanted[i]);
  }).catch(() => undefined);
  return cells;
}

/** The channel as glyphs, drawn without the output. */
async function drawn(hub: TelnetHub, wishes: Parameters<typeof textRendition>[1]): Promise<TextGrid> {
  const [channel] = hub.channels.list();
  if (!channel) throw new Error("there is no channel");
  const rendition = textRendition(channel, wishes);
  const viewer = new Viewer(
    rendition,
    channel.clock,
    { output: "test", name: "test", remote: "-" },
    {
      send: () => true,
      close: () => undefined,
    },
  );
  rendition.add(viewer);
  const content = await until("a frame", () => rendition.latest?.content);
  viewer.detach();
  if (content.kind !== "text") throw new Error("this is no text");
  return content.grid;
}

const columnsOf = (line: string, width: number) => line.padEnd(width).slice(0, width);

describe("telnet in a terminal", () => {
  it.each([
    [80, 24, "xterm-direct", "24bit"],
    [200, 60, "xterm-direct", "24bit"],
    [80, 24, "xterm-256color", "256"],
    [200, 60, "xterm-256color", "256"],
  ] as const)("of %i×%i named %s shows every cell of a grid", async (cols, rows, type, depth) => {
    const hub = await bootTelnet();
    const source = hub.channels.open("a").publisher("test");
    source.publish({ kind: "text", grid: knownGrid(cols, rows) });
    const tmux = await Tmux.open(cols, rows);
    await tmux.type(`TERM=${type} telnet 127.0.0.1 ${hub.port}`);
    expect(await seen(tmux, knownGrid(cols, rows), depth)).toEqual(looks(knownGrid(cols, rows), depth));
    // And by diffs, from one to the next.
    source.publish({ kind: "text", grid: knownGrid(cols, rows, 1) });
    expect(await seen(tmux, knownGrid(cols, rows, 1), depth)).toEqual(looks(knownGrid(cols, rows, 1), depth));
  });

  it.each([
    [80, 24],
    [200, 60],
  ])("of %i×%i shows a picture as the renderer draws it", async (cols, rows) => {
    const hub = await bootTelnet();
    const pixels = Buffer.from(Array.from({ length: 320 * 180 * 3 }, (_, i) => ((i % 960) / 4 + i / 700) & 255));
    const bytes = await sharp(pixels, { raw: { width: 320, height: 180, channels: 3 } })
      .jpeg()
      .toBuffer();
    const source = hub.channels.open("a").publisher("test");
    source.publish({ kind: "image", format: "jpeg", bytes, width: 320, height: 180 });
    const tmux = await Tmux.open(cols, rows);
    await tmux.type(`TERM=xterm-direct telnet 127.0.0.1 ${hub.port}`);
    const wanted = await drawn(hub, { cols, rows, set: "quadrant", depth: "24bit" });
    expect(await seen(tmux, wanted, "24bit")).toEqual(looks(wanted, "24bit"));
  });

  it("follows a resize", async () => {
    const hub = await bootTelnet();
    const source = hub.channels.open("a").publisher("test");
    source.publish({ kind: "text", grid: knownGrid(200, 60) });
    const tmux = await Tmux.open(80, 24);
    await tmux.type(`TERM=xterm-direct telnet 127.0.0.1 ${hub.port}`);
    for (const [cols, rows] of [
      [80, 24],
      [120, 40],
      [60, 20],
      [200, 60],
    ] as const) {
      await tmux.resize(cols, rows);
      const part = await drawn(hub, { cols, rows, depth: "24bit" });
      expect(await seen(tmux, part, "24bit")).toEqual(looks(part, "24bit"));
    }
  });

  it.each([
    ["q", "q"],
    ["^C", "C-c"],
  ])("quits with %s and leaves the terminal as it was", async (_, key) => {
    const hub = await bootTelnet();
    const source = hub.channels.open("a").publisher("test");
    source.publish(numbered(1));
    const tmux = await Tmux.open(80, 24);
    for (let n = 0; n < 12; n++) await tmux.type(`echo line ${n} before`);
    await tmux.shows("line 11 before\nready>");
    const state = "#{alternate_on} #{cursor_flag} #{wrap_flag} #{scroll_region_lower}";
    const [before, stateBefore] = [await tmux.text(), await tmux.ask(state)];
    const command = `telnet 127.0.0.1 ${hub.port}`;
    await tmux.type(command);
    await tmux.shows("#000001");
    expect(await tmux.ask("#{alternate_on} #{cursor_flag} #{wrap_flag}")).toBe("1 0 0");
    await tmux.press(key);
    await tmux.shows("Connection closed by foreign host.\nready>");
    expect(await tmux.ask(state)).toBe(stateBefore);
    const after = (await tmux.text()).trimEnd().split("\n");
    const said = after.slice(after.findIndex((line) => line.includes(command)));
    // What the telnet program itself says, and nothing of ours.
    expect(said).toEqual([
      `ready> ${command}`,
      "Trying 127.0.0.1...",
      "Connected to 127.0.0.1.",
      "Escape character is '^]'.",
      "Connection closed by foreign host.",
      "ready>",
    ]);
    const history = before.trimEnd().split("\n").slice(0, -1);
    expect(after.slice(0, after.length - said.length)).toEqual(
      history.slice(said.length - 1 - (24 - before.split("\n").length)),
    );
    await tmux.type("echo 'typed and seen'");
    await tmux.shows("typed and seen\nready>");
  });

  it("has help, channels and colours by single keys", async () => {
    const hub = await bootTelnet();
    hub.channels.open("a").publisher("test").publish(numbered(1));
    hub.channels.open("b").publisher("test").publish(numbered(2));
    const tmux = await Tmux.open(80, 24);
    await tmux.type(`telnet 127.0.0.1 ${hub.port}`);
    await tmux.shows("#000001");
    await tmux.press("n");
    await tmux.shows(/#000002[^]* b {2}2\/2/);
    await tmux.press("Left");
    await tmux.shows(/#000001[^]* a {2}1\/2/);
    await tmux.press("h");
    await tmux.shows("next, previous channel");
    await tmux.press("1");
    await tmux.shows("mono");
    expect(columnsOf((await tmux.lines())[0] ?? "", 7)).toBe("#000001");
  });
});

describe("other programs", () => {
  /** Runs a program on the hub until the screen that it prints shows the text. */
  async function watchBy(program: string, args: readonly string[], text: string, says = ""): Promise<Screen> {
    const screen = new Screen(80, 24);
    const child = spawn(program, args, { stdio: [says ? "pipe" : "ignore", "pipe", "inherit"] });
    // The questions of Telnet reach whoever does not speak it; no glyph here has such bytes.
    child.stdout?.on("data", (bytes: Buffer) => screen.write(bytes.filter((byte) => byte < 0xf0)));
    if (says) child.stdin?.write(says);
    const ended = new Promise((resolve) => child.once("close", resolve));
    await until(`${program} shows ${text}`, () => screen.text.includes(text)).finally(() => child.kill());
    await ended;
    return screen;
  }

  it("watch: nc, by the port that asks and by the raw one", async () => {
    const hub = await bootTelnet();
    const source = hub.channels.open("a").publisher("test");
    source.publish({ kind: "text", grid: knownGrid(80, 24) });
    const wanted = Array.from({ length: 24 }, (_, y) =>
      String.fromCharCode(...knownGrid(80, 24).glyph.subarray(y * 80, y * 80 + 80)),
    );
    for (const port of [hub.port, hub.rawPort]) {
      const screen = await watchBy("nc", ["127.0.0.1", String(port)], wanted[23] ?? "", "watch a\n");
      expect(screen.lines).toEqual(wanted);
      expect([...screen.modes].toSorted()).toEqual(["25", "7"]);
    }
  });

  it("watch: curl, which is left with its cursor when it is stopped", async () => {
    const hub = await bootTelnet();
    hub.channels.open("a").publisher("test").publish(numbered(7));
    const screen = await watchBy("curl", ["-sN", `telnet://127.0.0.1:${hub.port}`], "#000007");
    expect([...screen.modes].toSorted()).toEqual(["25", "7"]);
  });

  it("watch for as long as their line says: nc, which never closes its side by itself", async () => {
    const hub = await bootTelnet();
    hub.channels.open("a").publisher("test").publish(numbered(7));
    for (const port of [hub.port, hub.rawPort]) {
      const { stdout } = await run("sh", ["-c", `echo watch a for 1s | nc 127.0.0.1 ${port}`]);
      const screen = new Screen(80, 24);
      screen.write(Buffer.from(stdout));
      expect(screen.text).toContain("#000007");
    }
  });

  it("are told why they are refused", async () => {
    const hub = await bootTelnet();
    hub.channels.open("a").publisher("test").publish(numbered(7));
    const { stdout } = await run("sh", ["-c", `echo watch nothing | nc 127.0.0.1 ${hub.rawPort}`]);
    expect(stdout).toBe('there is no channel "nothing" for you here\r\n');
  });
});
