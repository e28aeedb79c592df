import type { Cancel } from "#core/clock.ts";
import type { ChannelControl } from "#core/control.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { SourceState } from "@lightwell/wire/text/scene.ts";
import { textMessage } from "#transport/web-socket-message.ts";

/** States told in a second: a slider that is dragged must not flood a thousand viewers. */
const MIN_INTERVAL_MS = 50;

/** One who is told the state of a channel. */
export interface StateListener {
  onState(message: Buffer): void;
}

/** Tells the viewers of one channel what its source does, each state written down once. */
export class StateFeed {
  readonly #channel: LiveChannel;
  readonly #listeners = new Set<StateListener>();
  #control: ChannelControl | undefined;
  #cancel: Cancel | undefined;
  #message: Buffer | undefined;
  #toldAt = -Infinity;
  #cancelTimer: Cancel | undefined;

  constructor(channel: LiveChannel) {
    this.#channel = channel;
    this.follow();
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** The state as a message; undefined when the source has said none. */
  get message(): Buffer | undefined {
    if (!this.#message) {
      const state = this.#control?.state();
      this.#message = state && stateMessage(state);
    }
    return this.#message;
  }

  add(listener: StateListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: StateListener): void {
    this.#listeners.delete(listener);
  }

  /** A channel's control can come and go with its source: follow the one that is there now. */
  follow(): void {
    const { control } = this.#channel;
    if (control === this.#control) return;
    this.#cancel?.();
    this.#control = control;
    this.#cancel = control?.onState(() => this.#changed());
    this.#changed();
  }

  close(): void {
    this.#cancel?.();
    this.#cancelTimer?.();
    this.#listeners.clear();
  }

  #changed(): void {
    this.#message = undefined;
    const { clock } = this.#channel;
    const wait = this.#toldAt + MIN_INTERVAL_MS - clock.monotonic();
    if (wait <= 0) this.#tell();
    else this.#cancelTimer ??= clock.after(wait, () => this.#tell());
  }

  #tell(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#toldAt = this.#channel.clock.monotonic();
    const { message } = this;
    if (message) for (const listener of this.#listeners) listener.onState(message);
  }
}

/** Not checked by the schema: it comes from the hub's own sources, or was checked when it came in. */
function stateMessage(state: SourceState): Buffer {
  return textMessage(JSON.stringify({ type: "state", state }));
}

/** The feeds of all channels that somebody watches here. */
export class StateFeeds {
  readonly #feeds = new Map<LiveChannel, StateFeed>();

  of(channel: LiveChannel): StateFeed {
    let feed = this.#feeds.get(channel);
    if (!feed) this.#feeds.set(channel, (feed = new StateFeed(channel)));
    return feed;
  }

  /** A few times a second: controls that came or went, feeds that nobody needs. */
  tick(): void {
    for (const [channel, feed] of this.#feeds) {
      feed.follow();
      if (feed.size > 0) continue;
      feed.close();
      this.#feeds.delete(channel);
    }
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }
}
