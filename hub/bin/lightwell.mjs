#!/usr/bin/env node
// Node's own type stripping is needed (24 or newer). On an older Node the copy that comes with the dependencies takes over.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import(main);
} else {
  const pinned = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
  if (!existsSync(pinned)) {
    console.error("lightwell: Node 24 or newer is needed; run `npm ci` in Lightwell's folder to get it");
    process.exit(1);
  }
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)));
}
