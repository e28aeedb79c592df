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

/** True when this identity may watch the channel. */
export function mayWatch(access: Access, identity: Identity | undefined, channel: LiveChannel): boolean {
  return allowed(() => access.requireWatch(identity, channel));
}

/** The channels that somebody may watch, in the order in which they were opened. */
export function visibleChannels(channels: Channels, access: Access, identity: Identity | undefined): LiveChannel[] {
  return channels.list().filter((channel) => mayWatch(access, identity, channel));
}
