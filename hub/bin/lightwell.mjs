#!/usr/bin/env node
// Starts main.ts in a process set up for it. Node reads these settings only when it starts, so it is started once more:
// in this process's place where the system can do that, else as a child.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const inFolder = (path) => fileURLToPath(new URL(path, import.meta.url));
const pinned = inFolder("../../node_modules/.bin/node");
const isNewEnough = Number.parseInt(process.versions.node, 10) >= 24;

if (!isNewEnough && !existsSync(pinned)) {
  console.error("lightwell: Node 24 or newer is needed; run `npm ci` in Lightwell's own folder to get it");
  process.exit(1);
}

const node = isNewEnough ? process.execPath : pinned;
// An idle hub is small: docs/decisions/2026-11-idle-memory.md has what each of these saves.
const args = ["--max-semi-space-size=2", "--v8-pool-size=1", inFolder("../src/main.ts"), ...process.argv.slice(2)];
const env = {
  NODE_COMPILE_CACHE: inFolder("../../node_modules/.cache/lightwell"),
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
  MALLOC_MMAP_THRESHOLD_: "131072",
  // Decodes and encodes take two more than there are cores, slow ones one; files and look-ups of names have the others.
  UV_THREADPOOL_SIZE: String(availableParallelism() + 5),
  NODE_NO_WARNINGS: "1",
  ...process.env,
};

if (process.execve && process.platform !== "win32") {
  process.removeAllListeners("warning");
  process.on("warning", () => undefined);
  process.execve(node, [node, ...args], env);
} else {
  // The channel closes when this process ends, however it ends: that is how the child hears of a SIGKILL.
  const child = spawn(node, args, { stdio: ["inherit", "inherit", "inherit", "ipc"], env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)));
}
