import { showInTerminal } from "./terminal-client.ts";
import type { HubAddress } from "./hub-address.ts";

/**
 * `lightwell stats`: the statistics screen of any hub in this terminal. A hub that shows it beyond its own machine wants
 * an operator's token, which comes from `LIGHTWELL_TOKEN`.
 *
 * @throws {HubError} when there is no hub, or no place left.
 */
export function stats(hub: HubAddress): Promise<void> {
  const token = process.env["LIGHTWELL_TOKEN"];
  return showInTerminal(hub, token ? `token ${token}\r` : "");
}
