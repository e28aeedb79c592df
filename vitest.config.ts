import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{wire,hub,sdk,web,tools,bench,examples}/**/*.test.ts"],
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
