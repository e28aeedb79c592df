import { HubError } from "#contract/errors.ts";
import { programName } from "./home.ts";

/** Where a listener of a hub is. */
export interface HubAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Read `host`, `host:port`, `:port` or `[::1]:port`.
 *
 * @throws {HubError} `bad-config`
 */
export function hubAddress(text: string | undefined, defaultPort: number): HubAddress {
  const [, bracketed, plain = "", port] = /^(?:\[([\da-f:.]+)\]|([\w.-]*))(?::(\d{1,5}))?$/i.exec(text ?? "") ?? [];
  const host = bracketed ?? plain;
  if ((text ?? "") !== "" && bracketed === undefined && plain === "" && port === undefined) throw refuse(text);
  if (Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) throw refuse(text);
  return { host: host === "" ? "127.0.0.1" : host, port: port === undefined ? defaultPort : Number(port) };
}

function refuse(text: string | undefined): HubError {
  return new HubError("bad-config", `--hub takes host or host:port, not "${text ?? ""}"; see ${programName()} --help`);
}
