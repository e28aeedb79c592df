import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { leftOut } from "./tools/needed-programs.ts";

const include = ["{wire,hub,sdk,web,tools,bench,examples}/**/*.test.ts"];
const without = leftOut(fileURLToPath(new URL(".", import.meta.url)), include);
for (const { file, missing } of without) console.log(`left out, for want of ${missing.join(", ")}: ${file}`);

export default defineConfig({
  test: {
    include,
    exclude: [...configDefaults.exclude, ...without.map(({ file }) => file)],
    // Real servers, ffmpeg and Chromium share two cores: more workers only make each other late.
    maxWorkers: 2,
    // For what hangs. A machine that is busy with other things is no reason to fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A shared machine can starve a browser for a while. What needs the second try is listed, as a defect.
    retry: process.env["CI"] ? 1 : 0,
    reporters: ["default", "./tools/second-try-reporter.ts"],
  },
});
