// A hub with one picture in a process of its own, so that what it holds is its own: a test's clients are elsewhere.
// Needs --expose-gc. Says its address first, then with each message what it holds.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { plainPicture } from "#picture/testing.ts";
import { loadConfig } from "../../config.ts";
import { startHub } from "../../hub.ts";
import mjpeg from "./module.ts";

/** What the process holds when all garbage is gone. */
export interface Holdings {
  readonly viewers: number;
  readonly renditions: number;
  readonly descriptors: number;
  readonly timers: number;
  /** JavaScript's heap, and what it refers to outside. */
  readonly heapBytes: number;
  /** Of the whole process, as the system counts. */
  readonly residentBytes: number;
}

const dir = mkdtempSync(join(tmpdir(), "lightwell-crowd-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
process.once("disconnect", () => process.exit());

const modules = [store, access, http, mjpeg];
const flags = {
  "hub.dataDir": dir,
  "hub.logFormat": "silent",
  "http.publicHost": "127.0.0.1",
  "http.publicPort": 0,
  "http.adminPort": 0,
  // Else the hub makes one and prints it.
  "access.adminToken": "token-of-a-crowded-hub-0123456789",
};
const hub = await startHub(modules, loadConfig(modules, { flags }));
const channel = hub.channels.open("cam");
channel.publisher("test").publish(await plainPicture(320, 240));

async function holdings(): Promise<Holdings> {
  // What one collection frees may let go of more in the next turn.
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await new Promise(setImmediate);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    viewers: [...channel.viewers()].length,
    renditions: channel.renditions.size,
    descriptors: readdirSync("/proc/self/fd").length,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    heapBytes: heapUsed + external,
    residentBytes: rss,
  };
}

process.on("message", async () => process.send?.(await holdings()));
process.send?.(hub.service("http")?.address("public"));
