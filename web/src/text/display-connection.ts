import { StreamFrameDecoder } from "@lightwell/wire/text/codec-stream.ts";
import type { DecodedFrame } from "@lightwell/wire/text/codec.ts";
import {
  parseServerMessage,
  TEXT_PROTOCOL_VERSION,
  type ClientMessageInput,
  type ServerMessage,
} from "@lightwell/wire/text/messages.ts";
import type { TextLook } from "@lightwell/wire/text/look.ts";
import { asSceneState, type SceneCommand, type SceneState } from "@lightwell/wire/text/scene.ts";
import { backOff } from "../live/back-off.ts";
import type { LinkState } from "../live/connection.ts";
import { Value } from "../live/value.ts";
import { texts } from "../texts.ts";
import { Acks } from "./acks.ts";
import { Answers } from "./answers.ts";
import { Meter } from "./figures.ts";
import type { GridSize } from "./fit-cells.ts";

export type Welcome = Extract<ServerMessage, { type: "welcome" }>;
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

const PING_MS = 2000;
/** Pings are answered: without a word for this long the connection is dead though nobody said so. */
const SILENCE_MS = 6000;
/** Refusals that the same question gets again. */
const FINAL: readonly string[] = ["forbidden", "version"];

const isHidden = () => document.visibilityState === "hidden";

/**
 * Watches one channel as text over `/ws/display`. While its page is hidden it pauses: the hub then has nothing to draw
 * or send, and answers with a whole frame when the page is seen again.
 */
export class DisplayConnection {
  readonly link = new Value<LinkState>({ state: "connecting" });
  readonly welcome = new Value<Welcome | undefined>(undefined);
  /** What the scene behind the channel does; undefined when there is none. */
  readonly scene = new Value<SceneState | undefined>(undefined);
  readonly refusal = new Value<Refusal | undefined>(undefined);
  readonly meter = new Meter();
  readonly #url: string;
  readonly #channel: string;
  readonly #onFrame: (frame: DecodedFrame) => void;
  readonly #answers = new Answers();
  readonly #acks = new Acks((seq) => this.#say({ type: "ack", seq }));
  #socket: WebSocket | undefined;
  #size: GridSize | undefined;
  #look: TextLook = {};
  #welcomed = false;
  #started = false;
  #attempt = 0;
  #heardAt = 0;
  #lost = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, channel: string, onFrame: (frame: DecodedFrame) => void) {
    this.#url = url;
    this.#channel = channel;
    this.#onFrame = onFrame;
  }

  /** Connect, and stay connected while the page is seen, until the function that this returns is called. */
  start(): () => void {
    this.#started = true;
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("online", this.tryNow);
    // Kept in the page cache for "back", a page must not hold a connection.
    window.addEventListener("pagehide", this.#leave);
    window.addEventListener("pageshow", this.tryNow);
    this.#pulse = setInterval(() => this.#beat(), PING_MS);
    this.tryNow();
    return () => this.#stop();
  }

  /** Ask for a grid of this size, or for the text's own. */
  wish(size: GridSize | undefined): void {
    const before = this.#size;
    this.#size = size;
    if (before?.cols === size?.cols && before?.rows === size?.rows) return;
    if (size) this.#say({ type: "resize", width: size.cols, height: size.rows });
    // There is no message that takes a wish back.
    else if (this.#socket) this.renew();
  }

  /** Ask for pictures drawn so. */
  wishLook(look: TextLook): void {
    const { glyphs, depth } = this.#look;
    this.#look = look;
    if (glyphs !== look.glyphs || depth !== look.depth) this.#say({ type: "look", ...look });
  }

  /** The frame is on the screen. */
  shown(seq: number): void {
    this.#acks.shown(seq);
  }

  /** Steer the scene. Resolves with what the hub has against it, or undefined when nothing. */
  command(command: SceneCommand & { readonly enabled?: boolean }): Promise<string | undefined> {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.resolve(texts.link.lost);
    return new Promise((resolve) => {
      const t = this.#answers.ask(performance.now(), resolve);
      this.#say({ type: "command", command });
      this.#say({ type: "ping", t });
    });
  }

  /** Connect now instead of after the wait. */
  readonly tryNow = (): void => {
    if (!this.#started || this.#socket) return;
    clearTimeout(this.#retry);
    if (isHidden()) this.link.set({ state: "paused" });
    else this.#connect();
  };

  /** Connect anew: what was said at the beginning no longer holds. */
  renew(): void {
    this.#drop();
    this.tryNow();
  }

  #stop(): void {
    this.#started = false;
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("online", this.tryNow);
    window.removeEventListener("pagehide", this.#leave);
    window.removeEventListener("pageshow", this.tryNow);
    clearInterval(this.#pulse);
    clearTimeout(this.#retry);
    this.#drop();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    const decoder = new StreamFrameDecoder();
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = performance.now();
    if (this.link.get().state !== "lost") this.link.set({ state: "connecting" });
    socket.addEventListener("open", () => {
      if (socket !== this.#socket) return;
      this.#say({
        type: "hello",
        version: TEXT_PROTOCOL_VERSION,
        accept: ["diff"],
        channel: this.#channel,
        paused: isHidden(),
        ...this.#size,
        ...this.#look,
      });
      this.#ping();
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#heardAt = performance.now();
      if (data instanceof ArrayBuffer) void this.#onBytes(socket, decoder, data);
      else if (typeof data === "string") this.#onText(data);
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#onLost();
    });
  }

  async #onBytes(socket: WebSocket, decoder: StreamFrameDecoder, data: ArrayBuffer): Promise<void> {
    this.meter.received(data.byteLength, this.#heardAt);
    try {
      const frame = await decoder.decode(new Uint8Array(data));
      if (socket !== this.#socket) return;
      this.#lost = false;
      this.meter.arrived(performance.now());
      this.#onFrame(frame);
    } catch {
      // The last picture stands. One question is enough for all the deltas that cannot be applied until the answer.
      if (socket !== this.#socket || this.#lost) return;
      this.#lost = true;
      this.#say({ type: "keyframe_request" });
    }
  }

  #onText(text: string): void {
    const parsed = parseServerMessage(text);
    // A newer hub may say more than this page understands; a reload brings the newer page.
    if (!parsed.ok) return;
    const { message } = parsed;
    if (message.type === "welcome") {
      this.#attempt = 0;
      this.#welcomed = true;
      this.refusal.set(undefined);
      this.welcome.set(message);
      this.link.set({ state: isHidden() ? "paused" : "open" });
    } else if (message.type === "state") this.scene.set(asSceneState(message.state));
    else if (message.type === "error") this.#answers.complaint(message.message);
    else if (message.type === "pong")
      this.meter.roundTripMs = this.#answers.pong(message.t, this.#heardAt) ?? this.meter.roundTripMs;
    else if (message.type === "refused") this.refusal.set(message);
  }

  #onLost(): void {
    this.#drop();
    if (!this.#started) return;
    const refusal = this.refusal.get();
    const waitMs = backOff(++this.#attempt, Math.random());
    this.link.set({ state: "lost", retryAt: Date.now() + waitMs, reason: refusal?.reason ?? "" });
    if (refusal && FINAL.includes(refusal.code)) return;
    this.#retry = setTimeout(this.tryNow, waitMs);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#welcomed = false;
    this.#lost = false;
    this.#acks.stop();
    this.#answers.end(texts.link.lost);
    this.meter.roundTripMs = undefined;
    socket?.close();
  }

  /** Now and then: is the hub still there? */
  #beat(): void {
    if (!this.#socket || isHidden()) return;
    if (performance.now() - this.#heardAt > SILENCE_MS) this.#onLost();
    else this.#ping();
  }

  #ping(): void {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#say({ type: "ping", t: this.#answers.ask(performance.now()) });
  }

  readonly #onVisibility = (): void => {
    // Timers of a hidden page sleep: silence until now says nothing.
    this.#heardAt = performance.now();
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      if (!isHidden()) this.tryNow();
      return;
    }
    this.#say({ type: isHidden() ? "pause" : "resume" });
    if (!isHidden()) this.#ping();
    if (this.#welcomed) this.link.set({ state: isHidden() ? "paused" : "open" });
  };

  readonly #leave = (): void => {
    clearTimeout(this.#retry);
    this.#drop();
    this.link.set({ state: "paused" });
  };

  #say(message: ClientMessageInput): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

/** Where this page's hub speaks the text protocol. */
export const displayUrl = (): string =>
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/display`;
