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
  /** Without a new frame for this long the channel is stalled. Undefined: by how often its frames usually come. */
  readonly stallTimeoutMs: number | undefined;
  /** Its source brings a picture and may be gone until the next: from a single one nothing can be told. */
  readonly comesAndGoes: boolean;
  /** With frames that do not differ for this long the channel is frozen. 0: never. */
  readonly frozenTimeoutMs: number;
  /** Name of a channel to show while this one is stalled, before the placeholder. */
  readonly fallback: string | undefined;
}

/** waiting: no frame yet · live · stalled: none for too long · frozen: frames come, the picture never changes. */
export type Health = "waiting" | "live" | "stalled" | "frozen" | "resting";

/** A channel whose frames come often is stalled after this long without one, in ms. */
const LEAST_STALL_MS = 10_000;
/** One whose frames come seldom, after this many times the longest of its last gaps, */
const LONGEST_GAPS = 3;
/** or the next one is this late. */
const MOST_LATE_MS = 60 * 60_000;
/** After the first picture of a source that comes and goes. */
const FIRST_STALL_MS = 15 * 60_000;

/** A source's hold on a channel it publishes into. */
export interface Publisher {
  readonly channel: LiveChannel;
  /** Module and what it reads, for lists: `video rtsp://…` with secrets taken out. */
  readonly label: string;
  /** A word on how it goes ("reconnecting in 4 s"); empty when all is well. */
  status: string;
  /**
   * Why it delivers nothing, in words for operators, without secrets; empty otherwise. The next content that it
   * publishes takes it away.
   */
  fault: string;
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
  /** A number that no other channel of this hub had or gets, also in other runs: stands for the name in binary messages. */
  readonly id: number;
  /** What its source wishes of the settings. Kept by the registry. */
  wished: Partial<ChannelSettings> = {};
  /** Known by its name only: no source has opened it yet. Kept by the registry. */
  expected = false;
  /** Set by a source that takes commands; it takes it away when it lets go. */
  control: ChannelControl | undefined;
  /** Frames published since the start, substitutes not counted. */
  published = 0;
  /** Payload bytes published. */
  publishedBytes = 0;
  /** How often a source stopped delivering and said why, since the start. */
  faults = 0;
  readonly createdAt: number;
  readonly #publishers = new Set<Publisher>();
  readonly #watchListeners = new Set<(watched: boolean) => void>();
  readonly #rate = new Rate();
  #settings: ChannelSettings;
  #seq = 0;
  #leftDelivered = 0;
  #leftSkipped = 0;
  #leftBytes = 0;
  #live: Frame | undefined;
  #publishedAt: number | undefined;
  /** When the picture of an earlier run was taken; it is shown until the source comes. */
  #restoredAt: number | undefined;
  #changedAt: number | undefined;
  /** The source rests since then, or has been woken then and has not published yet. */
  #restingSince: number | undefined;
  /** The substitute that is shown gives way only to a picture that differs from the last live one. */
  #coversSame = false;

  constructor(id: number, name: string, clock: Clock, settings: ChannelSettings) {
    super(name, clock);
    this.id = id;
    this.#settings = settings;
    this.createdAt = clock.now();
  }

  get settings(): ChannelSettings {
    return this.#settings;
  }

  /** Viewers of a channel that becomes private are closed, unless they may watch it. */
  set settings(settings: ChannelSettings) {
    const hidden = this.#settings.visibility === "public" && settings.visibility === "private";
    this.#settings = settings;
    if (!hidden) return;
    for (const viewer of [...this.viewers()]) if (!viewer.mayStay) viewer.close("forbidden");
  }

  /** Without a new frame for this long, in ms, it is stalled. */
  get stallAfterMs(): number {
    const { stallTimeoutMs, comesAndGoes } = this.#settings;
    if (stallTimeoutMs !== undefined) return stallTimeoutMs;
    const { longestMs } = this.rhythm;
    if (longestMs === undefined) return comesAndGoes && this.#live ? FIRST_STALL_MS : LEAST_STALL_MS;
    return Math.max(LEAST_STALL_MS, Math.min(LONGEST_GAPS * longestMs, longestMs + MOST_LATE_MS));
  }

  /** The newest frame that came from a source; `latest` may be a substitute. */
  get live(): Frame | undefined {
    return this.#live;
  }

  get publishers(): ReadonlySet<Publisher> {
    return this.#publishers;
  }

  /** Why no source of this channel delivers; undefined while one may. */
  get fault(): string | undefined {
    const faults = [...this.#publishers].map(({ fault }) => fault);
    return faults.every((fault) => fault !== "") ? faults[0] : undefined;
  }

  /** Frames per second published lately. */
  get fps(): number {
    return this.#rate.perSecond(this.clock.monotonic());
  }

  /** How the channel is doing and, in ms since the epoch, since when. */
  get health(): { readonly state: Health; readonly since: number } {
    const now = this.clock.now();
    const { stallAfterMs } = this;
    if (this.#restingSince !== undefined) {
      if (!this.watched) return { state: "resting", since: this.#restingSince };
      const late = now - this.#restingSince >= stallAfterMs;
      return { state: late ? "stalled" : "live", since: this.#restingSince };
    }
    const lastAt = this.#publishedAt ?? this.#restoredAt;
    if (lastAt !== undefined && now - lastAt >= stallAfterMs) return { state: "stalled", since: lastAt };
    if (this.#publishedAt === undefined) return { state: "waiting", since: this.createdAt };
    const changedAt = this.#changedAt ?? this.#publishedAt;
    const { frozenTimeoutMs } = this.#settings;
    if (frozenTimeoutMs > 0 && this.#publishedAt - changedAt >= frozenTimeoutMs)
      return { state: "frozen", since: changedAt };
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
    let fault = "";
    const publisher: Publisher = {
      channel: this,
      label,
      status: "",
      get fault() {
        return fault;
      },
      set fault(reason) {
        if (reason !== "" && fault === "") this.channel.faults++;
        fault = reason;
      },
      publish: (content, capturedAt) => {
        fault = "";
        return this.#publish(content, capturedAt);
      },
      rest: () => this.#rest(),
      close: () => void this.#publishers.delete(publisher),
    };
    this.#publishers.add(publisher);
    return publisher;
  }

  /** Show the last picture of an earlier run until the source comes; `gapMs`: how long it could be between two then. */
  restore(content: Content, capturedAt: number, gapMs?: number): void {
    if (this.closed || this.published > 0 || this.#restingSince !== undefined) return;
    if (gapMs !== undefined) this.rhythm.expect(gapMs);
    this.#restoredAt = capturedAt;
    this.#live = new Frame(++this.#seq, capturedAt, content);
    this.emit(this.#live);
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
    this.#restoredAt = this.#live = undefined;
    this.rhythm.pause();
    this.forget();
  }

  #publish(content: Content, capturedAt = this.clock.now()): Frame {
    const now = this.clock.now();
    if (this.closed) return new Frame(++this.#seq, capturedAt, content);
    const last = this.published > 0 ? this.#live : undefined;
    const same = last && this.settings.frozenTimeoutMs > 0 && sameContent(last.content, content);
    if (!same) this.#changedAt = now;
    this.#publishedAt = now;
    this.#restingSince = undefined;
    this.published++;
    if (content.kind === "image") this.publishedBytes += content.bytes.length;
    this.#rate.add(this.clock.monotonic());
    this.rhythm.note(this.clock.monotonic());
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
