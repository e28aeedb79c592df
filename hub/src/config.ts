import { HubError } from "#contract/errors.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import type { SettingOrigin } from "@lightwell/wire/api/settings.ts";
import { parse } from "yaml";
import { z } from "zod";
import { channelOptions } from "./channel-settings.ts";
import { modes, type Mode, type ModeName } from "./modes.ts";

/** The `hub` section: what belongs to no module. */
export const hubOptions = z.strictObject({
  mode: z
    .enum(Object.keys(modes) as [ModeName, ...ModeName[]])
    .default("all")
    .meta({ description: "Which modules run, on which ports." }),
  dataDir: z.string().default("data").meta({ description: "Folder for what must survive a restart." }),
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
    .meta({ description: "A viewer that takes nothing for so long is closed, in ms." }),
});

/** A checked configuration. */
export interface Config {
  readonly hub: z.output<typeof hubOptions>;
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
  { yaml, env = {}, flags = {} }: ConfigSources,
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
    else for (const issue of result.error.issues) faults.push(...describeIssue(name, schema, issue));
  }
  if (faults.length > 0)
    throw new HubError(
      "bad-config",
      `the configuration is not right:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  const { hub, channels, ...rest } = checked;
  return {
    hub: hub as Config["hub"],
    channels: channels as Config["channels"],
    modules: rest,
    origins: originsOf({ mode: values, file, environment: merge({}, fromEnv), option: merge({}, overrides) }),
    file: yaml?.path,
  };
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

/** Keys of a section with their schemas. */
export function keysOf(section: z.ZodType): Record<string, z.ZodType> {
  return section instanceof z.ZodObject ? (section.shape as Record<string, z.ZodType>) : {};
}

/** Schemas may have several wrappers (default, optional, a transformation); what is inside says the type. */
export function inner(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return inner(schema.in as z.ZodType);
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault
    ? inner(schema.unwrap() as z.ZodType)
    : schema;
}

/** What a setting means, as its schema says. */
export function descriptionOf(schema: z.ZodType): string {
  return schema.meta()?.description ?? inner(schema).meta()?.description ?? "";
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

function describeIssue(section: string, schema: z.ZodType, issue: z.core.$ZodIssue): string[] {
  const path = [section, ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    const known = issue.path.length === 0 ? Object.keys(keysOf(schema)) : [];
    return issue.keys.map((key) => `${path}.${key}: there is no such setting${nearest(key, known)}`);
  }
  return [`${path}: ${issue.message}`];
}

/** `; did you mean "port"?` when one of the known words is close. */
export function nearest(word: string, known: readonly string[]): string {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  if (best) return `; did you mean "${best}"?`;
  return known.length > 0 ? `; there are: ${known.join(", ")}` : "";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
