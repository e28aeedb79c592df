import { decodeLiveFrame, liveServerMessage, type LiveClientMessage, type LiveFrame } from "@lightwell/wire/live.ts";
import { socketUrl, type Address } from "./address.ts";
import { Complaints } from "./complaints.ts";
import { Emitter, type Unsubscribe } from "./emitter.ts";
import { Latest } from "./latest.ts";
import { Link } from "./link.ts";
import { HubRefusal } from "./refusal.ts";
import type { WatchEvents } from "./text-watch.ts";

/** How pictures are wanted. */
export interface PictureWish {
  /** Pixels, 16 to 7680; the hub rounds down to a size that others share. Left out: as they are. */
  readonly width?: number | undefined;
  /** At most this many a second, 0.1 to 120. */
  readonly fps?: number | undefined;
}

/** A picture that was watched. */
export type WatchedPicture = Omit<LiveFrame, "channel">;

/** What happens while pictures are watched. */
export type PictureWatchEvents = Omit<WatchEvents, "state">;

/**
 * The pictures of one channel, for one loop. The next picture is sent when the loop asks for it, so a slow loop gets
 * fewer of them and never an old one. Text channels come as drawn pictures.
 *
 * @example
 * import { connect, type PictureWatch } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080", { token: "<token>" });
 * const watch: PictureWatch = hub.watchPictures("demo", { width: 640, fps: 5 });
 * for await (const { format, width, height, bytes } of watch) {
 *   console.log(format, width, height, bytes.length);
 *   break;
 * }
 */
export class PictureWatch implements AsyncIterableIterator<WatchedPicture, undefined> {
  readonly #events = new Emitter<PictureWatchEvents>();
  readonly #complaints = new Complaints();
  readonly #frames = new Latest<LiveFrame>();
  readonly #subject: string;
  readonly #link: Link;
  readonly #onClosed: () => void;
  /** Handed to the loop and not acknowledged yet. */
  #taken: LiveFrame | undefined;
  #closed = false;

  /** Made by `hub.watchPictures(name)`. */
  constructor(address: Address, channel: string, wish: PictureWish, onClosed: () => void) {
    this.#subject = `channel "${channel}"`;
    this.#onClosed = onClosed;
    this.#link = new Link(socketUrl(address, "ws/live", { token: address.token }), {
      // A status each second shows that the connection is alive: this protocol has nothing to ask.
      open: () => this.#say({ type: "watch", channels: [{ name: channel, ...wish }], status: true }),
      text: (text) => this.#onText(text),
      binary: (bytes) => this.#onBinary(bytes),
      lost: (lost) => {
        this.#taken = undefined;
        this.#complaints.say(lost.reason, this.#events.emit("disconnected", lost));
      },
      askForSign: () => JSON.stringify({ type: "resume" } satisfies LiveClientMessage),
    });
  }

  on<Name extends keyof PictureWatchEvents>(
    name: Name,
    listener: (payload: PictureWatchEvents[Name]) => void,
  ): Unsubscribe {
    return this.#events.on(name, listener);
  }

  /**
   * The newest picture that was not taken yet, once there is one.
   *
   * @throws {HubRefusal} by rejection, when the hub will not show this channel
   */
  async next(): Promise<IteratorResult<WatchedPicture, undefined>> {
    if (!this.#closed) this.#link.start();
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken) this.#say({ type: "ack", channel: taken.channel, seq: taken.seq });
    const result = await this.#frames.take();
    if (result.done) return result;
    this.#taken = result.value;
    const { channel: _, ...picture } = result.value;
    return { done: false, value: picture };
  }

  /** The loop was left. */
  return(): Promise<IteratorResult<WatchedPicture, undefined>> {
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

  #say(message: LiveClientMessage): void {
    this.#link.send(JSON.stringify(message));
  }

  #onText(text: string): void {
    let said: unknown;
    try {
      said = JSON.parse(text);
    } catch {
      return;
    }
    // A newer hub may say more than this version knows.
    const { data: message } = liveServerMessage.safeParse(said);
    if (message?.type === "watching") this.#onAnswer(message.refused[0]);
    else if (message?.type === "gone") this.#onRefused({ code: message.reason, reason: message.reason });
    else if (message?.type === "error") this.#onRefused({ code: "bad-request", reason: message.reason, final: true });
  }

  #onAnswer(refused: { readonly code: string; readonly reason: string } | undefined): void {
    this.#link.settle();
    if (refused) {
      this.#onRefused(refused);
      return;
    }
    this.#complaints.forget();
    this.#events.emit("connected", undefined);
  }

  #onRefused(why: ConstructorParameters<typeof HubRefusal>[1]): void {
    const refusal = new HubRefusal(this.#subject, why);
    const heard = this.#events.emit("refused", refusal);
    if (refusal.final) this.#end(refusal);
    else this.#complaints.say(refusal.message, heard);
  }

  #onBinary(bytes: Uint8Array<ArrayBuffer>): void {
    const frame = decodeLiveFrame(bytes.buffer);
    if (frame) this.#frames.put(frame);
  }

  #end(error?: HubRefusal): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#link.end();
    this.#frames.end(error);
    this.#onClosed();
  }
}
