import type { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";
import type { Frame } from "./frame.ts";
import { Rate } from "./rate.ts";

/** Why a viewer was closed by the hub. Outputs turn it into words of their protocol. */
export type CloseReason = "channel-closed" | "stalled" | "not-reading" | "shutdown" | "replaced" | "forbidden";

/** What a protocol provides so that a viewer can be served. */
export interface Transport {
  /**
   * Hand one frame to the peer, now and without waiting.
   *
   * True: it can take another at once. False: it is busy; call {@link Viewer.ready} later, when it can
   * again (never from inside `send`).
   */
  send(frame: Frame): boolean;
  /**
   * Asked when a frame comes while it is busy: true when it can take that one, because time alone has made room. Only a
   * transport that also hears of what arrived has it: when no frame comes, `ready` must.
   */
  hasRoom?(): boolean;
  /** True when the peer acknowledges: {@link Viewer.reportAge} says how old a frame was, and being handed over does not. */
  readonly acknowledged?: boolean;
  /** End the connection. Called at most once. */
  close(reason: CloseReason): void;
  /** Whether its peer may watch a channel that has just become private. Without it nobody may. */
  mayStay?(): boolean;
}

/** Who is watching, for lists and logs. */
export interface ViewerInfo {
  /** The output's module name. */
  readonly output: string;
  /** Chosen by the client (`?id=`) or the hub; unique per hub run only when the hub chose it. */
  readonly name: string;
  /** Address of the peer, as text. */
  readonly remote: string;
  /** What the client says it is (User-Agent, terminal type). */
  readonly agent?: string;
}

let lastId = 0;

/**
 * One connection that receives a channel: idle or behind, nothing else.
 *
 * Holds no queue and no timer. While its transport is busy newer frames only mark it behind; once ready
 * it gets the channel's latest frame, and those between are counted in {@link Viewer.skipped}.
 */
export class Viewer {
  /** Unique for this run of the hub. */
  readonly id: number;
  readonly info: ViewerInfo;
  readonly channel: Channel;
  /** ms since the epoch. */
  readonly since: number;
  /** Frames handed to the transport. */
  delivered = 0;
  /** Frames that its channel offered and that it never got because newer ones took their place. */
  skipped = 0;
  /** Payload bytes handed over; the output adds to it. */
  bytes = 0;
  /** Monotonic ms since when the transport has been busy; undefined when idle. */
  busySince: number | undefined;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #rate = new Rate();
  #lastSent: Frame | undefined;
  #ageMs: number | undefined;
  #behind = false;
  #closed = false;

  constructor(channel: Channel, clock: Clock, info: ViewerInfo, transport: Transport) {
    this.id = ++lastId;
    this.channel = channel;
    this.info = info;
    this.#clock = clock;
    this.#transport = transport;
    this.since = clock.now();
  }

  get client(): string {
    return this.info.remote;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** True while newer frames than the one in flight wait for the transport. */
  get behind(): boolean {
    return this.#behind;
  }

  /** The frame that was handed over last. */
  get lastSent(): Frame | undefined {
    return this.#lastSent;
  }

  /** Frames per second handed over lately. */
  get fps(): number {
    return this.#rate.perSecond(this.#clock.monotonic());
  }

  /**
   * Age in ms of the picture when it reached the viewer, as far as its output can tell.
   * While the viewer is behind it grows with the wait.
   */
  get ageMs(): number | undefined {
    if (this.busySince === undefined || !this.#lastSent) return this.#ageMs;
    return Math.max(this.#ageMs ?? 0, this.#clock.now() - this.#lastSent.capturedAt);
  }

  /** A new frame of the channel. Sends it when idle, else marks the viewer behind. One that it has had is no news. */
  offer(frame: Frame): void {
    if (this.#closed || frame === this.#lastSent) return;
    if (this.busySince !== undefined) {
      if (this.#behind) this.skipped++;
      this.#behind = !this.#transport.hasRoom?.();
      if (this.#behind) return;
      this.busySince = undefined;
    }
    this.#send(frame);
  }

  /** The transport can take more: it gets the newest frame, if that is one it has not had. */
  ready(): void {
    if (this.#closed || this.busySince === undefined) return;
    this.busySince = undefined;
    if (this.#lastSent) this.#handedOver(this.#lastSent);
    const latest = this.channel.latest;
    const wanted = this.#behind;
    this.#behind = false;
    if (wanted && latest && latest !== this.#lastSent) this.#send(latest);
  }

  /**
   * Hand the last frame over once more, if the viewer is idle: some clients show a picture only when the
   * next one begins. Counts as neither delivered nor skipped.
   */
  repeat(): void {
    if (this.#closed || this.busySince !== undefined || !this.#lastSent) return;
    this.#handOver(this.#lastSent);
  }

  /** An output that knows when the peer really had a picture (an ack, an emptied send queue) says so here. */
  reportAge(ageMs: number): void {
    this.#ageMs = Math.max(0, ageMs);
  }

  /** The transport is still busy, but the peer has taken some: it is slow, not silent. */
  progress(): void {
    if (this.busySince !== undefined) this.busySince = this.#clock.monotonic();
  }

  /** For this long, until now, nobody looked whether the transport had taken any. */
  excuse(heldUpMs: number): void {
    if (this.busySince !== undefined) this.busySince = Math.min(this.#clock.monotonic(), this.busySince + heldUpMs);
  }

  /** Whether its peer may watch the channel now that it is private. */
  get mayStay(): boolean {
    return this.#transport.mayStay?.() ?? false;
  }

  /** Leave the channel without telling the transport: the peer went away. */
  detach(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.channel.remove(this);
  }

  /** Leave the channel and end the connection. */
  close(reason: CloseReason): void {
    if (this.#closed) return;
    this.detach();
    this.#transport.close(reason);
  }

  #send(frame: Frame): void {
    this.#lastSent = frame;
    this.delivered++;
    this.#rate.add(this.#clock.monotonic());
    if (this.#handOver(frame)) this.#handedOver(frame);
  }

  #handedOver({ capturedAt }: Frame): void {
    if (!this.#transport.acknowledged) this.reportAge(this.#clock.now() - capturedAt);
  }

  #handOver(frame: Frame): boolean {
    const idle = this.#transport.send(frame);
    if (!idle && !this.#closed) this.busySince = this.#clock.monotonic();
    return idle;
  }
}
