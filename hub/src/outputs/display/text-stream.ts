import type { Channel, Watcher } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import { SharedFrame } from "./shared-frame.ts";

/** Frames that may be the base of a delta: two seconds at 15 fps, four rounds of the slowest tier. */
const RING_FRAMES = 32;

/** A viewer that does not take every frame at once, and decides anew with each. */
export interface Hesitant {
  onFrame(frame: SharedFrame): void;
}

const streams = new WeakMap<Channel, TextStream>();

/**
 * The recent frames of one text rendition, written down once for all of its viewers. It follows the rendition before
 * any viewer does, so that a frame is here when it reaches them.
 */
export class TextStream implements Watcher {
  readonly #channel: Channel;
  readonly #ring = new Map<number, SharedFrame>();
  readonly #hesitant = new Set<Hesitant>();
  #users = 0;
  #frames = 0;
  #newest: SharedFrame | undefined;
  #newestAt = -Infinity;

  /** The stream of this rendition, shared by all who watch it here. */
  static of(channel: Channel): TextStream {
    let stream = streams.get(channel);
    if (!stream) streams.set(channel, (stream = new TextStream(channel)));
    return stream;
  }

  private constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Must be called before a viewer is added to the channel; the stream runs until as many have left. */
  join(): void {
    if (this.#users++ === 0) this.#channel.add(this);
  }

  leave(viewer: Hesitant): void {
    this.#hesitant.delete(viewer);
    if (--this.#users > 0) return;
    this.#channel.remove(this);
    this.#ring.clear();
    this.#newest = undefined;
  }

  /** Hear of every frame from now on, or no longer. */
  hesitate(viewer: Hesitant, hesitates: boolean): void {
    if (hesitates) this.#hesitant.add(viewer);
    else this.#hesitant.delete(viewer);
  }

  /** A frame of the rendition as it is shared; undefined for one that is no text. */
  shared(frame: Frame): SharedFrame | undefined {
    return this.#ring.get(frame.seq);
  }

  /** Whether a delta can build on this frame. */
  holds(frame: SharedFrame): boolean {
    return this.#ring.get(frame.seq) === frame;
  }

  /** ms since the newest frame. */
  quietMs(nowMs: number): number {
    return nowMs - this.#newestAt;
  }

  offer(frame: Frame): void {
    if (frame.content.kind !== "text") return;
    this.#newest?.retire();
    const shared = new SharedFrame(this.#frames++, frame.seq, frame.content.grid);
    this.#newest = shared;
    this.#newestAt = this.#channel.clock.monotonic();
    this.#ring.set(frame.seq, shared);
    for (const oldest of this.#ring.keys()) {
      if (this.#ring.size <= RING_FRAMES) break;
      this.#ring.delete(oldest);
    }
    for (const viewer of this.#hesitant) viewer.onFrame(shared);
  }

  /** Viewers hear of the end themselves. */
  close(): void {
    this.#ring.clear();
    this.#hesitant.clear();
    this.#newest = undefined;
  }
}
