import { sampleNews } from "./content/sample-news.ts";
import type { SceneData } from "./scene-data.ts";

/** A hub at work, with everything that a scene can tell of. */
export const busyHub: SceneData = {
  title: "Lightwell",
  message: "Doors open at seven.\nPlease bring a torch: the stairs are darker than they look.",
  news: sampleNews,
  utcOffsetMinutes: 120,
  hub: {
    channels: [
      { name: "demo", fps: 30, viewers: 12, health: "live" },
      { name: "scene", fps: 15, viewers: 1, health: "live" },
      { name: "garden", fps: 0, viewers: 0, health: "stalled" },
    ],
    viewers: 13,
    cpuPercent: 23,
    memoryMb: 84,
    uptimeSeconds: 7_380,
    deliveredPerSecond: Array.from({ length: 120 }, (_, i) => 300 + (i % 12) * 20),
  },
};

/** A hub that has just started and knows nothing. */
export const emptyHub: SceneData = {
  title: "",
  message: "",
  news: [],
  utcOffsetMinutes: 0,
  hub: {
    channels: [],
    viewers: 0,
    cpuPercent: undefined,
    memoryMb: undefined,
    uptimeSeconds: 0,
    deliveredPerSecond: [],
  },
};

/** Sunday, 17 May 2026, 18:30:05 UTC. */
export const EVENING = Date.UTC(2026, 4, 17, 18, 30, 5);
