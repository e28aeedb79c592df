import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { expect, onTestFinished, test } from "vitest";
import { plainPicture } from "../hub/src/picture/testing.ts";
import { ADMIN_TOKEN } from "../hub/src/testing/boot.ts";
import { until } from "../hub/src/testing/wait.ts";
import { findProgram } from "../tools/programs.mjs";
import { connectTo, rowsOf, startHub } from "../sdk/src/hub.fixture.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const python = findProgram("python3-websockets");

/** A hub and an example that runs against it. */
async function run(program: string, path: string, ...args: string[]) {
  const hub = await startHub();
  const start = (env: Readonly<Record<string, string>> = {}) => {
    const child = spawn(program, [join(here, path), ...args], {
      env: { ...process.env, LIGHTWELL_URL: hub.publicUrl, LIGHTWELL_TOKEN: ADMIN_TOKEN, ...env },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const said = { out: "", errors: "" };
    child.stdout.on("data", (data) => (said.out += String(data)));
    child.stderr.on("data", (data) => (said.errors += String(data)));
    return { child, said };
  };
  return { hub, start, client: connectTo(hub) };
}

test("the text producer in TypeScript shows a wave with a border and obeys commands", async () => {
  const { hub, start, client } = await run(process.execPath, "text-producer/producer.ts");
  const { said } = start();
  await until("its first words", () => said.out.includes("on air"));
  await until("its first frame", () => hub.channels.get("wave")?.latest);
  const watch = client.watch("wave");
  const first = rowsOf((await watch.next()).value?.grid ?? createGrid(1, 1));
  expect(first).toHaveLength(16);
  expect(first[0]).toMatch(/^┌─ wave ─+/);
  expect(first.join("")).toContain("████████");
  await until("movement", async () => rowsOf((await watch.next()).value?.grid ?? createGrid(1, 1))[5] !== first[5]);
  await client.command("wave", { action: "faster" });
  expect(hub.channels.get("wave")?.published).toBeGreaterThan(1);
  expect(said.errors).toBe("");
});

test.skipIf(python === undefined)(
  "the text producer in Python shows a clock and prints what it hears (needs Python's package websockets)",
  async () => {
    const { hub, start, client } = await run(python ?? "", "text-producer/producer.py");
    const { child, said } = start();
    await until("its welcome", () => said.out.includes('"welcome"'));
    await until("its first frame", () => hub.channels.get("clock")?.latest);
    const watch = client.watch("clock");
    const { value } = await watch.next();
    watch.close();
    expect(value && rowsOf(value.grid)[1]?.trim()).toMatch(/^\d\d:\d\d:\d\d$/);
    await client.command("clock", { action: "dance" });
    await until("the command", () => said.out.includes('"dance"'));
    const ended = new Promise((resolve) => child.on("close", resolve));
    await hub.close();
    await ended;
    expect(said.out).toContain("the hub is closing");
  },
);

test("the picture producer pushes the JPEGs of a folder one after the other", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lightwell-examples-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const width of [32, 64]) writeFileSync(join(folder, `${width}.jpg`), (await plainPicture(width, 16)).bytes);
  const { hub, start } = await run(process.execPath, "image-producer/push.ts", folder);
  const { said } = start();
  const width = () => {
    const content = hub.channels.get("photos")?.latest?.content;
    return content?.kind === "image" ? content.width : undefined;
  };
  await until("the first picture", () => width() === 32);
  await until("the second picture", () => width() === 64);
  expect(said.errors).toBe("");
});

test("the viewer draws a channel in the terminal and leaves it as it was", async () => {
  const { hub, start } = await run(process.execPath, "watch/watch.ts", "a");
  const publisher = hub.channels.open("a").publisher("test");
  const show = (line: string) => publisher.publish({ kind: "text", grid: parseAnsiLines([line], 80, 24) });
  show("\x1b[31mhello");
  const { child, said } = start();
  await until("the text", () => said.out.includes("hello"));
  show("\x1b[31mhello again");
  await until("what changed", () => said.out.includes("again"));
  expect(said.out.match(/hello/g)).toHaveLength(1);
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(said.out).toMatch(/\x1b\[0m\x1b\[\?25h\n$/);
  expect(said.errors).toBe("");
});

test.each([
  ["text-producer/producer.ts", [], { LIGHTWELL_TOKEN: "lw_wrong" }, /the token is wrong/],
  ["image-producer/push.ts", ["/nowhere"], {}, /no such file or directory, scandir '\/nowhere'/],
  ["image-producer/push.ts", [here], {}, /there are no JPEGs in/],
  ["watch/watch.ts", ["a"], { LIGHTWELL_TOKEN: "lw_wrong" }, /the token is wrong/],
  ["text-producer/producer.py", [], { LIGHTWELL_TOKEN: "lw_wrong" }, /the token is wrong/],
  ["text-producer/producer.py", [], { LIGHTWELL_URL: "http://127.0.0.1:9" }, /127\.0\.0\.1', 9|refused|failed/i],
])("%s %j ends with one line that says why: %j", async (path, args, env, words) => {
  const program = path.endsWith(".py") ? python : process.execPath;
  if (program === undefined) return;
  const { start } = await run(program, path, ...args);
  const { child, said } = start(env as Record<string, string>);
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
  expect(said.errors).toMatch(words);
  expect(said.errors.trim().split("\n")).toHaveLength(1);
});
