import { parseArgs } from "node:util";
import { HubError } from "#contract/errors.ts";
import type { Role } from "#contract/services.ts";
import { modes, type ModeName } from "../modes.ts";
import { nearest } from "../nearest.ts";
import { programName } from "./home.ts";
import { isRole } from "./role.ts";

/** What the command line asks for. */
export type Command =
  | { readonly name: "help"; readonly topic: string | undefined }
  | { readonly name: "version" }
  | { readonly name: "run"; readonly settings: Settings; readonly open: boolean }
  | {
      readonly name: "watch" | "stats";
      /** As typed; undefined: this machine's. */
      readonly hub: string | undefined;
      readonly channel: string | undefined;
      readonly settings: Settings;
    }
  | { readonly name: "config"; readonly action: "check" | "print" | "docs"; readonly settings: Settings }
  | {
      readonly name: "token";
      readonly action: "create" | "list" | "revoke";
      /** Of the token to revoke. */
      readonly id: string;
      /** The token to create. */
      readonly wish: { readonly name: string; readonly role: Role; readonly channels: readonly string[] | undefined };
      readonly settings: Settings;
    };

/** Where the configuration comes from, as the command line says. */
export interface Settings {
  /** Path of a YAML file that must exist; undefined: the usual one, if there is one. */
  readonly configPath: string | undefined;
  /** `module.key` → value. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Added to every port that the command line does not set by itself. */
  readonly portBase: number;
}

const options = {
  mode: { type: "string" },
  port: { type: "string" },
  "port-base": { type: "string" },
  dir: { type: "string" },
  data: { type: "string" },
  config: { type: "string" },
  set: { type: "string", multiple: true },
  open: { type: "boolean" },
  hub: { type: "string" },
  role: { type: "string" },
  name: { type: "string" },
  channel: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "V" },
} as const;

const namesOfCommands = ["config", "token", "watch", "stats"] as const;
const commands = [...namesOfCommands, "help", ...Object.keys(modes)];

/**
 * Read the command line.
 *
 * @throws {HubError} `bad-config` with one line that names the word and the remedy.
 */
export function readArguments(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [first, ...rest] = positionals;
  if (values.version) return { name: "version" };
  if (values.help || first === "help") return { name: "help", topic: first === "help" ? rest[0] : first };
  const flags: Record<string, unknown> = {};
  for (const assignment of values.set ?? []) {
    const at = assignment.indexOf("=");
    if (at < 1 || !assignment.slice(0, at).includes("."))
      throw refuse(`--set takes section.key=value, not "${assignment}"`);
    flags[assignment.slice(0, at)] = assignment.slice(at + 1);
  }
  // Flags are read as YAML; in quotes a folder called 2024 is no number.
  if (values.data !== undefined) flags["hub.dataDir"] = JSON.stringify(values.data);
  if (values.dir !== undefined) flags["interleave.dir"] = JSON.stringify(values.dir);

  const command = namesOfCommands.find((name) => name === first);
  if (!command && rest.length > 0)
    throw refuse(`"${rest[0]}" is one word too many: a mode is the only one that is taken`);
  const mode = values.mode ?? (command ? undefined : first);
  if (mode !== undefined) {
    if (!Object.hasOwn(modes, mode)) throw refuse(`there is no mode or command "${mode}"${nearest(mode, commands)}`);
    flags["hub.mode"] = mode;
  }
  if (values.port !== undefined) {
    flags[modes[(mode ?? "all") as ModeName].port] = portNumber("--port", values.port);
  }
  const portBase = portNumber("--port-base", values["port-base"] ?? "0");
  const settings: Settings = { configPath: values.config, flags, portBase };

  if (command === "watch" || command === "stats") {
    const extra = rest[command === "watch" ? 1 : 0];
    if (extra !== undefined) throw refuse(`"${extra}" is one word too many for ${command}`);
    return { name: command, hub: values.hub, channel: rest[0], settings };
  }
  if (command === "token") return readToken(rest, values, settings);
  if (command === "config") {
    const action = rest[0];
    if (action !== "check" && action !== "print" && action !== "docs")
      throw refuse(`config takes check, print or docs${action ? `, not "${action}"` : ""}`);
    return { name: "config", action, settings };
  }
  return { name: "run", settings, open: values.open ?? false };
}

function readToken(
  [action = "", id = ""]: readonly string[],
  {
    role = "producer",
    name,
    channel,
  }: { readonly role?: string; readonly name?: string; readonly channel?: readonly string[] },
  settings: Settings,
): Command {
  if (action !== "create" && action !== "list" && action !== "revoke") {
    throw refuse(`token takes create, list or revoke${action ? `, not "${action}"` : ""}`);
  }
  if (!isRole(role)) throw refuse(`there is no role "${role}": use viewer, producer, operator or admin`);
  if (action === "revoke" && !id)
    throw refuse(`token revoke needs the id of a token, as ${programName()} token list shows it`);
  return {
    name: "token",
    action,
    id,
    wish: { name: name ?? `made by the command line`, role, channels: channel },
    settings,
  };
}

function portNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535)
    throw refuse(`${option} takes a number from 0 to 65535, not "${text}"`);
  return Number(text);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const unknown = /Unknown option '(-[^']*)'/.exec((error as Error).message)?.[1];
    if (unknown)
      throw refuse(`there is no option ${unknown}${nearest(unknown.replace(/^-+/, ""), Object.keys(options))}`);
    throw refuse((error as Error).message);
  }
}

function refuse(message: string): HubError {
  return new HubError("bad-config", `${message}; see ${programName()} --help`);
}
