import type { Access, Identity } from "#contract/services.ts";
import { allowed, findVisible, visibleChannels } from "#contract/visible.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";

/** True for operators, and for producers that are good for this channel: a viewer's token only watches. */
export function mayControl(access: Access, identity: Identity | undefined, channel: LiveChannel): boolean {
  return (
    allowed(() => access.requireRole(identity, "operator")) ||
    allowed(() => access.requirePublish(identity, channel.name))
  );
}

/**
 * The channel that a client gets: the one that it names, or else the default, which is the first that shows text, or
 * else the first, when none is set. Undefined when it names none and there is none for it yet.
 *
 * @throws {HubError} `not-found` for one that it names
 */
export function chooseChannel(
  name: string | undefined,
  {
    channels,
    access,
    identity,
    defaultChannel,
  }: {
    channels: Channels;
    access: Access;
    identity: Identity | undefined;
    defaultChannel: string | undefined;
  },
): LiveChannel | undefined {
  if (name !== undefined) return findVisible(name, { channels, access, identity });
  const open = visibleChannels(channels, access, identity);
  if (defaultChannel !== undefined) return open.find((channel) => channel.name === defaultChannel);
  return open.find(({ latest }) => latest?.content.kind === "text") ?? open[0];
}
