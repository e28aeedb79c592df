import { remove } from "./api.ts";
import { feed } from "./snapshot.ts";

/** Disconnect a viewer; it leaves the list at once. */
export async function closeViewer(id: number): Promise<void> {
  await remove(`/api/viewers/${id}`);
  feed.change((snapshot) => ({ ...snapshot, viewers: snapshot.viewers.filter((viewer) => viewer.id !== id) }));
}

/** Remove a channel; it leaves the list at once. */
export async function removeChannel(name: string): Promise<void> {
  await remove(`/api/channels/${encodeURIComponent(name)}`);
  feed.change((snapshot) => ({ ...snapshot, channels: snapshot.channels.filter((channel) => channel.name !== name) }));
}
