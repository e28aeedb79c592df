import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{wire,hub,sdk,web,tools,bench,examples}/**/*.test.ts"],
    // Real servers, ffmpeg and Chromium share two cores: more workers only make each other late.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
