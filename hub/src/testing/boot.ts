import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "#core/clock.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import type { LogFormat } from "../log-book.ts";
import { loadConfig } from "../config.ts";
import { startHub, type Hub } from "../hub.ts";

/** The admin token of every hub that a test starts. */
export const ADMIN_TOKEN = "test-admin-token-0123456789abcdef";

export interface TestHub extends Hub {
  /** `http://127.0.0.1:<port>` of the public listener; throws when the mode has none. */
  readonly publicUrl: string;
  readonly adminUrl: string;
  readonly dataDir: string;
}

/**
 * A real hub of these modules on free ports, closed when the test ends.
 * `settings` are flags: `"mjpeg.maxViewers": 3`. A test that fails keeps nothing: pass `dataDir` to look at files.
 */
export async function bootHub(
  modules: readonly ModuleDefinition[],
  settings: Readonly<Record<string, unknown>> = {},
  {
    logFormat = "silent",
    dataDir,
    clock = systemClock,
  }: { logFormat?: LogFormat; dataDir?: string; clock?: Clock } = {},
): Promise<TestHub> {
  const dir = dataDir ?? mkdtempSync(join(tmpdir(), "lightwell-test-"));
  const names = new Set(["hub", "channels", ...modules.map((module) => module.name)]);
  const flags = Object.entries({
    "hub.dataDir": dir,
    "hub.logFormat": logFormat,
    "http.publicHost": "127.0.0.1",
    "http.publicPort": 0,
    "http.adminPort": 0,
    "access.adminToken": ADMIN_TOKEN,
    ...settings,
  }).filter(([path]) => names.has(path.split(".")[0] ?? ""));
  const hub = await startHub(modules, loadConfig(modules, { flags: Object.fromEntries(flags) }), { clock });
  onTestFinished(async () => {
    await hub.close();
    if (!dataDir) rmSync(dir, { recursive: true, force: true });
  });
  const address = (listener: "public" | "admin") => {
    const found = hub.service("http")?.address(listener);
    if (!found) throw new Error(`this hub has no ${listener} listener`);
    return found;
  };
  return {
    ...hub,
    dataDir: dir,
    get publicUrl() {
      return address("public");
    },
    get adminUrl() {
      return address("admin");
    },
  };
}
