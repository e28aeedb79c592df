import { isIPv6 } from "node:net";
import { HubError } from "#contract/errors.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import type { SettingOrigin } from "@lightwell/wire/api/settings.ts";
import { parse } from "yaml";
import { z } from "zod";
import { channelOptions } from "./channel-settings.ts";
import { describeFault } from "./config-faults.ts";
import { keysOf } from "./config-schema.ts";
import { modes, type Mode, type ModeName } from "./modes.ts";
import { nearest } from "./nearest.ts";
import { portPaths } from "./ports.ts";

/** The `hub` section: what belongs to no module. */
export const hubOptions = z.strictObject({
  mode: z
    .enum(Object.keys(modes) as [ModeName, ...ModeName[]])
    .default("all")
    .meta({ description: "Which modules run, on which ports." }),
  dataDir: z.string().min(1).optional().meta({
    description:
      "Folder for what must survive a restart. By itself: `data` in Lightwell's own folder; of an installed package, `lightwell` in the user's folder for state (`XDG_STATE_HOME`).",
  }),
  logLevel: z
    .enum(["debug", "info", "warn", "error"])
    .default("info")
    .meta({ description: "Least severe lines that are logged." }),
  logFormat: z
    .enum(["text", "json", "silent"])
    .default("text")
    .meta({ description: "How log lines are written to standard output." }),
  viewerTimeoutMs: z
    .int()
    .min(1000)
    .default(10_000)
    .meta({ description: "A viewer that takes nothing for this long is closed, in ms." }),
});

/** A checked configuration. */
export interface Config {
  readonly hub: z.output<typeof hubOptions> & { readonly dataDir: string };
  readonly channels: z.output<typeof channelOptions>;
  /** Checked options by module name. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** Where `section.key` comes from, unless it is the schema's default. */
  readonly origins: ReadonlyMap<string, SettingOrigin>;
  /** Path of the file that was read. */
  readonly file: string | undefined;
}

/** Where settings come from, the later the stronger. */
export interface ConfigSources {
  /** Text of a YAML file. */
  readonly yaml?: { readonly text: string; readonly path: string };
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `module.key` → value, from the command line; strings are read as YAML scalars. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Where what must survive a restart is kept unless a setting says otherwise. */
  readonly dataDir?: string;
  /** Added to every port that no flag sets. */
  readonly portBase?: number;
}

export type Sections = Readonly<Record<string, z.ZodType>>;

/** Every section of the configuration, in the order of the list of modules. */
export function sectionsOf(modules: readonly ModuleDefinition[]): Sections {
  return { hub: hubOptions, channels: channelOptions, ...Object.fromEntries(modules.map((m) => [m.name, m.options])) };
}

/**
 * Check the whole configuration.
 *
 * @throws {HubError} `bad-config` with one line per fault: the path, what is wrong, the nearest key for a typo.
 */
export function loadConfig(
  modules: readonly ModuleDefinition[],
  { yaml, env = {}, flags = {}, dataDir = "data", portBase = 0 }: ConfigSources,
): Config {
  const sections = sectionsOf(modules);
  const file = yaml ? readYaml(yaml) : {};
  const fromEnv = readEnvironment(sections, env);
  const overrides = Object.entries(flags).map(([path, value]): [string, unknown] => [
    path,
    typeof value === "string" ? scalar(value) : value,
  ]);
  const wanted = merge(structuredClone(file), fromEnv, overrides);
  const mode = modeOf(wanted);
  const values = merge(
    {},
    Object.entries(mode.defaults).filter(([path]) => Object.hasOwn(sections, path.split(".")[0] ?? "")),
    [],
  );
  const all = deepMerge(values, wanted);

  const faults: string[] = [];
  const checked: Record<string, unknown> = {};
  for (const key of Object.keys(all))
    if (!Object.hasOwn(sections, key))
      faults.push(`${key}: there is no such section${nearest(key, Object.keys(sections))}`);
  for (const [name, schema] of Object.entries(sections)) {
    const result = schema.safeParse(all[name] ?? {});
    if (result.success) checked[name] = result.data;
    else for (const issue of result.error.issues) faults.push(...describeFault(name, schema, issue));
  }
  faults.push(
    ...movePorts(
      checked,
      portBase,
      portPaths(sections).filter((path) => !Object.hasOwn(flags, path)),
    ),
  );
  if (faults.length > 0)
    throw new HubError(
      "bad-config",
      `the configuration${yaml ? ` (file ${yaml.path})` : ""} is not right:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  const { hub, channels, ...rest } = checked;
  return {
    hub: withDataDir(hub as z.output<typeof hubOptions>, dataDir),
    channels: channels as Config["channels"],
    modules: rest,
    origins: originsOf({ mode: values, file, environment: merge({}, fromEnv), option: merge({}, overrides) }),
    file: yaml?.path,
  };
}

const withDataDir = (hub: z.output<typeof hubOptions>, usual: string) => ({ ...hub, dataDir: hub.dataDir ?? usual });

/** Adds `base` to the ports at these paths; a port of 0 is any free one already. Returns what is wrong, a line each. */
function movePorts(checked: Tree, base: number, paths: readonly string[]): string[] {
  const faults: string[] = [];
  if (base === 0) return faults;
  for (const path of paths) {
    const [section = "", key = ""] = path.split(".");
    const values = checked[section];
    const port = isTree(values) ? values[key] : undefined;
    if (!isTree(values) || typeof port !== "number" || port === 0) continue;
    const moved = port + base;
    if (moved > 65_535) faults.push(`${path}: ${port} + ${base} is no port: the largest is 65535`);
    setOwn(values, key, moved);
  }
  return faults;
}

/** `section.key` → the last layer that has it. */
function originsOf(layers: Readonly<Record<Exclude<SettingOrigin, "default">, Tree>>): Map<string, SettingOrigin> {
  const origins = new Map<string, SettingOrigin>();
  for (const origin of ["mode", "file", "environment", "option"] as const) {
    for (const [section, keys] of Object.entries(layers[origin]))
      for (const key of isTree(keys) ? Object.keys(keys) : []) origins.set(`${section}.${key}`, origin);
  }
  return origins;
}

/** The environment variable of a setting: `LIGHTWELL_MJPEG_MAX_VIEWERS` for `mjpeg.maxViewers`. */
export function environmentName(section: string, key: string): string {
  return `LIGHTWELL_${section.replaceAll("-", "_")}_${key.replace(/([A-Z])/g, "_$1")}`.toUpperCase();
}

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

function readYaml({ text, path }: { readonly text: string; readonly path: string }): Tree {
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw new HubError("bad-config", `${path} is not YAML: ${(error as Error).message.split("\n")[0]}`, {
      cause: error,
    });
  }
  if (!isTree(value))
    throw new HubError(
      "bad-config",
      `${path} must hold sections such as "http:", not a ${Array.isArray(value) ? "list" : typeof value}`,
    );
  return value;
}

function readEnvironment(sections: Sections, env: NonNullable<ConfigSources["env"]>): Array<[string, unknown]> {
  const found: Array<[string, unknown]> = [];
  for (const [name, schema] of Object.entries(sections)) {
    for (const key of Object.keys(keysOf(schema))) {
      const value = env[environmentName(name, key)];
      if (value !== undefined) found.push([`${name}.${key}`, scalar(value)]);
    }
  }
  return found;
}

/** `8080` is a number, `true` a boolean, `[a, b]` a list; what is no YAML stays text. */
function scalar(text: string): unknown {
  // YAML takes `::` for a key without a name.
  if (isIPv6(text)) return text;
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

function merge(into: Tree, ...layers: Array<Array<[string, unknown]>>): Tree {
  for (const [path, value] of layers.flat()) {
    const keys = path.split(".");
    const last = keys.pop() ?? path;
    let node = into;
    for (const key of keys) {
      const next = Object.hasOwn(node, key) ? node[key] : undefined;
      const child: Tree = isTree(next) ? next : {};
      setOwn(node, key, child);
      node = child;
    }
    setOwn(node, last, value);
  }
  return into;
}

/** A key called `__proto__` is a key like any other, to be refused by the schema. */
function setOwn(tree: Tree, key: string, value: unknown): void {
  Object.defineProperty(tree, key, { value, enumerable: true, configurable: true, writable: true });
}

function deepMerge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(result, key) ? result[key] : undefined;
    setOwn(result, key, isTree(below) && isTree(value) ? deepMerge(below, value) : value);
  }
  return result;
}

function modeOf(wanted: Tree): Mode {
  const hub = wanted["hub"];
  const name = isTree(hub) ? hub["mode"] : undefined;
  return typeof name === "string" && Object.hasOwn(modes, name) ? modes[name as ModeName] : modes.all;
}
