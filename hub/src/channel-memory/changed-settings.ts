import type { Collection, Store } from "#contract/services.ts";
import type { Channels } from "#core/registry.ts";
import type { ChannelChange } from "@lightwell/wire/api/channel-settings.ts";

/**
 * Settings that operators changed, by channel name; they go before the configuration. The store has them: other hubs on
 * the same data folder change them too.
 */
export class ChangedSettings {
  readonly #kept: Collection<ChannelChange>;
  readonly #channels: Channels;
  /** As they are in force, in JSON. */
  readonly #inForce = new Map<string, string>();
  /** One after the other: each change adds to what is kept. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Store, channels: Channels) {
    this.#kept = store.collection("channel-settings");
    this.#channels = channels;
  }

  /** @throws {HubError} `unavailable` when it cannot be kept; nothing has changed then. */
  change(name: string, change: ChannelChange): Promise<void> {
    const done = this.#turn.then(async () => {
      const changed = { ...(await this.#kept.get(name)), ...change };
      await this.#kept.put(name, changed);
      this.#enforce(name, changed);
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Put in force what the store has by now. */
  reload(): Promise<void> {
    const done = this.#turn.then(async () => {
      const kept = await this.#kept.list();
      for (const { id, value } of kept) this.#enforce(id, value);
      const names = new Set(kept.map(({ id }) => id));
      for (const name of [...this.#inForce.keys()].filter((one) => !names.has(one))) {
        this.#inForce.delete(name);
        this.#channels.override(name, undefined);
      }
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #enforce(name: string, changed: ChannelChange): void {
    const json = JSON.stringify(changed);
    if (this.#inForce.get(name) === json) return;
    this.#inForce.set(name, json);
    const { visibility, whenStalled, stallTimeoutMs, frozenTimeoutMs, fallback } = changed;
    this.#channels.override(name, {
      ...(visibility !== undefined && { visibility }),
      ...(whenStalled !== undefined && { whenStalled }),
      ...(stallTimeoutMs !== undefined && { stallTimeoutMs }),
      ...(frozenTimeoutMs !== undefined && { frozenTimeoutMs }),
      ...(fallback !== undefined && { fallback: fallback ?? undefined }),
    });
  }
}
