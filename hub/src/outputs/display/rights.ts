import { HubError } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import { allowed, visibleChannels } from "#contract/visible.ts";
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
 * The channel that a client gets: the one that it names, or else the first that shows text, or else the first.
 * Undefined when it names none and there is none for it yet.
 *
 * @throws {HubError} `not-found`, `unauthorized` or `forbidden` for one that it names
 */
export function chooseChannel(
  name: string | undefined,
  { channels, access, identity }: { channels: Channels; access: Access; identity: Identity | undefined },
): LiveChannel | undefined {
  if (name !== undefined) {
    const channel = channels.get(name);
    if (!channel) throw new HubError("not-found", `there is no channel "${name.slice(0, 64)}"`);
    access.requireWatch(identity, channel);
    return channel;
  }
  const open = visibleChannels(channels, access, identity);
  return open.find(({ latest }) => latest?.content.kind === "text") ?? open[0];
}
