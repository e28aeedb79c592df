import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{wire,hub,sdk,web,tools,bench,examples}/**/*.test.ts"],
    // Real servers, ffmpeg and Chromium share two cores: more workers only make each other late.
    maxWorkers: 2,
    // For what hangs. A machine that is busy with other things is no reason to fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
