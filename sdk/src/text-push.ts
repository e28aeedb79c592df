import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { TEXT_PROTOCOL_VERSION } from "@lightwell/wire/text/messages.ts";
import {
  parseProducerEvent,
  writeProducerMessage,
  type ProducerEvent,
} from "@lightwell/wire/text/producer-messages.ts";
import type { SourceState } from "@lightwell/wire/text/scene.ts";
import { socketUrl, type Address } from "./address.ts";
import { FrameEncoder } from "./frame-encoder.ts";
import { Link, type Lost } from "./link.ts";
import { HubRefusal } from "./refusal.ts";

/** Frames that the hub has not confirmed: enough for a distant hub, few enough that none is old when it arrives. */
const MOST_IN_FLIGHT = 4;

export type Welcome = Extract<ProducerEvent, { type: "welcome" }>;
type News = Extract<
  ProducerEvent,
  { type: "command" | "dimensions" | "viewers" | "client_connected" | "client_disconnected" }
>;

export interface TextPushHandlers {
  welcome(welcome: Welcome): void;
  news(event: News): void;
  refused(refusal: HubRefusal): void;
  lost(lost: Lost): void;
  /** All that was given is confirmed. */
  settled(): void;
}

/** A producer's connection: holds the newest frame and state, sends them when it can and again after a loss. */
export class TextPush {
  readonly #channel: string;
  readonly #token: string | undefined;
  readonly #handlers: TextPushHandlers;
  readonly #link: Link;
  readonly #encoder = new FrameEncoder();
  /** Minimum time between frames. */
  frameDelayMs = 0;
  #hubDelayMs = 0;
  #ready = false;
  /** Distinguishes connections: what was begun for one must not be sent on the next. */
  #connection = 0;
  #shown: TextGrid | undefined;
  #waiting: TextGrid | undefined;
  #state: SourceState | undefined;
  #busy = false;
  #sentAt = -Infinity;
  #sent = 0;
  #confirmed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(address: Address, channel: string, handlers: TextPushHandlers) {
    this.#channel = channel;
    this.#token = address.token;
    this.#handlers = handlers;
    this.#link = new Link(socketUrl(address, "ws/display", { role: "producer", channel }), {
      open: () => this.#hello(),
      text: (text) => this.#onText(text),
      binary: () => undefined,
      lost: (lost) => this.#onLost(lost),
      askForSign: () => writeProducerMessage({ type: "ping", t: this.#confirmed }),
    });
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Nothing waits and nothing is under way. */
  get settled(): boolean {
    return !this.#waiting && !this.#busy && this.#confirmed === this.#sent;
  }

  start(): void {
    if (!this.#ended) this.#link.start();
  }

  show(grid: TextGrid): void {
    this.#shown = this.#waiting = grid;
    this.start();
    this.#pump();
  }

  /** Something else is shown now: do not send the frame that waits, nor again after a loss. */
  forget(): void {
    this.#shown = this.#waiting = undefined;
  }

  tell(state: SourceState): void {
    const message = writeProducerMessage({ type: "state", state });
    this.#state = state;
    this.start();
    if (this.#ready) this.#link.send(message);
  }

  end(): void {
    this.#ended = true;
    this.#ready = false;
    this.#connection++;
    this.forget();
    clearTimeout(this.#timer);
    this.#link.end();
  }

  #hello(): void {
    this.#link.send(
      writeProducerMessage({
        type: "hello",
        version: TEXT_PROTOCOL_VERSION,
        role: "producer",
        channel: this.#channel,
        ...(this.#token !== undefined && { token: this.#token }),
      }),
    );
  }

  #onText(text: string): void {
    const parsed = parseProducerEvent(text);
    // A newer hub may say more than this version knows.
    if (!parsed.ok) return;
    const event = parsed.message;
    switch (event.type) {
      case "welcome":
        this.#begin(event);
        return;
      case "pong":
        this.#confirmed = Math.max(this.#confirmed, event.t);
        this.#pump();
        if (this.settled) this.#handlers.settled();
        return;
      case "keyframe_request":
        this.#encoder.restart();
        this.#waiting ??= this.#shown;
        this.#pump();
        return;
      case "error":
        // Frames leave at the hub's pace, but a network bunches them: that some are left out then is as promised.
        if (event.code === "too_fast") return;
        this.#handlers.refused(
          new HubRefusal(this.#subject, { code: event.code, reason: event.message, final: false }),
        );
        return;
      case "refused":
        this.#onRefused(event);
        return;
      default:
        this.#handlers.news(event);
    }
  }

  #begin(welcome: Welcome): void {
    this.#link.settle();
    this.#ready = true;
    this.#hubDelayMs = 1000 / welcome.limits.fps;
    this.#encoder.restart();
    this.#confirmed = this.#sent;
    this.#handlers.welcome(welcome);
    if (this.#state) this.tell(this.#state);
    this.#waiting ??= this.#shown;
    this.#pump();
  }

  #onRefused({ code, reason }: Extract<ProducerEvent, { type: "refused" }>): void {
    // A name that the hub does not take stays one; a viewer's unknown channel may come.
    const final = code === "unknown_channel" ? { final: true } : {};
    const refusal = new HubRefusal(this.#subject, { code, reason, ...final });
    this.#link.explain(refusal.message);
    if (refusal.final) this.end();
    // The hub's end is no complaint: a `disconnected` follows.
    if (code !== "closing") this.#handlers.refused(refusal);
  }

  #onLost(lost: Lost): void {
    this.#ready = false;
    this.#connection++;
    this.#confirmed = this.#sent;
    this.#waiting ??= this.#shown;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#handlers.lost(lost);
  }

  /** Send the newest frame if it is time and the hub has confirmed enough of those before. */
  #pump(): void {
    const grid = this.#waiting;
    if (!grid || this.#busy || !this.#ready || this.#timer !== undefined) return;
    if (this.#sent - this.#confirmed >= MOST_IN_FLIGHT) return;
    const waitMs = this.#sentAt + Math.max(this.frameDelayMs, this.#hubDelayMs) - performance.now();
    if (waitMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#pump();
      }, waitMs);
      return;
    }
    this.#waiting = undefined;
    this.#busy = true;
    this.#sentAt = performance.now();
    void this.#send(grid);
  }

  async #send(grid: TextGrid): Promise<void> {
    const connection = this.#connection;
    const message = await this.#encoder.encode(grid);
    this.#busy = false;
    if (connection === this.#connection && this.#link.send(message)) {
      this.#sent++;
      this.#link.send(writeProducerMessage({ type: "ping", t: this.#sent }));
    } else {
      this.#encoder.restart();
    }
    this.#pump();
  }

  get #subject(): string {
    return `channel "${this.#channel}"`;
  }
}
