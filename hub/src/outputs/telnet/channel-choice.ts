import type { Access, Identity } from "#contract/services.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";

/** The channels that somebody may watch, in the order in which they were opened. */
export function visibleChannels(channels: Channels, access: Access, identity: Identity | undefined): LiveChannel[] {
  return channels.list().filter((channel) => mayWatch(access, identity, channel));
}

export function mayWatch(access: Access, identity: Identity | undefined, channel: LiveChannel): boolean {
  try {
    access.requireWatch(identity, channel);
    return true;
  } catch {
    return false;
  }
}

/** The one so many places after `current`, around the end; the first when `current` is not in the list. */
export function neighbour(
  list: readonly LiveChannel[],
  current: LiveChannel | undefined,
  step: 1 | -1,
): LiveChannel | undefined {
  const at = current ? list.indexOf(current) : -1;
  return at < 0 ? list[0] : list[(at + step + list.length) % list.length];
}
