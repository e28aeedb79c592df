import { Channel } from "./channel.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { ChannelControl } from "./control.ts";
import { Frame, sameContent, type Content } from "./frame.ts";
import { Rate } from "./rate.ts";
import type { Viewer } from "./viewer.ts";

/** What happens to viewers when the source stops delivering. */
export type StallPolicy = "close" | "placeholder" | "hold";

export interface ChannelSettings {
  /** A private channel needs a viewer token on every output. */
  readonly visibility: "public" | "private";
  readonly whenStalled: StallPolicy;
  /** Without a new frame for so long the channel is stalled. */
  readonly stallTimeoutMs: number;
  /** With frames that do not differ for so long the channel is frozen. 0: never. */
  readonly frozenTimeoutMs: number;
  /** Name of a channel to show while this one is stalled, before the placeholder. */
  readonly fallback: string | undefined;
}

/** waiting: no frame yet · live · stalled: none for `stallTimeoutMs` · frozen: frames come, the picture never changes. */
export type Health = "waiting" | "live" | "stalled" | "frozen";

/** A source's hold on a channel it publishes into. */
export interface Publisher {
  readonly channel: LiveChannel;
  /** Module and what it reads, for lists: `video rtsp://…` with secrets taken out. */
  readonly label: string;
  /** A word on how it goes ("reconnecting in 4 s"); empty when all is well. */
  status: string;
  /** Publish one content; `capturedAt` (ms since the epoch) defaults to now. */
  publish(content: Content, capturedAt?: number): Frame;
  /**
   * Stop working while nobody watches, without being stalled: the channel keeps no picture, as it would grow old,
   * and whoever comes next wakes the source ({@link LiveChannel.onWatchedChange}) and waits for its first.
   */
  rest(): void;
  /** Let go. The channel stays, with its last frame. */
  close(): void;
}

/** A named channel that sources publish into. Made by the registry only. */
export class LiveChannel extends Channel {
  /** Small number, unique in this hub: stands for the name in binary messages. */
  readonly id: number;
  settings: ChannelSettings;
  /** Set by a source that takes commands; it takes it away when it lets go. */
  control: ChannelControl | undefined;
  /** Frames published since the start, substitutes not counted. */
  published = 0;
  /** Payload bytes published. */
  publishedBytes = 0;
  readonly createdAt: number;
  readonly #publishers = new Set<Publisher>();
  readonly #watchListeners = new Set<(watched: boolean) => void>();
  readonly #rate = new Rate();
  #seq = 0;
  #leftDelivered = 0;
  #leftSkipped = 0;
  #leftBytes = 0;
  #live: Frame | undefined;
  #publishedAt: number | undefined;
  #changedAt: number | undefined;
  /** The source rests since then, or has been woken then and has not published yet. */
  #restingSince: number | undefined;
  /** The substitute that is shown gives way only to a picture that differs from the last live one. */
  #coversSame = false;

  constructor(id: number, name: string, clock: Clock, settings: ChannelSettings) {
    super(name, clock);
    this.id = id;
    this.settings = settings;
    this.createdAt = clock.now();
  }

  /** The newest frame that came from a source; `latest` may be a substitute. */
  get live(): Frame | undefined {
    return this.#live;
  }

  get publishers(): ReadonlySet<Publisher> {
    return this.#publishers;
  }

  /** Frames per second published lately. */
  get fps(): number {
    return this.#rate.perSecond(this.clock.monotonic());
  }

  /** How the channel is doing and, in ms since the epoch, since when. */
  get health(): { readonly state: Health; readonly since: number } {
    const now = this.clock.now();
    if (this.#restingSince !== undefined) {
      const late = this.watched && now - this.#restingSince >= this.settings.stallTimeoutMs;
      return { state: late ? "stalled" : "live", since: this.#restingSince };
    }
    if (this.#publishedAt === undefined) return { state: "waiting", since: this.createdAt };
    if (now - this.#publishedAt >= this.settings.stallTimeoutMs) return { state: "stalled", since: this.#publishedAt };
    const changedAt = this.#changedAt ?? this.#publishedAt;
    const { frozenTimeoutMs } = this.settings;
    if (frozenTimeoutMs > 0 && now - changedAt >= frozenTimeoutMs) return { state: "frozen", since: changedAt };
    return { state: "live", since: changedAt };
  }

  /** Frames handed to viewers and frames they missed, since the start, those who left included. */
  get totals(): { readonly delivered: number; readonly skipped: number } {
    let [delivered, skipped] = [this.#leftDelivered, this.#leftSkipped];
    for (const viewer of this.viewers()) {
      delivered += viewer.delivered;
      skipped += viewer.skipped;
    }
    return { delivered, skipped };
  }

  /** Payload bytes handed to viewers since the start, those who left included. */
  get deliveredBytes(): number {
    let bytes = this.#leftBytes;
    for (const viewer of this.viewers()) bytes += viewer.bytes;
    return bytes;
  }

  countLeft(viewer: Viewer): void {
    this.#leftDelivered += viewer.delivered;
    this.#leftSkipped += viewer.skipped;
    this.#leftBytes += viewer.bytes;
  }

  /** Become a source of this channel. Several may be at once; the latest frame wins. */
  publisher(label: string): Publisher {
    const publisher: Publisher = {
      channel: this,
      label,
      status: "",
      publish: (content, capturedAt) => this.#publish(content, capturedAt),
      rest: () => this.#rest(),
      close: () => void this.#publishers.delete(publisher),
    };
    this.#publishers.add(publisher);
    return publisher;
  }

  /**
   * Show something in place of what the source delivers, or does not. Its next frame takes over again; with
   * `"changed-frame"` the next one that differs from its last, so that a frozen feed does not flicker through.
   */
  substitute(content: Content, until: "next-frame" | "changed-frame" = "next-frame"): Frame {
    this.#coversSame = until === "changed-frame";
    const frame = new Frame(++this.#seq, this.clock.now(), content, true);
    this.emit(frame);
    return frame;
  }

  /** Hear when the first watcher comes and the last leaves, so that a source need not work for nobody. */
  onWatchedChange(listener: (watched: boolean) => void): Cancel {
    this.#watchListeners.add(listener);
    return () => void this.#watchListeners.delete(listener);
  }

  #rest(): void {
    if (this.watched) return;
    this.#restingSince = this.clock.now();
    this.#live = undefined;
    this.forget();
  }

  #publish(content: Content, capturedAt = this.clock.now()): Frame {
    const now = this.clock.now();
    if (this.closed) return new Frame(++this.#seq, capturedAt, content);
    const last = this.#live;
    const same = last && this.settings.frozenTimeoutMs > 0 && sameContent(last.content, content);
    if (!same) this.#changedAt = now;
    this.#publishedAt = now;
    this.#restingSince = undefined;
    this.published++;
    if (content.kind === "image") this.publishedBytes += content.bytes.length;
    this.#rate.add(this.clock.monotonic());
    // Nobody sees it, so it takes no number: viewers would count it as missed.
    if (same && this.#coversSame) return last;
    this.#coversSame = false;
    const frame = new Frame(++this.#seq, capturedAt, content);
    this.#live = frame;
    this.emit(frame);
    return frame;
  }

  protected onWatched(watched: boolean): void {
    if (watched && this.#restingSince !== undefined) this.#restingSince = this.clock.now();
    for (const listener of this.#watchListeners) listener(watched);
  }

  protected onClosed(): void {
    this.#publishers.clear();
    this.#watchListeners.clear();
  }
}
