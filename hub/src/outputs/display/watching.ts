import type { Channel } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import { Viewer, type CloseReason, type Transport, type ViewerInfo } from "#core/viewer.ts";
import { AckWindow } from "#transport/ack-window.ts";
import type { SharedFrame, SharedMessage, WireEncoding } from "./shared-frame.ts";
import type { Tallies } from "./tallies.ts";
import { TextStream } from "./text-stream.ts";
import type { StreamingModeName } from "@lightwell/wire/text/messages.ts";

/** How a client wants its frames. */
export interface Manner {
  readonly mode: StreamingModeName;
  readonly encoding: WireEncoding;
}

/** Where frames go. */
export interface FrameOutlet {
  readonly busy: boolean;
  /** True: another may follow at once. False: it is taken; {@link Watching.onReady} is called when another may. */
  frame(message: Buffer): boolean;
}

export interface WatchingParts {
  readonly outlet: FrameOutlet;
  readonly tallies: Tallies;
  readonly info: ViewerInfo;
  onClose(reason: CloseReason): void;
  mayStay(): boolean;
}

/**
 * One client's view of one text rendition. Frames of the modes `diff` and `binary` are acknowledged, and as many are under
 * way as the way needs. Those of `json` are not; there the socket alone says when the next may go.
 */
export class Watching implements Transport {
  readonly viewer: Viewer;
  readonly channel: Channel;
  readonly manner: Manner;
  readonly #parts: WatchingParts;
  readonly #stream: TextStream;
  readonly #window = new AckWindow();
  /** What the client shows when it has applied all that was sent. */
  #base: SharedFrame | undefined;
  /** It lost its place: what is under way is of no use to it, and one keyframe goes however much that is. */
  #anew: "no" | "wanted" | "sent" = "no";

  constructor(channel: Channel, manner: Manner, parts: WatchingParts) {
    this.channel = channel;
    this.manner = manner;
    this.#parts = parts;
    this.#stream = TextStream.of(channel);
    this.viewer = new Viewer(channel, channel.clock, parts.info, this);
  }

  /** Begin: the current frame, if any, goes out at once. */
  start(): void {
    this.#stream.join();
    this.channel.add(this.viewer);
  }

  /** Frames of `json` are not acknowledged: they count as seen when the socket has taken them. */
  get acknowledged(): boolean {
    return this.manner.mode !== "json";
  }

  send(frame: Frame): boolean {
    const shared = this.#stream.shared(frame);
    if (!shared) return true;
    const { outlet, tallies } = this.#parts;
    const message = this.#messageOf(shared);
    const { length } = message.bytes;
    this.#base = shared;
    if (this.#anew === "wanted") this.#anew = "sent";
    this.viewer.bytes += length;
    tallies.sent(message, this.manner.mode);
    const free = outlet.frame(message.bytes);
    if (!this.acknowledged) return free;
    const ageMs = this.channel.clock.now() - frame.capturedAt;
    this.#window.sent({ seq: shared.seq >>> 0, bytes: length, ageMs }, this.#now);
    return free && this.#window.hasRoom(this.#now);
  }

  hasRoom(): boolean {
    return this.acknowledged && this.#isFree;
  }

  /** The socket can take more. */
  onReady(): void {
    if (!this.acknowledged || this.#isFree) this.viewer.ready();
  }

  /** The client has applied this frame. */
  ack(seq: number): void {
    const arrival = this.#window.ack(seq, this.#now);
    if (!arrival) return;
    if (this.#anew === "sent") this.#anew = "no";
    this.viewer.progress();
    this.viewer.reportAge(arrival.ageMs);
    if (this.hasRoom()) this.viewer.ready();
  }

  /** The client lost its place: the next message stands alone, and goes now if possible. */
  restart(): void {
    this.#base = undefined;
    if (this.#anew === "no") this.#anew = "wanted";
    if (!this.#isFree) return;
    this.viewer.ready();
    if (!this.#base) this.viewer.repeat();
  }

  /** For how long the client has owed an acknowledgement, in ms. */
  get silentMs(): number {
    return this.#window.silentMs(this.#now);
  }

  /** Leave without a word. */
  stop(): void {
    if (this.viewer.closed) return;
    this.viewer.detach();
    this.#stream.leave();
  }

  mayStay(): boolean {
    return this.#parts.mayStay();
  }

  close(reason: CloseReason): void {
    this.#stream.leave();
    this.#parts.onClose(reason);
  }

  get #isFree(): boolean {
    return !this.#parts.outlet.busy && (this.#anew === "wanted" || this.#window.hasRoom(this.#now));
  }

  get #now(): number {
    return this.channel.clock.monotonic();
  }

  #messageOf(shared: SharedFrame): SharedMessage {
    const base = this.#base;
    const { mode, encoding } = this.manner;
    if (mode === "json") return shared.json(base);
    const usable = mode === "diff" && base && base !== shared && this.#stream.holds(base);
    return shared.binary(usable ? base : undefined, encoding);
  }
}
