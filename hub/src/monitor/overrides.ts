import type { Store } from "#contract/services.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import type { ChannelSettings as SettingsBody } from "@lightwell/wire/api/channel-settings.ts";

/** What an operator changed of a channel; it goes before the configuration. */
export type Override = Partial<SettingsBody>;

/**
 * Settings that operators changed, by channel name. They outlive the channel and the hub: a channel that was
 * made private must not come back public because its camera was away.
 */
export class Overrides {
  readonly #store: Store;
  readonly #byName: Map<string, Override>;

  /** Applies them to every channel, those to come included. */
  static async load(store: Store, channels: Channels): Promise<Overrides> {
    const kept = await store.collection<Override>("channel-settings").list();
    const overrides = new Overrides(store, new Map(kept.map(({ id, value }) => [id, value])));
    channels.onAdded((channel) => overrides.#apply(channel));
    return overrides;
  }

  private constructor(store: Store, byName: Map<string, Override>) {
    this.#store = store;
    this.#byName = byName;
  }

  async change(channel: LiveChannel, change: Override): Promise<void> {
    const override = { ...this.#byName.get(channel.name), ...change };
    this.#byName.set(channel.name, override);
    this.#apply(channel);
    await this.#store.collection<Override>("channel-settings").put(channel.name, override);
  }

  #apply(channel: LiveChannel): void {
    const override = this.#byName.get(channel.name);
    if (!override) return;
    const { fallback, ...rest } = override;
    channel.settings = {
      ...channel.settings,
      ...rest,
      ...(fallback !== undefined && { fallback: fallback ?? undefined }),
    };
  }
}
