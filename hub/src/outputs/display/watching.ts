import type { Channel } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import { Viewer, type CloseReason, type Transport, type ViewerInfo } from "#core/viewer.ts";
import { Flight } from "./flight.ts";
import { Pace, SLOWEST, type Stride } from "./pace.ts";
import type { SharedFrame, SharedMessage, WireEncoding } from "./shared-frame.ts";
import type { Tallies } from "./tallies.ts";
import { TextStream, type Hesitant } from "./text-stream.ts";
import type { StreamingModeName } from "@lightwell/wire/text/messages.ts";

/** A source that has been quiet for this long is not about to send the next frame of a tier: the last one goes now. */
const SETTLE_MS = 300;

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
  /** Frames that may be under way to a client that gets every frame. */
  readonly mostUnderWay: number;
  readonly tallies: Tallies;
  readonly info: ViewerInfo;
  onClose(reason: CloseReason): void;
  mayStay(): boolean;
}

/**
 * One client's view of one text rendition. Frames of the modes `diff` and `binary` are acknowledged: too many under way
 * put the client into a slower tier. Those of `json` are not; there the socket alone says when the next may go.
 */
export class Watching implements Transport, Hesitant {
  readonly viewer: Viewer;
  readonly channel: Channel;
  readonly manner: Manner;
  readonly #parts: WatchingParts;
  readonly #stream: TextStream;
  readonly #flight = new Flight();
  readonly #pace: Pace;
  /** What the client shows when it has applied all that was sent. */
  #base: SharedFrame | undefined;
  #missed = false;

  constructor(channel: Channel, manner: Manner, parts: WatchingParts) {
    this.channel = channel;
    this.manner = manner;
    this.#parts = parts;
    this.#pace = new Pace(parts.mostUnderWay, channel.clock.monotonic());
    this.#stream = TextStream.of(channel);
    this.viewer = new Viewer(channel, channel.clock, parts.info, this);
  }

  /** Begin: the current frame, if any, goes out at once. */
  start(): void {
    this.#stream.join();
    this.channel.add(this.viewer);
  }

  get stride(): Stride {
    return this.#pace.stride;
  }

  send(frame: Frame): boolean {
    const shared = this.#stream.shared(frame);
    if (!shared) return true;
    const { outlet, tallies } = this.#parts;
    const message = this.#messageOf(shared);
    const { length } = message.bytes;
    this.#base = shared;
    this.#missed = false;
    this.viewer.bytes += length;
    tallies.sent(message, this.manner.mode);
    const free = outlet.frame(message.bytes);
    if (this.manner.mode === "json") return free;
    this.#flight.sent(shared.seq >>> 0, length, this.#now);
    const idle = free && this.#pace.stride === 1 && !this.#pace.isFull(this.#flight);
    this.#stream.hesitate(this, !idle);
    return idle;
  }

  /** A new frame while this client is not simply given every one. */
  onFrame(frame: SharedFrame): void {
    if (this.#parts.outlet.busy || !this.#pace.meets(frame.index)) return;
    if (this.#pace.isFull(this.#flight)) {
      this.#missed = true;
      this.#pace.missed(this.#now);
      // Nothing slower is left: it is asked again when it has acknowledged something, and costs nothing until then.
      if (this.#pace.stride === SLOWEST) this.#stream.hesitate(this, false);
    } else {
      this.viewer.ready();
    }
  }

  /** The socket can take more. */
  onReady(): void {
    if (this.manner.mode === "json" || (this.#pace.stride === 1 && !this.#pace.isFull(this.#flight)))
      this.viewer.ready();
  }

  /** The client has applied this frame. */
  ack(seq: number): void {
    const { lastSent } = this.viewer;
    const arrival = this.#flight.ack(seq, this.#now);
    if (!arrival) return;
    this.#pace.acked(arrival, this.#flight, this.#now);
    if (this.viewer.busySince !== undefined) this.#stream.hesitate(this, true);
    this.viewer.progress();
    if (lastSent && lastSent.seq >>> 0 === seq)
      this.viewer.reportAge(this.viewer.channel.clock.now() - lastSent.capturedAt);
    // It had to let a frame go by and is free now: the newest one, whatever its tier.
    if (this.#missed && !this.#parts.outlet.busy && !this.#pace.isFull(this.#flight)) this.viewer.ready();
  }

  /** The client lost its place: the next message stands alone, and goes now if possible. */
  restart(): void {
    this.#base = undefined;
    if (this.#parts.outlet.busy || this.#pace.isFull(this.#flight)) return;
    this.viewer.ready();
    if (!this.#base) this.viewer.repeat();
  }

  /** A few times a second. Gives for how long the client has owed an acknowledgement, in ms. */
  tick(): number {
    const { viewer } = this;
    if (viewer.busySince !== undefined && this.#flight.frames === 0 && !this.#parts.outlet.busy) {
      if (viewer.behind && this.#stream.quietMs(this.#now) >= SETTLE_MS) viewer.ready();
      // Waiting for the next frame of a tier is no failure to read.
      else viewer.progress();
    }
    return this.#flight.silentMs(this.#now);
  }

  /** Leave without a word. */
  stop(): void {
    if (this.viewer.closed) return;
    this.viewer.detach();
    this.#stream.leave(this);
  }

  mayStay(): boolean {
    return this.#parts.mayStay();
  }

  close(reason: CloseReason): void {
    this.#stream.leave(this);
    this.#parts.onClose(reason);
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
