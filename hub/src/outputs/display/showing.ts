import type { Clock } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { CloseReason, ViewerInfo } from "#core/viewer.ts";
import type { Outlet } from "./outlet.ts";
import type { StateFeed, StateFeeds, StateListener } from "./state-feed.ts";
import type { Tallies } from "./tallies.ts";
import { View, type Size, type ViewChange } from "./view.ts";
import { Watching, type Manner } from "./watching.ts";

/** A window that is dragged asks for a size with every move. */
const CHANGE_INTERVAL_MS = 200;

/** What of the hub it takes to show a channel. */
export interface ShowingHub {
  readonly clock: Clock;
  readonly states: StateFeeds;
  readonly tallies: Tallies;
  readonly options: { readonly cols: number; readonly rows: number; readonly maxFps: number };
}

export interface ShowingParts {
  readonly outlet: Outlet;
  readonly info: ViewerInfo;
  /** The size that it asked for has come into force. */
  onSize(size: Size): void;
  onClose(reason: CloseReason): void;
  /** Whether it may go on watching this channel, which has become private. */
  mayStay(channel: LiveChannel): boolean;
}

/** What one client is shown: a channel and the state of its scene, as the client wants to see it, unless it pauses. */
export class Showing implements StateListener {
  readonly view: View;
  manner: Manner = { mode: "json", encoding: "binary" };
  channel: LiveChannel | undefined;
  readonly #hub: ShowingHub;
  readonly #parts: ShowingParts;
  #watching: Watching | undefined;
  /** Says what is watched. */
  #key: string | undefined;
  #feed: StateFeed | undefined;
  /** Asked for, and to come into force soon. */
  #wanted: ViewChange = {};
  #changedAt = -Infinity;
  #paused = false;

  constructor(hub: ShowingHub, parts: ShowingParts) {
    this.#hub = hub;
    this.#parts = parts;
    this.view = new View(hub.options);
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  get isWatching(): boolean {
    return this.#watching !== undefined;
  }

  onState(message: Buffer): void {
    this.#parts.outlet.say(message, "state");
  }

  /** Tell what the channel's scene does, and show what it shows. */
  show(channel: LiveChannel): void {
    this.channel = channel;
    this.#feed?.remove(this);
    this.#feed = undefined;
    if (this.#paused) return;
    this.#feed = this.#hub.states.of(channel);
    this.#feed.add(this);
    if (this.#feed.message) this.onState(this.#feed.message);
    this.#watch();
  }

  /** Leave the channel, so that nothing is drawn, encoded or sent on the client's behalf. */
  pause(): void {
    this.#paused = true;
    this.stop();
  }

  /** Show it again from now on. False when the client had not paused. */
  resume(): boolean {
    const was = this.#paused;
    this.#paused = false;
    return was;
  }

  /** Size and look as the client wants them now, or a moment later when it changes its mind often. */
  change(change: ViewChange): void {
    const { size, look } = (this.#wanted = { ...this.#wanted, ...change });
    if ((!size && !look) || !this.channel) return;
    const now = this.#hub.clock.monotonic();
    if (now - this.#changedAt < CHANGE_INTERVAL_MS && !this.#paused) return;
    this.#changedAt = now;
    this.#wanted = {};
    if (size) {
      this.view.size = size;
      this.#parts.onSize(this.view.sizeOf(this.channel));
    }
    if (look) this.view.look = look;
    if (this.view.keyOf(this.channel) !== this.#key) this.#watch();
  }

  /** For how long the client has owed an acknowledgement and given none. */
  get silentMs(): number {
    return this.#watching?.silentMs ?? 0;
  }

  /** A few times a second: what the client wants comes into force. */
  tick(): void {
    this.change({});
    if (this.channel && this.view.keyOf(this.channel) !== this.#key) this.#watch();
  }

  /** The client has applied this frame. */
  ack(seq: number): void {
    this.#watching?.ack(seq);
  }

  /** The client lost its place. */
  restart(): void {
    this.#watching?.restart();
  }

  /** The connection can take more. */
  ready(): void {
    this.#watching?.onReady();
  }

  /** The connection has taken some. */
  progress(): void {
    this.#watching?.viewer.progress();
  }

  stop(): void {
    this.#watching?.stop();
    this.#watching = undefined;
    this.#feed?.remove(this);
    this.#feed = undefined;
  }

  #watch(): void {
    const { channel, manner } = this;
    if (!channel || this.#paused) return;
    const { outlet, info, onClose } = this.#parts;
    const mayStay = () => this.#parts.mayStay(channel);
    const { tallies } = this.#hub;
    const before = this.#watching;
    this.#key = this.view.keyOf(channel);
    if (manner.mode === "json") outlet.pace();
    before?.stop();
    this.#watching = new Watching(this.view.renditionOf(channel), manner, {
      outlet,
      tallies,
      info,
      onClose,
      mayStay,
    });
    this.#watching.start();
  }
}
