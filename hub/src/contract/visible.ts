import { HubError } from "./errors.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import type { Access, Identity } from "./services.ts";

/** True when nothing that `check` requires is missing. */
export function allowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
}

/**
 * The answer to those who cannot watch a channel that they name. It is the same for a private one and for none, on
 * every output: names of private channels are private too.
 */
export function notVisible(name: string): HubError {
  const named = `there is no channel "${name.slice(0, 64)}" for you here`;
  return new HubError("not-found", `${named}: if it is private, log in or give a token that is good for it`);
}

/** @throws {HubError} `not-found` when there is none of this name that the identity may watch. */
export function findVisible(
  name: string,
  { channels, access, identity }: { channels: Channels; access: Access; identity: Identity | undefined },
): LiveChannel {
  const channel = channels.get(name);
  if (!channel) throw notVisible(name);
  access.requireWatch(identity, channel);
  return channel;
}

/** True when this identity may watch the channel. */
export function mayWatch(access: Access, identity: Identity | undefined, channel: LiveChannel): boolean {
  return allowed(() => access.requireWatch(identity, channel));
}

/** The channels that somebody may watch, in the order in which they were opened. */
export function visibleChannels(channels: Channels, access: Access, identity: Identity | undefined): LiveChannel[] {
  return channels.list().filter((channel) => mayWatch(access, identity, channel));
}
