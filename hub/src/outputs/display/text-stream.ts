import type { Channel, Watcher } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import { SharedFrame } from "./shared-frame.ts";

/** Frames that may be the base of a delta: two seconds at 15 fps. */
const RING_FRAMES = 32;

const streams = new WeakMap<Channel, TextStream>();

/**
 * The recent frames of one text rendition, written down once for all of its viewers. It follows the rendition before
 * any viewer does, so that a frame is here when it reaches them.
 */
export class TextStream implements Watcher {
  readonly #channel: Channel;
  readonly #ring = new Map<number, SharedFrame>();
  #users = 0;
  #newest: SharedFrame | undefined;

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

  leave(): void {
    if (--this.#users > 0) return;
    this.#channel.remove(this);
    this.#ring.clear();
    this.#newest = undefined;
  }

  /** A frame of the rendition as it is shared; undefined for one that is no text. */
  shared(frame: Frame): SharedFrame | undefined {
    return this.#ring.get(frame.seq);
  }

  /** Whether a delta can build on this frame. */
  holds(frame: SharedFrame): boolean {
    return this.#ring.get(frame.seq) === frame;
  }

  offer(frame: Frame): void {
    if (frame.content.kind !== "text") return;
    this.#newest?.retire();
    const shared = new SharedFrame(frame.seq, frame.content.grid);
    this.#newest = shared;
    this.#ring.set(frame.seq, shared);
    for (const oldest of this.#ring.keys()) {
      if (this.#ring.size <= RING_FRAMES) break;
      this.#ring.delete(oldest);
    }
  }

  /** Viewers hear of the end themselves. */
  close(): void {
    this.#ring.clear();
    this.#newest = undefined;
  }
}
