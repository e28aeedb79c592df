import { HubError } from "#contract/errors.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";

/** @throws {HubError} `not-found` when there is none of this name. */
export function findChannel(channels: Channels, name: string): LiveChannel {
  const channel = channels.get(name);
  if (!channel) throw new HubError("not-found", `there is no channel "${name.slice(0, 80)}"`);
  return channel;
}
