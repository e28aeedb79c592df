import type { Cancel } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Size } from "./view.ts";

interface Entry {
  last: Size | undefined;
  readonly listeners: Set<(size: Size) => void>;
}

/** The sizes that viewers of a channel ask for, told to its producers: one that draws may follow the last. */
export class SizeWishes {
  readonly #entries = new WeakMap<LiveChannel, Entry>();

  wish(channel: LiveChannel, size: Size): void {
    const entry = this.#of(channel);
    entry.last = size;
    for (const listener of entry.listeners) listener(size);
  }

  /** Hear every wish from now on, and the last one at once. */
  follow(channel: LiveChannel, listener: (size: Size) => void): Cancel {
    const { last, listeners } = this.#of(channel);
    listeners.add(listener);
    if (last) listener(last);
    return () => void listeners.delete(listener);
  }

  #of(channel: LiveChannel): Entry {
    let entry = this.#entries.get(channel);
    if (!entry) this.#entries.set(channel, (entry = { last: undefined, listeners: new Set() }));
    return entry;
  }
}
