import { StreamFrameDecoder } from "@lightwell/wire/text/codec-stream.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { TextLook } from "@lightwell/wire/text/look.ts";
import type { SourceState } from "@lightwell/wire/text/scene.ts";
import type { Address } from "./address.ts";
import { Complaints } from "./complaints.ts";
import { Emitter, type Unsubscribe } from "./emitter.ts";
import { Latest } from "./latest.ts";
import type { Lost } from "./link.ts";
import type { HubRefusal } from "./refusal.ts";
import { ViewerLink, type TextWish } from "./viewer-link.ts";

/** The hub learns the rate of the way from how far we say that we are: about ten times a second. */
const ACK_INTERVAL_MS = 100;

/** A frame of text that was watched. */
export interface TextFrame {
  /** The cells. Treat them as immutable: the next frame builds on them. */
  readonly grid: TextGrid;
  /** Number of the frame, modulo 2³²; it does not grow over a new connection. */
  readonly seq: number;
  /** Frames that came since the last one taken and were replaced by newer ones. */
  readonly skipped: number;
}

/** What happens while a channel is watched. */
export interface WatchEvents {
  connected: undefined;
  /** The connection was lost, or could not be made; the next attempt follows by itself. */
  disconnected: Lost;
  /** The hub does not show this channel now. After a `final` one the loop over the frames throws it. */
  refused: HubRefusal;
  /** What the channel's source does: now, and with each change. */
  state: SourceState;
}

/**
 * The frames of one channel as text, for one loop. A loop that is slower than the channel gets the newest frame each
 * time. It connects with the first frame that is asked for, and leaves with the loop.
 *
 * @example
 * import { connect, type TextWatch } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080", { token: "<token>" });
 * const watch: TextWatch = hub.watch("demo", { cols: 80, rows: 24 });
 * watch.on("refused", ({ message }) => console.log(message));
 * for await (const { grid, skipped } of watch) {
 *   console.log(grid.cols, grid.rows, skipped);
 *   break;
 * }
 */
export class TextWatch implements AsyncIterableIterator<TextFrame, undefined> {
  readonly #events = new Emitter<WatchEvents>();
  readonly #complaints = new Complaints();
  readonly #frames = new Latest<Omit<TextFrame, "skipped">>();
  readonly #link: ViewerLink;
  readonly #onClosed: () => void;
  #wish: TextWish;
  #paused = false;
  #decoder = new StreamFrameDecoder();
  #skipped = 0;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #ackedAt = -Infinity;
  #askedForKey = false;
  #closed = false;

  /** Made by `hub.watch(name)`. */
  constructor(address: Address, channel: string, wish: TextWish, onClosed: () => void) {
    this.#wish = wish;
    this.#onClosed = onClosed;
    this.#link = new ViewerLink(address, channel, () => ({ ...this.#wish, paused: this.#paused }), {
      welcome: () => {
        this.#complaints.forget();
        this.#events.emit("connected", undefined);
      },
      message: (message) => {
        if (message.type === "state") this.#events.emit("state", message.state);
        else if (message.type === "error") this.#complaints.say(`channel "${channel}": ${message.message}`, false);
      },
      binary: (bytes) => void this.#decode(bytes),
      refused: (refusal) => this.#onRefused(refusal),
      lost: (lost) => this.#onLost(lost),
    });
  }

  on<Name extends keyof WatchEvents>(name: Name, listener: (payload: WatchEvents[Name]) => void): Unsubscribe {
    return this.#events.on(name, listener);
  }

  /** Ask for another size, in cells; the hub centres and cuts text, and draws pictures anew. */
  resize(cols: number, rows: number): void {
    this.#wish = { ...this.#wish, cols, rows };
    this.#link.say({ type: "resize", width: cols, height: rows });
  }

  /** Draw pictures with these glyphs and colours from now on; what is left out is the hub's choice. */
  look({ glyphs, depth }: TextLook): void {
    this.#wish = { cols: this.#wish.cols, rows: this.#wish.rows, glyphs, depth };
    this.#link.say({ type: "look", glyphs, depth });
  }

  /** Nobody looks: the hub sends nothing until {@link resume}, and draws nothing for this viewer. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#link.say({ type: "pause" });
  }

  /** Go on, at once with the newest frame and state. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#link.say({ type: "resume" });
  }

  /**
   * The newest frame that was not taken yet, once there is one.
   *
   * @throws {HubRefusal} by rejection, when the hub will not show this channel
   */
  async next(): Promise<IteratorResult<TextFrame, undefined>> {
    if (!this.#closed) this.#link.start();
    const result = await this.#frames.take();
    if (result.done) return result;
    const skipped = this.#skipped;
    this.#skipped = 0;
    return { done: false, value: { ...result.value, skipped } };
  }

  /** The loop was left. */
  return(): Promise<IteratorResult<TextFrame, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Leave; a loop that waits ends. */
  close(): void {
    this.#end();
  }

  async #decode(bytes: Uint8Array): Promise<void> {
    const decoder = this.#decoder;
    try {
      const { seq, grid } = await decoder.decode(bytes);
      if (decoder !== this.#decoder) return;
      this.#askedForKey = false;
      if (this.#frames.put({ seq, grid })) this.#skipped++;
      this.#ackSoon();
    } catch {
      // The last good frame stands; the hub begins anew. What builds on the bad one fails too: that is no news.
      if (decoder !== this.#decoder || this.#askedForKey) return;
      this.#askedForKey = true;
      this.#link.say({ type: "keyframe_request" });
    }
  }

  #ackSoon(): void {
    this.#ackTimer ??= setTimeout(
      () => {
        this.#ackTimer = undefined;
        this.#ackedAt = performance.now();
        const { last } = this.#decoder;
        if (last) this.#link.say({ type: "ack", seq: last.seq });
      },
      Math.max(0, this.#ackedAt + ACK_INTERVAL_MS - performance.now()),
    );
  }

  #onRefused(refusal: HubRefusal): void {
    const heard = this.#events.emit("refused", refusal);
    if (refusal.final) this.#end(refusal);
    else this.#complaints.say(refusal.message, heard);
  }

  #onLost(lost: Lost): void {
    // Deltas of the next connection build on nothing of this one.
    this.#restart();
    this.#complaints.say(lost.reason, this.#events.emit("disconnected", lost));
  }

  #restart(): void {
    this.#decoder = new StreamFrameDecoder();
    this.#askedForKey = false;
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  #end(error?: HubRefusal): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#restart();
    this.#link.end();
    this.#frames.end(error);
    this.#onClosed();
  }
}
