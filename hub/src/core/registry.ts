import type { Cancel, Clock } from "./clock.ts";
import { LiveChannel, type ChannelSettings } from "./live-channel.ts";

/** What the hub decided about a channel's settings, by name. */
export type SettingsOf = (name: string, wished: Partial<ChannelSettings>) => ChannelSettings;

/** A channel name: lower-case letters, digits, `-`, `_`, `.`; 1 to 64 characters; the first a letter or digit. */
export const CHANNEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Why a channel could not be opened. */
export class ChannelRefused extends Error {
  readonly why: "bad-name" | "too-many";

  constructor(why: "bad-name" | "too-many", message: string) {
    super(message);
    this.name = "ChannelRefused";
    this.why = why;
  }
}

type Listener = (channel: LiveChannel) => void;

/** Every channel of the hub, by name. */
export class Channels {
  readonly clock: Clock;
  readonly #settingsOf: SettingsOf;
  readonly #maxChannels: number;
  readonly #byName = new Map<string, LiveChannel>();
  readonly #overrides = new Map<string, Partial<ChannelSettings>>();
  readonly #added = new Set<Listener>();
  readonly #removed = new Set<Listener>();
  #lastId: number;

  /** Ids count on from `lastId`: where those of an earlier run are remembered, they must not come again. */
  constructor(clock: Clock, settingsOf: SettingsOf, maxChannels = 1000, lastId = 0) {
    this.clock = clock;
    this.#settingsOf = settingsOf;
    this.#maxChannels = maxChannels;
    this.#lastId = lastId;
  }

  /**
   * The channel of this name for a source, made when there is none. `wished` are the source's defaults: what the
   * operator configured for the name goes before them.
   *
   * @throws {ChannelRefused} for a name that is none, or beyond the number of channels.
   */
  open(name: string, wished: Partial<ChannelSettings> = {}): LiveChannel {
    const existing = this.#byName.get(name);
    if (!existing) return this.#make(name, wished, false);
    if (!existing.expected) return existing;
    existing.expected = false;
    existing.wished = { ...existing.wished, ...wished };
    this.#settle(existing);
    // It has been opened just now.
    this.#byName.delete(name);
    this.#byName.set(name, existing);
    return existing;
  }

  /**
   * The channel of this name, made when there is none: its source is known to come, so that viewers can wait for it.
   * It gives way to channels that are opened when there are too many.
   *
   * @throws {ChannelRefused} as {@link open} does.
   */
  expect(name: string, wished: Partial<ChannelSettings> = {}): LiveChannel {
    const existing = this.#byName.get(name);
    if (!existing) return this.#make(name, wished, true);
    if (existing.expected) {
      existing.wished = { ...existing.wished, ...wished };
      this.#settle(existing);
    }
    return existing;
  }

  /** Settings that go before all others, for the channel of this name whenever there is one; undefined: none any more. */
  override(name: string, settings: Partial<ChannelSettings> | undefined): void {
    if (settings) this.#overrides.set(name, settings);
    else this.#overrides.delete(name);
    const channel = this.#byName.get(name);
    if (channel) this.#settle(channel);
  }

  get(name: string): LiveChannel | undefined {
    return this.#byName.get(name);
  }

  /** In the order in which they were opened, and then those that are only expected. */
  list(): LiveChannel[] {
    const all = [...this.#byName.values()];
    return [...all.filter(({ expected }) => !expected), ...all.filter(({ expected }) => expected)];
  }

  /** Close the channel and forget it. False when there is none of this name. */
  remove(name: string): boolean {
    const channel = this.#byName.get(name);
    if (!channel) return false;
    this.#byName.delete(name);
    channel.close("channel-closed");
    for (const listener of this.#removed) listener(channel);
    return true;
  }

  /** Hear of every channel: those that exist, at once, and those to come. */
  onAdded(listener: Listener): Cancel {
    for (const channel of this.#byName.values()) listener(channel);
    this.#added.add(listener);
    return () => void this.#added.delete(listener);
  }

  onRemoved(listener: Listener): Cancel {
    this.#removed.add(listener);
    return () => void this.#removed.delete(listener);
  }

  /**
   * Close viewers whose transport has taken nothing for `timeoutMs`; says how many.
   *
   * @param heldUpMs for this long the hub itself did nothing since the last time, and heard of nobody: no viewer's fault
   */
  closeNotReading(timeoutMs: number, heldUpMs = 0): number {
    const now = this.clock.monotonic();
    let closed = 0;
    for (const channel of this.#byName.values()) {
      for (const viewer of [...channel.viewers()]) {
        if (heldUpMs > 0) viewer.excuse(heldUpMs);
        if (viewer.busySince === undefined || now - viewer.busySince < timeoutMs) continue;
        viewer.close("not-reading");
        closed++;
      }
    }
    return closed;
  }

  /** Close every channel with the viewers told that the hub ends. */
  shutdown(): void {
    for (const channel of this.#byName.values()) channel.close("shutdown");
    this.#byName.clear();
  }

  #make(name: string, wished: Partial<ChannelSettings>, expected: boolean): LiveChannel {
    if (!CHANNEL_NAME.test(name)) {
      throw new ChannelRefused(
        "bad-name",
        `"${name.slice(0, 80)}" is no channel name: use 1 to 64 of a–z 0–9 . _ - and begin with a letter or digit`,
      );
    }
    if (this.#byName.size >= this.#maxChannels && (expected || !this.#giveWay()))
      throw new ChannelRefused("too-many", `there are ${this.#maxChannels} channels already: remove one first`);
    const channel = new LiveChannel(++this.#lastId, name, this.clock, this.#settingsFor(name, wished));
    channel.wished = wished;
    channel.expected = expected;
    this.#byName.set(name, channel);
    for (const listener of this.#added) listener(channel);
    return channel;
  }

  /** Drop a channel that is only expected and that nobody waits for. */
  #giveWay(): boolean {
    for (const { name, expected, watched } of this.#byName.values()) if (expected && !watched) return this.remove(name);
    return false;
  }

  #settle(channel: LiveChannel): void {
    channel.settings = this.#settingsFor(channel.name, channel.wished);
  }

  #settingsFor(name: string, wished: Partial<ChannelSettings>): ChannelSettings {
    return { ...this.#settingsOf(name, wished), ...this.#overrides.get(name) };
  }
}
