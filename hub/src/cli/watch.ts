import { showInTerminal } from "./terminal-client.ts";
import type { HubAddress } from "./hub-address.ts";

/**
 * `lightwell watch`: a channel of any hub in this terminal, by its telnet port. The token for private channels comes
 * from `LIGHTWELL_TOKEN`, never from the command line, which other users of the machine can read.
 *
 * @throws {HubError} when there is no hub, no such channel, or no place left.
 */
export function watch(hub: HubAddress, channel: string | undefined): Promise<void> {
  const token = process.env["LIGHTWELL_TOKEN"];
  const lines = [...(token ? [`token ${token}`] : []), ...(channel ? [`watch ${channel}`] : [])];
  return showInTerminal(hub, lines.map((line) => `${line}\r`).join(""));
}
