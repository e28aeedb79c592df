import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import access from "../hub/src/access/module.ts";
import { loadConfig } from "../hub/src/config.ts";
import type { ModuleDefinition } from "../hub/src/contract/module.ts";
import type { Publisher } from "../hub/src/core/live-channel.ts";
import http from "../hub/src/http/module.ts";
import { startHub } from "../hub/src/hub.ts";
import store from "../hub/src/store/module.ts";

/** A hub with one output on a free port, and one channel, `bench`. */
export interface BenchHub {
  readonly port: number;
  readonly source: Publisher;
  close(): Promise<void>;
}

/** Start one; `settings` are flags of the output: `"mjpeg.maxViewers": 5000`. */
export async function startBenchHub(
  output: ModuleDefinition,
  settings: Readonly<Record<string, unknown>>,
): Promise<BenchHub> {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-bench-"));
  const modules = [store, access, http, output];
  const flags = {
    "hub.dataDir": dataDir,
    "hub.logFormat": "silent",
    "http.publicHost": "127.0.0.1",
    "http.publicPort": 0,
    "http.adminPort": 0,
    "access.adminToken": "bench-admin-token-0123456789",
    ...settings,
  };
  const hub = await startHub(modules, loadConfig(modules, { flags }));
  return {
    port: Number(new URL(hub.service("http")?.address("public") ?? "").port),
    source: hub.channels.open("bench").publisher("bench"),
    async close() {
      await hub.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
