import { inflateRawSync } from "node:zlib";
import { messageOf } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { LiveChannel, Publisher } from "#core/live-channel.ts";
import { Turns } from "#core/turns.ts";
import { ChannelRefused, type Channels } from "#core/registry.ts";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { TextCodecError } from "@lightwell/wire/text/codec-error.ts";
import { FrameDecoder } from "@lightwell/wire/text/codec.ts";
import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import { DEFAULT_COLS, DEFAULT_ROWS, TEXT_PROTOCOL_VERSION } from "@lightwell/wire/text/messages.ts";
import {
  parseProducerMessage,
  writeProducerEvent,
  type ProducerErrorCode,
  type ProducerEventInput,
  type ProducerMessage,
} from "@lightwell/wire/text/producer-messages.ts";
import type WebSocket from "ws";
import { Audience } from "./audience.ts";
import { FrameGate } from "./frame-gate.ts";
import { ProducerControl } from "./producer-control.ts";
import { closeCodes, refusalOf, type Refusal } from "./refusals.ts";
import type { StateFeeds } from "./state-feed.ts";
import type { SizeWishes } from "./size-wishes.ts";
import type { Tallies } from "./tallies.ts";
import type { Size } from "./view.ts";

/** Those who have no right to publish yet must prove it within this. */
const HELLO_TIMEOUT_MS = 5000;
const ERROR_INTERVAL_MS = 1000;
/** This many times the allowed frames in a second are no mistake any more. */
const FLOOD_FACTOR = 8;
/** A producer that reads nothing must not make its commands pile up. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_STATE_CHARS = 256 * 1024;
const FIRST_SIZE: Size = { cols: DEFAULT_COLS, rows: DEFAULT_ROWS };
/** Wishes told at once in a second: a thousand viewers that drag their windows must not flood a producer. */
const WISHES_PER_SECOND = 20;

export interface ProducerLimits {
  readonly fps: number;
  readonly cells: number;
  readonly messageBytes: number;
}

export interface ProducerHub {
  readonly channels: Channels;
  readonly access: Access;
  readonly clock: Clock;
  readonly states: StateFeeds;
  readonly sizes: SizeWishes;
  readonly tallies: Tallies;
  readonly limits: ProducerLimits;
  /** A producer has this channel now. */
  readonly opened: (channel: LiveChannel) => void;
}

export interface ProducerPeer {
  readonly remote: string;
  /** Named in the address. */
  readonly channel: string | undefined;
  readonly identity: Identity | undefined;
  /** @throws {HubError} when what came with the request is no longer good */
  identify(): Identity | undefined;
}

/** What a producer has once it was let in. */
interface Stage {
  readonly channel: LiveChannel;
  readonly publisher: Publisher;
  readonly control: ProducerControl;
  readonly gate: FrameGate;
  readonly audience: Audience;
  readonly leaveSizes: Cancel;
}

/** One producer's connection: frames come in, commands and news of the audience go out. */
export class ProducerSession {
  readonly #hub: ProducerHub;
  readonly #ws: WebSocket;
  readonly #peer: ProducerPeer;
  readonly #decoder = new FrameDecoder((bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes }));
  readonly #cancelHello: Cancel;
  #identify: () => Identity | undefined;
  #stage: Stage | undefined;
  #size = FIRST_SIZE;
  #ended = false;
  #answered = true;
  readonly #turns = new Turns();
  #messages = 0;
  #wishes = 0;
  #wish: Size | undefined;
  #errorAt = -Infinity;

  constructor(hub: ProducerHub, ws: WebSocket, peer: ProducerPeer) {
    this.#hub = hub;
    this.#ws = ws;
    this.#peer = peer;
    this.#identify = () => peer.identify();
    this.#cancelHello = hub.clock.after(HELLO_TIMEOUT_MS, () =>
      this.refuse({ code: "forbidden", reason: "no hello with a token and a channel came in time" }),
    );
    ws.on("message", (data: Buffer, binary) => this.#turns.take(() => this.#onMessage(data, binary)));
    ws.on("pong", () => (this.#answered = true));
    ws.on("close", () => this.#stop());
    // A frame that breaks the protocol or is too large: ws ends the connection with the right code by itself.
    ws.on("error", () => this.#stop());
    if (peer.identity && peer.channel !== undefined) this.#enter(peer.identity, peer.channel);
  }

  /** False while it has not proved that it may publish. */
  get entered(): boolean {
    return this.#stage !== undefined;
  }

  /** A few times a second: tell who came and left, and a size that waits. */
  tick(): void {
    if (this.#wish) this.#tellSize(this.#wish);
    for (const event of this.#stage?.audience.changes() ?? []) this.#say(event);
  }

  /** Once a second. */
  review(): void {
    this.#messages = this.#wishes = 0;
  }

  /** Ask for a sign of life; a peer that gave none since the last time is gone, one without rights has to leave. */
  ping(): void {
    if (!this.#answered) {
      this.abort();
      return;
    }
    try {
      if (this.#stage) this.#hub.access.requirePublish(this.#identify(), this.#stage.channel.name);
    } catch (error) {
      this.refuse(refusalOf(error));
      return;
    }
    this.#answered = false;
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  refuse(refusal: Refusal): void {
    if (this.#ended) return;
    this.#hub.tallies.refused(refusal.code);
    this.#say({ type: "refused", ...refusal });
    this.#stop();
    this.#ws.close(closeCodes[refusal.code], refusal.reason.slice(0, 100));
  }

  abort(): void {
    this.#stop();
    this.#ws.terminate();
  }

  #stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelHello();
    const stage = this.#stage;
    if (!stage) return;
    stage.gate.close();
    stage.leaveSizes();
    stage.control.release();
    stage.publisher.close();
    this.#hub.states.of(stage.channel).follow();
  }

  #enter(identity: Identity | undefined, channelName: string): void {
    const { access, channels, clock, limits, opened, states, tallies } = this.#hub;
    let channel: LiveChannel;
    try {
      access.requirePublish(identity, channelName);
      channel = channels.open(channelName);
    } catch (error) {
      const why = error instanceof ChannelRefused ? error.why : undefined;
      if (why) this.refuse({ code: why === "too-many" ? "full" : "unknown_channel", reason: messageOf(error) });
      else this.refuse(refusalOf(error));
      return;
    }
    this.#cancelHello();
    opened(channel);
    const publisher = channel.publisher(`display producer ${identity?.name ?? ""}`.trim());
    const control = new ProducerControl(channel, (command) => this.#say({ type: "command", command }));
    const gate = new FrameGate(clock, limits.fps, (grid) => {
      tallies.published();
      publisher.publish({ kind: "text", grid });
    });
    this.#say({ type: "welcome", version: TEXT_PROTOCOL_VERSION, role: "producer", channel: channel.name, limits });
    const leaveSizes = this.#hub.sizes.follow(channel, (size) => {
      if (++this.#wishes > WISHES_PER_SECOND) this.#wish = size;
      else this.#tellSize(size);
    });
    this.#stage = { channel, publisher, control, gate, audience: new Audience(channel), leaveSizes };
    control.claim();
    states.of(channel).follow();
    this.tick();
  }

  #onMessage(data: Buffer, binary: boolean): void {
    if (this.#ended) return;
    if (++this.#messages > this.#hub.limits.fps * FLOOD_FACTOR) {
      this.refuse({ code: "too_many", reason: `far more than ${this.#hub.limits.fps} messages in a second` });
      return;
    }
    if (binary) {
      this.#binary(data);
      return;
    }
    const parsed = parseProducerMessage(data.toString());
    if (parsed.ok) this.#obey(parsed.message, data.length);
    else this.#error(parsed.code, parsed.reason);
  }

  #obey(message: ProducerMessage, bytes: number): void {
    const stage = this.#stage;
    if (message.type === "hello") {
      this.#hello(message);
      return;
    }
    if (message.type === "ping") {
      this.#say({ type: "pong", t: message.t });
      return;
    }
    if (!stage) {
      this.#error("bad_message", "say hello first, with a channel and a token");
      return;
    }
    switch (message.type) {
      case "frame": {
        const { width = this.#size.cols, height = this.#size.rows, lines } = message;
        if (!this.#fits(width, height)) return;
        this.#publish(stage, parseAnsiLines(lines, width, height));
        return;
      }
      case "clear":
        this.#publish(stage, createGrid(this.#size.cols, this.#size.rows));
        return;
      case "binary":
        this.#binary(Buffer.from(message.data, "base64"));
        return;
      case "state":
        if (bytes > MAX_STATE_CHARS) this.#error("too_large", `a state has at most ${MAX_STATE_CHARS} bytes`);
        else stage.control.setState(message.state);
        this.#hub.states.of(stage.channel).follow();
    }
  }

  #hello({ channel = this.#peer.channel, token }: Extract<ProducerMessage, { type: "hello" }>): void {
    if (this.#stage) {
      if (channel !== this.#stage.channel.name)
        this.#error("bad_message", "one connection publishes into one channel: open another");
      return;
    }
    if (channel === undefined) {
      this.#error("bad_message", "hello must name a channel");
      return;
    }
    if (token !== undefined) this.#identify = () => this.#hub.access.identifyToken(token, this.#peer.remote);
    // It may have been made a moment ago, by the command line: it is looked up anew before it is wrong.
    const fresh = token === undefined ? undefined : this.#hub.access.freshen(token);
    this.#turns.takeAfter(fresh, () => this.#ended || this.#identifyAndEnter(channel));
  }

  #identifyAndEnter(channel: string): void {
    let identity: Identity | undefined;
    try {
      identity = this.#identify();
    } catch (error) {
      this.refuse(refusalOf(error));
      return;
    }
    this.#enter(identity, channel);
  }

  #binary(bytes: Uint8Array): void {
    const stage = this.#stage;
    if (!stage) {
      this.#error("bad_message", "say hello first, with a channel and a token");
      return;
    }
    try {
      const { grid } = this.#decoder.decode(bytes);
      if (this.#fits(grid.cols, grid.rows)) this.#publish(stage, grid);
    } catch (error) {
      if (!(error instanceof TextCodecError)) throw error;
      if (error.code === "missing-base") this.#say({ type: "keyframe_request" });
      else this.#error(error.code === "too-large" ? "too_large" : "bad_frame", error.message);
    }
  }

  #fits(cols: number, rows: number): boolean {
    const { cells } = this.#hub.limits;
    if (cols * rows <= cells) return true;
    this.#error("too_large", `${cols} × ${rows} cells are more than ${cells}`);
    return false;
  }

  #publish({ gate }: Stage, grid: TextGrid): void {
    this.#size = grid;
    if (!gate.offer(grid))
      this.#error("too_fast", `more than ${this.#hub.limits.fps} frames a second: some are left out`);
  }

  #tellSize({ cols, rows }: Size): void {
    this.#wish = undefined;
    this.#say({ type: "dimensions", width: cols, height: rows });
  }

  #error(code: ProducerErrorCode, message: string): void {
    const now = this.#hub.clock.monotonic();
    if (now - this.#errorAt < ERROR_INTERVAL_MS) return;
    this.#errorAt = now;
    this.#say({ type: "error", code, message: message.slice(0, 1000) });
  }

  #say(event: ProducerEventInput): void {
    if (this.#ended || this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#ws.bufferedAmount > MAX_WAITING_BYTES) this.abort();
    else this.#ws.send(writeProducerEvent(event));
  }
}
