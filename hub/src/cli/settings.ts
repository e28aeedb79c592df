import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { HubError, messageOf } from "#contract/errors.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import { loadConfig, type Config } from "../config.ts";
import type { Settings } from "./arguments.ts";
import { homeOf } from "./home.ts";

/**
 * The configuration from file, environment and command line.
 *
 * @throws {HubError} `bad-config` when the file cannot be read or something in it is not right.
 */
export function readConfig(modules: readonly ModuleDefinition[], { configPath, flags, portBase }: Settings): Config {
  const home = homeOf(process.env);
  const path = configPath === undefined ? home.configPath : resolve(configPath);
  const config = loadConfig(modules, {
    env: process.env,
    flags,
    portBase,
    dataDir: home.dataDir,
    ...(configPath === undefined && !existsSync(path) ? {} : { yaml: { path, text: read(path) } }),
  });
  return { ...config, hub: { ...config.hub, dataDir: resolve(config.hub.dataDir) } };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new HubError("bad-config", `the configuration file ${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
