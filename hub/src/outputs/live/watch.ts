import type { Channel } from "#core/channel.ts";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { Viewer, type CloseReason, type Transport, type ViewerInfo } from "#core/viewer.ts";
import { AckWindow } from "#transport/ack-window.ts";
import { frameMessage } from "./frame-message.ts";

/** What a watch needs of the connection that it is on. */
export interface WatchParts {
  readonly info: ViewerInfo;
  /** Write a whole message. False: the connection is gone. */
  write(message: Buffer): boolean;
  onClosed(reason: CloseReason): void;
  mayStay(): boolean;
}

/** One channel on a connection: as many pictures are under way as the way there and back needs. */
export class Watch implements Transport {
  readonly channel: LiveChannel;
  readonly viewer: Viewer;
  readonly acknowledged = true;
  readonly #parts: WatchParts;
  readonly #window = new AckWindow();

  constructor(channel: LiveChannel, rendition: Channel, parts: WatchParts) {
    this.channel = channel;
    this.#parts = parts;
    this.viewer = new Viewer(rendition, channel.clock, parts.info, this);
  }

  send(frame: Frame): boolean {
    const message = frameMessage(frame, this.channel.id);
    if (!message || !this.#parts.write(message)) return true;
    this.viewer.bytes += message.length;
    const ageMs = this.channel.clock.now() - frame.capturedAt;
    this.#window.sent({ seq: frame.seq >>> 0, bytes: message.length, ageMs }, this.#now);
    return this.hasRoom();
  }

  hasRoom(): boolean {
    return this.#window.hasRoom(this.#now);
  }

  /** The client has this picture. An ack of an earlier subscription may cross a new one: it is of none that is under way. */
  ack(seq: number): void {
    const arrival = this.#window.ack(seq, this.#now);
    if (!arrival) return;
    this.viewer.progress();
    this.viewer.reportAge(arrival.ageMs);
    if (this.hasRoom()) this.viewer.ready();
  }

  close(reason: CloseReason): void {
    this.#parts.onClosed(reason);
  }

  mayStay(): boolean {
    return this.#parts.mayStay();
  }

  get #now(): number {
    return this.channel.clock.monotonic();
  }
}
