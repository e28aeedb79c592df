import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import { plainPicture } from "../../hub/src/picture/testing.ts";
import { ADMIN_TOKEN, type TestHub } from "../../hub/src/testing/boot.ts";
import { until } from "../../hub/src/testing/wait.ts";
import { rowsOf, startHub } from "../src/hub.fixture.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
/** Debian's, which has Debian's python3-websockets. */
const PYTHON = "/usr/bin/python3";

/** A Python program with the client beside it; what it prints, line by line. */
function run(hub: Pick<TestHub, "publicUrl">, program: readonly string[], env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(PYTHON, ["-u", ...program], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONPATH: folder,
      LIGHTWELL_URL: hub.publicUrl,
      LIGHTWELL_TOKEN: ADMIN_TOKEN,
      ...env,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  let err = "";
  child.stdout?.on("data", (data) => (out += String(data)));
  child.stderr?.on("data", (data) => (err += String(data)));
  const ended = once(child, "close") as Promise<[number]>;
  return {
    lines: () => out.split("\n").filter(Boolean),
    say: (line: string) => child.stdin?.write(`${line}\n`),
    errors: () => err,
    end: async () => ({ code: (await ended)[0], out, err }),
  };
}

const script = (code: string) => ["-c", code];

const textOf = (hub: TestHub, name: string): string[] => {
  const content = hub.channels.get(name)?.live?.content;
  return content?.kind === "text" ? rowsOf(content.grid) : [];
};

/** A client of the original: it says no hello. */
async function originalViewer(hub: TestHub, channel: string) {
  const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws/display?channel=${channel}`);
  onTestFinished(() => ws.close());
  const heard: Array<Record<string, unknown>> = [];
  ws.addEventListener("message", ({ data }) => heard.push(JSON.parse(String(data)) as Record<string, unknown>));
  await once(ws, "open");
  return { heard, say: (message: unknown) => ws.send(JSON.stringify(message)) };
}

describe("lightwell.py", () => {
  test("runs an engine of the original, which viewers see, resize and steer", async () => {
    const hub = await startHub({ "display.control": "everyone" });
    const engine = run(hub, ["engine.py"]);
    await until("its text", () => textOf(hub, "display").some((row) => row.includes("█")));
    const viewer = await originalViewer(hub, "display");
    await until("its state", () => viewer.heard.some(({ type }) => type === "state"));
    viewer.say({ type: "resize", width: 60, height: 20 });
    await until("the size", () => {
      const frame = viewer.heard.findLast(({ type }) => type === "frame");
      return frame?.["width"] === 60 && textOf(hub, "display").length === 20;
    });
    viewer.say({ type: "command", command: { stage: "wave", enabled: false } });
    await until("the new state", () =>
      JSON.stringify(viewer.heard.findLast(({ type }) => type === "state")).includes('"enabled":false'),
    );
    await until("an empty screen", () => textOf(hub, "display").every((row) => row.trim() === ""));
    expect(engine.errors()).toBe("");
  });

  test("shows lines, a border, pictures and an empty screen, and ends by itself", async () => {
    const hub = await startHub();
    const { bytes } = await plainPicture(64, 48);
    const program = run(
      hub,
      script(`
import sys, lightwell
picture = bytes.fromhex(sys.stdin.readline())
with lightwell.Channel("py", width=20, height=5) as channel:
    channel.show("\\x1b[31mrot\\n全角\\nlong " + "x" * 50, border=True)
    assert channel.flush(), "flush"
    sys.stdin.readline()
    channel.clear()
    assert channel.flush(), "flush"
    print("cleared")
    sys.stdin.readline()
    print(channel.show_image(picture), channel.show_image(picture))
    try:
        channel.show_image(b"none")
    except lightwell.HubRefusal as error:
        print(error.code, error)
`),
    );
    program.say(Buffer.from(bytes).toString("hex"));
    await until("the box", () => textOf(hub, "py").length === 5);
    const rows = textOf(hub, "py");
    expect(rows[0]).toBe("┌─ py ─────────────┐");
    expect(rows[1]?.startsWith("│rot")).toBe(true);
    expect(rows[3]).toBe("│long xxxxxxxxxxxxx│");
    const coloured = hub.channels.get("py")?.live?.content;
    expect(coloured?.kind === "text" && coloured.grid.fg[21]).toBe(parseAnsiLines(["\x1b[31mr"], 1, 1).fg[0]);
    program.say("");
    await until("an empty screen", () => program.lines().includes("cleared") && !textOf(hub, "py").join("").trim());
    program.say("");
    const { code, out, err } = await program.end();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^\d+ \d+$/m);
    expect(out).toMatch(/no JPEG, WebP or PNG/);
  });

  test("says why it is refused, and gives up", async () => {
    const hub = await startHub();
    const program = run(
      hub,
      script(`
import lightwell
channel = lightwell.Channel("py")
channel.show(["x"])
try:
    channel.flush(30)
except lightwell.HubRefusal as error:
    print(error.code, error.final, error)
channel.close()
`),
      { LIGHTWELL_TOKEN: "wrong" },
    );
    const { code, out } = await program.end();
    expect(code).toBe(0);
    expect(out).toMatch(/^forbidden True channel "py": .*token/);
  });

  test("comes back to a hub that was away, with the newest frame and state", async () => {
    const first = await startHub();
    const { port } = new URL(first.publicUrl);
    const program = run(
      first,
      script(`
import sys, lightwell
channel = lightwell.Channel("py", width=20, height=5)
channel.broadcast_state({"mood": "calm"})
channel.show(["one"])
assert channel.flush()
print("one")
sys.stdin.readline()
channel.show(["two"])
sys.stdin.readline()
channel.close()
`),
    );
    await until("the first", () => program.lines().includes("one"));
    await first.close();
    program.say("");
    const second = await startHub({ "http.publicPort": Number(port) });
    await until("the newest", () => textOf(second, "py")[0]?.startsWith("two"));
    expect(second.channels.get("py")?.control?.state()).toEqual({ mood: "calm" });
    program.say("");
    expect((await program.end()).code).toBe(0);
  });

  test("shows the newest frame when it is given more than the hub takes", async () => {
    const hub = await startHub({ "display.producerFps": 20 });
    const program = run(
      hub,
      script(`
import lightwell
with lightwell.Channel("py", width=20, height=5) as channel:
    for i in range(20000):
        channel.show([f"frame {i}"])
`),
    );
    const { code, err } = await program.end();
    expect([code, err]).toEqual([0, ""]);
    expect(textOf(hub, "py")[0]?.trim()).toBe("frame 19999");
    expect(hub.channels.get("py")?.published).toBeLessThan(2000);
  });
});
