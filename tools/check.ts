// Every check that needs no running hub, one after the other: `npm run check`.
import { spawnSync } from "node:child_process";
import { checkDocs } from "./docs.ts";

const failed: string[] = [];

function check(name: string, run: () => boolean): void {
  const start = performance.now();
  const fine = run();
  if (!fine) failed.push(name);
  console.log(`${fine ? "ok  " : "FAIL"} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

function program(name: string, command: string, args: readonly string[]): void {
  check(name, () => {
    const result = spawnSync(command, args, { encoding: "utf8" });
    if (result.status !== 0) console.log(result.stdout, result.stderr, result.error ?? "");
    return result.status === 0;
  });
}

program("format", "oxfmt", ["--check", "."]);
program("lint", "oxlint", ["--deny-warnings"]);
program("types", "tsc", ["-p", "tsconfig.json"]);
program("types of wire without Node", "tsc", ["-p", "wire/tsconfig.json"]);
program("types of sdk without Node", "tsc", ["-p", "sdk/tsconfig.json"]);
program("types of web", "tsc", ["-p", "web/tsconfig.json"]);
program("boundaries", "depcruise", ["--config", ".dependency-cruiser.mjs", "wire/src", "hub/src", "sdk/src"]);
program("dead code", "knip", ["--no-progress"]);
check("generated docs", () => {
  const stale = checkDocs();
  if (stale.length > 0) console.log(`out of date: ${stale.join(", ")}; run "npm run docs" and commit`);
  return stale.length === 0;
});

if (failed.length > 0) {
  console.error(`\nnot right: ${failed.join(", ")}`);
  process.exit(1);
}
