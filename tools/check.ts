// Every check that needs no running hub, one after the other: `npm run check`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { checkDocs } from "./docs.ts";
import { brokenLinks } from "./links.ts";

const failed: string[] = [];

async function check(name: string, run: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  const fine = await run();
  if (!fine) failed.push(name);
  console.log(`${fine ? "ok  " : "FAIL"} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

function program(name: string, command: string, args: readonly string[]): Promise<void> {
  return check(name, () => {
    const result = spawnSync(command, args, { encoding: "utf8" });
    if (result.status !== 0) console.log(result.stdout, result.stderr, result.error ?? "");
    return result.status === 0;
  });
}

await program("format", "oxfmt", ["--check", "."]);
await program("lint", "oxlint", ["--deny-warnings"]);
await program("types", "tsc", ["-p", "tsconfig.json"]);
await program("types of wire without Node", "tsc", ["-p", "wire/tsconfig.json"]);
await program("types of sdk without Node", "tsc", ["-p", "sdk/tsconfig.json"]);
await program("types of web", "tsc", ["-p", "web/tsconfig.json"]);
await program("boundaries", "depcruise", ["--config", ".dependency-cruiser.mjs", "wire/src", "hub/src", "sdk/src"]);
await program("dead code", "knip", ["--no-progress"]);
await check("generated docs", async () => {
  const stale = await checkDocs();
  if (stale.length > 0) console.log(`out of date: ${stale.join(", ")}; run "npm run docs" and commit`);
  return stale.length === 0;
});
await check("links", () => {
  const broken = brokenLinks(fileURLToPath(new URL("..", import.meta.url)));
  if (broken.length > 0) console.log(`lead nowhere:\n${broken.join("\n")}`);
  return broken.length === 0;
});

if (failed.length > 0) {
  console.error(`\nnot right: ${failed.join(", ")}`);
  process.exit(1);
}
