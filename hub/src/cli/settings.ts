import { existsSync, readFileSync } from "node:fs";
import { HubError, messageOf } from "#contract/errors.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import { loadConfig, type Config } from "../config.ts";
import type { Settings } from "./arguments.ts";

const DEFAULT_PATH = "lightwell.yaml";

/**
 * The configuration from file, environment and command line.
 *
 * @throws {HubError} `bad-config` when the file cannot be read or something in it is not right.
 */
export function readConfig(modules: readonly ModuleDefinition[], { configPath, flags }: Settings): Config {
  const path = configPath ?? (existsSync(DEFAULT_PATH) ? DEFAULT_PATH : undefined);
  return loadConfig(modules, {
    env: process.env,
    flags,
    ...(path === undefined ? {} : { yaml: { path, text: read(path) } }),
  });
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
