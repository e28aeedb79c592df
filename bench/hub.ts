import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as configModule from "../hub/src/config.ts";
import type { ModuleDefinition } from "../hub/src/contract/module.ts";
import type { Channels } from "../hub/src/core/registry.ts";
import type * as hubModule from "../hub/src/hub.ts";

/** A hub with some outputs on free ports. */
export interface BenchHub {
  readonly port: number;
  readonly channels: Channels;
  close(): Promise<void>;
}

const here = new URL("..", import.meta.url);

/**
 * Start one with these outputs, named as their folders; `settings` are flags of theirs: `"mjpeg.maxViewers": 5000`.
 * `checkout`: a folder with another commit and its `node_modules`, which is run instead of this one.
 */
export async function startBenchHub(
  outputs: readonly string[],
  settings: Readonly<Record<string, unknown>>,
  checkout?: string,
): Promise<BenchHub> {
  const root = new URL("hub/src/", checkout ? pathToFileURL(`${checkout}/`) : here).href;
  const { startHub } = (await import(`${root}hub.ts`)) as typeof hubModule;
  const { loadConfig } = (await import(`${root}config.ts`)) as typeof configModule;
  const modules = await Promise.all(
    ["store", "access", "http", ...outputs.map((name) => `outputs/${name}`)].map(async (folder) => {
      const module = (await import(`${root}${folder}/module.ts`)) as { default: ModuleDefinition };
      return module.default;
    }),
  );
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-bench-"));
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
    channels: hub.channels,
    async close() {
      await hub.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
