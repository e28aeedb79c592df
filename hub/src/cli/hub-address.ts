import { HubError } from "#contract/errors.ts";
import type { Config } from "../config.ts";
import { programName } from "./home.ts";

/** Where a listener of a hub is. */
export interface HubAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a hub shows channels and figures to terminals, unless it is told otherwise. */
const USUAL_PORTS = { telnet: 2323, stats: 2324 } as const;

/**
 * Where the hub that `--hub` names shows something to terminals; without it the one of this machine, on the port that it
 * is configured for.
 *
 * @throws {HubError} `bad-config`
 */
export function terminalAddress(
  module: keyof typeof USUAL_PORTS,
  hub: string | undefined,
  configured: () => Config,
): HubAddress {
  if (hub !== undefined) return hubAddress(hub, USUAL_PORTS[module]);
  const { port } = configured().modules[module] as { readonly port: number };
  return { host: "127.0.0.1", port: port || USUAL_PORTS[module] };
}

/**
 * Read `host`, `host:port`, `:port` or `[::1]:port`.
 *
 * @throws {HubError} `bad-config`
 */
function hubAddress(text: string, defaultPort: number): HubAddress {
  const [, bracketed, plain = "", port] = /^(?:\[([\da-f:.]+)\]|([\w.-]*))(?::(\d{1,5}))?$/i.exec(text ?? "") ?? [];
  const host = bracketed ?? plain;
  if (text !== "" && bracketed === undefined && plain === "" && port === undefined) throw refuse(text);
  if (Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) throw refuse(text);
  return { host: host === "" ? "127.0.0.1" : host, port: port === undefined ? defaultPort : Number(port) };
}

function refuse(text: string): HubError {
  return new HubError("bad-config", `--hub takes host or host:port, not "${text}"; see ${programName()} --help`);
}
