// needs: curl
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadConfig } from "../hub/src/config.ts";
import { modules } from "../hub/src/modules.ts";
import { until } from "../hub/src/testing/wait.ts";
import { blocksOf, type Block } from "./commands/blocks.ts";
import { makeRepository } from "./commands/checkout.ts";
import { makeFixture } from "./commands/fixtures.ts";
import { findProgram } from "./programs.mjs";
import { startJob, type Job } from "./commands/shell.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const guides = globSync(["docs/guides/*.md", "docs/README.md", "examples/**/README.md"], { cwd: root });
const textOf = (page: string) => readFileSync(join(root, page), "utf8");
const startsHubs = (page: string) => /^<!-- run; holds/m.test(textOf(page));
// The README makes the clone in which the other pages are read. Those that start no hub of their own share one.
const pages = ["README.md", ...guides.toSorted((a, b) => Number(startsHubs(b)) - Number(startsHubs(a)))];
const texts = new Map(pages.map((page) => [page, textOf(page)]));

/** Ports as the pages name them, by the variable that moves each. */
const ports = {
  LIGHTWELL_HTTP_PUBLIC_PORT: 8080,
  LIGHTWELL_HTTP_ADMIN_PORT: 1978,
  LIGHTWELL_TELNET_PORT: 2323,
  LIGHTWELL_STATS_PORT: 2324,
  LIGHTWELL_ASCII_WEB_PORT: 2424,
  LIGHTWELL_DISPLAY_PORT: 8765,
  LIGHTWELL_DISPLAY_PAGE_PORT: 8766,
  LIGHTWELL_TELNET_RAW_PORT: 2325,
  LIGHTWELL_PUSH_IOT_PORT: 3001,
} as const;
/** These two listen only when they are asked for. */
const onlyInText = ["LIGHTWELL_TELNET_RAW_PORT", "LIGHTWELL_PUSH_IOT_PORT"];

let folder = "";
let base = 0;
let env: NodeJS.ProcessEnv = {};
/** Where the second terminal of the reader is. */
let cwd = "";
let hub: { readonly command: string; readonly job: Job } | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lightwell-commands-"));
  const home = join(folder, "home");
  mkdirSync(home);
  base = await freeBase();
  const moved = Object.entries(ports).filter(([name]) => !onlyInText.includes(name));
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(LIGHTWELL|npm)_|^(XDG_|INIT_CWD|NODE_ENV|NODE_OPTIONS)/.test(name),
  );
  env = {
    ...Object.fromEntries(own),
    PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    TERM: "xterm-256color",
    npm_config_loglevel: "error",
    LIGHTWELL_URL: `http://127.0.0.1:${8080 + base}`,
    ...Object.fromEntries(moved.map(([name, port]) => [name, String(port + base)])),
    ...makeRepository(root, folder).env,
  };
  linkPython(join(folder, "bin"));
  cwd = home;
});

afterAll(async () => {
  await endHub();
  rmSync(folder, { recursive: true, force: true });
});

it("every block of commands says how it is run, or why it cannot be", () => {
  expect([...texts].flatMap(([page, text]) => blocksOf(page, text).faults)).toEqual([]);
});

it("every lightwell.yaml of a page is right", () => {
  const files = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/^```yaml\n(# lightwell\.yaml\n[^]*?)^```$/gm)].map(([, yaml = ""]) => ({
      path: page,
      text: yaml,
    })),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const yaml of files) expect(loadConfig(modules, { yaml }).file).toBe(yaml.path);
});

it.each(pages.filter((page) => blocksOf(page, texts.get(page) ?? "").blocks.length > 0))(
  "what %s says can be pasted",
  async (page) => {
    const state = join(folder, `${page.replaceAll("/", "-")}.sh`);
    writeFileSync(state, "");
    const { blocks } = blocksOf(page, texts.get(page) ?? "");
    for (const block of blocks) await follow(block, state);
    expect(blocks.length).toBeGreaterThan(0);
  },
);

async function follow(block: Block, state: string): Promise<void> {
  const { use } = block;
  const where = `${block.page}:${block.line}`;
  if (use.kind === "not-run") return;
  if (use.kind === "file") return writeFileSync(join(cwd, use.path), moved(block.text));
  if (use.needs !== undefined && (await startJob(use.needs, { cwd, env }).ended()) !== 0)
    return console.log(`${where} was left out: this machine has not what it needs (${use.needs})`);
  if (use.beside !== undefined) await beside(use.beside, where);
  for (const path of use.files) await makeFixture(path.replace(/^~/, env["HOME"] ?? "~").replace(/^(?!\/)/, `${cwd}/`));
  let lines = block.text;
  for (const [word, value] of use.values)
    lines = lines.replaceAll(word, value === "repository" ? join(folder, value) : value);
  if (use.holds) return hold(lines, where);
  const names = [...lines.matchAll(/(?:^|\s)(?:export )?([A-Z_]+)=/gm)].map(([, name]) => name);
  // The next block is typed in the same terminal: it has what was set, in the folder that was gone to.
  const save = [
    ...names.map((name) => `declare -p ${name}`),
    "printf 'cd %q\\n' \"$PWD\"",
    'pwd > "$STATE.folder"',
  ].join("; ");
  const script = `. "$STATE"\ntrap '{ ${save.replaceAll("'", String.raw`'\''`)}; } >> "$STATE"' EXIT\n${lines}`;
  const job = startJob(moved(script), { cwd, env: { ...env, STATE: state } });
  try {
    if (use.keys !== undefined) await typeKeys(job, use.keys, use.when, where);
    const status = await job.ended();
    // A program that was interrupted says so by its status.
    expect(use.keys === "^C" ? [0, 130, -1, 1] : [0], `${where}:\n${job.said}`).toContain(status);
    if (use.shows !== undefined) expect(`${where}: ${job.said}`).toContain(use.shows);
  } finally {
    job.kill();
  }
  cwd = readFileSync(`${state}.folder`, "utf8").trim();
}

async function typeKeys(job: Job, keys: string, when: string | undefined, where: string): Promise<void> {
  await until(`${where} to show something`, async () => {
    expect(job.status, `${where} ended by itself:\n${job.said}`).toBeNull();
    if (when === undefined) return job.said.includes("\x1b[");
    return (await startJob(moved(when), { cwd, env }).ended()) === 0;
  });
  job.type(keys);
}

/** See to it that the hub of this command, and no other, runs. */
async function beside(command: string, where: string): Promise<void> {
  if (hub?.command !== command) await hold(command, where);
}

async function hold(lines: string, where: string): Promise<void> {
  await endHub();
  const job = startJob(moved(lines), { cwd, env });
  hub = { command: lines.replace(/\s+#.*$/gm, "").trim(), job };
  await until(`the hub of ${where}`, () => {
    expect(job.status, `${where} ended by itself:\n${job.said}`).toBeNull();
    return job.said.includes("^C ends it");
  });
}

async function endHub(): Promise<void> {
  const job = hub?.job;
  hub = undefined;
  job?.type("^C");
  await job?.ended();
}

/** Lines with the ports that this run uses in the place of the usual ones. */
function moved(lines: string): string {
  const usual = Object.values<number>(ports);
  return lines.replaceAll(new RegExp(`\\b(?:${usual.join("|")})\\b`, "g"), (port) => String(Number(port) + base));
}

/** A Python with the package that an example needs, where there is one: Debian keeps it for its own. */
function linkPython(bin: string): void {
  mkdirSync(bin);
  const python = findProgram("python3-websockets");
  if (python === undefined) return;
  const { stdout } = spawnSync(python, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
  writeFileSync(join(bin, "python3"), `#!/bin/sh\nexec "${stdout.trim()}" "$@"\n`, { mode: 0o755 });
}

/** A number to add to the usual ports so that all of them are free. */
async function freeBase(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const candidate = 10_000 + Math.floor(Math.random() * 40_000);
    const free = await Promise.all(Object.values(ports).map((port) => isFree(port + candidate)));
    if (free.every(Boolean)) return candidate;
  }
  throw new Error("there are no free ports");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
