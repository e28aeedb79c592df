import type { ChannelChange, ChannelSettings } from "@lightwell/wire/api/channel-settings.ts";
import { channelInfo, type ChannelInfo } from "@lightwell/wire/api/monitor.ts";
import { patchJson, remove } from "./api.ts";
import { feed } from "./snapshot.ts";

/** Disconnect a viewer; it leaves the list at once. */
export async function closeViewer(id: number): Promise<void> {
  await remove(`/api/viewers/${id}`);
  feed.change((snapshot) => ({ ...snapshot, viewers: snapshot.viewers.filter((viewer) => viewer.id !== id) }));
}

/** Change settings of a channel; what is shown changes at once, and back when the hub refuses. */
export async function changeChannel(channel: ChannelInfo, change: ChannelChange): Promise<void> {
  const { name, settings } = channel;
  // What is given is defined: JSON knows nothing else.
  if (settings) show({ ...channel, settings: { ...settings, ...(change as Partial<ChannelSettings>) } });
  try {
    show(await patchJson(`/api/channels/${encodeURIComponent(name)}`, change, channelInfo));
  } catch (error) {
    show(channel);
    throw error;
  }
}

function show(changed: ChannelInfo): void {
  feed.change((snapshot) => ({
    ...snapshot,
    channels: snapshot.channels.map((channel) => (channel.name === changed.name ? changed : channel)),
  }));
}

/** Remove a channel; it leaves the list at once. */
export async function removeChannel(name: string): Promise<void> {
  await remove(`/api/channels/${encodeURIComponent(name)}`);
  feed.change((snapshot) => ({ ...snapshot, channels: snapshot.channels.filter((channel) => channel.name !== name) }));
}
