import type { Socket } from "node:net";
import { messageOf } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import { mayWatch } from "#contract/visible.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import type { Pacer } from "#transport/pacer.ts";
import {
  parseClientMessage,
  parseCommand,
  StreamingMode,
  TEXT_PROTOCOL_VERSION,
  type ClientMessage,
  type DisplayErrorCode,
  type ServerMessageInput,
  type StreamingModeName,
} from "@lightwell/wire/text/messages.ts";
import type WebSocket from "ws";
import { Outlet } from "./outlet.ts";
import type { Stride } from "./pace.ts";
import { closeCodes, closings, refusalOf, type Refusal } from "./refusals.ts";
import { chooseChannel, mayControl } from "./rights.ts";
import type { StateFeed, StateFeeds, StateListener } from "./state-feed.ts";
import type { Tallies } from "./tallies.ts";
import { View, type ViewChange } from "./view.ts";
import { Watching, type Manner } from "./watching.ts";

/** A client that has said nothing for so long is one of the original's, which say nothing at all. */
const GRACE_MS = 150;
/** A client that acknowledges nothing for so long, with frames under way, is gone. */
const SLOW_MS = 10_000;
/** Acknowledging every frame at 60 fps, and a slider that is dragged. */
const MAX_MESSAGES_PER_SECOND = 300;
const MAX_ERRORS_PER_SECOND = 10;
/** A window that is dragged asks for a size with every move. */
const CHANGE_INTERVAL_MS = 200;
/** What most clients write, letter for letter: a thousand viewers send four thousand of them a second. */
const PLAIN_ACK = /^\{"type":"ack","seq":(\d{1,10})\}$/;

/** Everything of the hub that a session uses. */
export interface DisplayHub {
  readonly channels: Channels;
  readonly access: Access;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly states: StateFeeds;
  readonly tallies: Tallies;
  /** Frames that may be under way to a client that acknowledges them. */
  readonly mostUnderWay: number;
  readonly options: {
    readonly channel?: string | undefined;
    readonly cols: number;
    readonly rows: number;
    readonly maxFps: number;
    readonly control: "token" | "everyone";
  };
}

export interface Peer {
  readonly name: string;
  readonly remote: string;
  readonly agent: string | undefined;
  /** Named in the address. */
  readonly channel: string | undefined;
  readonly identity: Identity | undefined;
  /**
   * Who it is by now, by what came with the request.
   *
   * @throws {HubError} when that is no longer good
   */
  identify(): Identity | undefined;
}

/** One viewer's connection, in the compatible protocol until it says `hello`. */
export class Session implements StateListener {
  readonly #hub: DisplayHub;
  readonly #peer: Peer;
  readonly #outlet: Outlet;
  readonly #onGone: () => void;
  #identity: Identity | undefined;
  #identify: () => Identity | undefined;
  #cancelGrace: Cancel | undefined;
  #begun = false;
  #ended = false;
  /** True when it has said `hello`. */
  #modern = false;
  #manner: Manner = { mode: "json", encoding: "binary" };
  #channelName: string | undefined;
  readonly #view: View;
  /** Nobody looks at it: it is sent nothing but answers. */
  #paused = false;
  /** Asked for, and to come into force soon. */
  #wanted: ViewChange = {};
  #changedAt = -Infinity;
  #channel: LiveChannel | undefined;
  #watching: Watching | undefined;
  #shownKey: string | undefined;
  #feed: StateFeed | undefined;
  #answered = true;
  #messages = 0;
  #errors = 0;

  constructor(hub: DisplayHub, ws: WebSocket, socket: Socket, peer: Peer, onGone: () => void) {
    this.#hub = hub;
    this.#peer = peer;
    this.#onGone = onGone;
    this.#identify = () => peer.identify();
    this.#identity = peer.identity;
    this.#channelName = peer.channel ?? hub.options.channel;
    this.#view = new View(hub.options);
    this.#outlet = new Outlet({
      socket,
      pacer: hub.pacer,
      clock: hub.clock,
      ready: () => this.#watching?.onReady(),
      progress: () => this.#watching?.viewer.progress(),
      gone: () => this.#gone(),
    });
    ws.on("message", (data, binary) => this.#onMessage(binary ? undefined : String(data)));
    ws.on("ping", (data) => this.#outlet.pong(data));
    ws.on("pong", () => (this.#answered = true));
    // A frame that breaks the protocol or is too large: ws ends the connection with the right code by itself.
    ws.on("error", () => undefined);
    // What a busy hub has not read yet was still said in time: timers come before it, immediates after it.
    this.#cancelGrace = hub.clock.after(GRACE_MS, () => setImmediate(() => this.#begun || this.#begin()));
  }

  get mode(): StreamingModeName {
    return this.#manner.mode;
  }

  get stride(): Stride {
    return this.#watching?.stride ?? 1;
  }

  onState(message: Buffer): void {
    this.#outlet.say(message, "state");
  }

  /** A few times a second: sizes that wait, viewers that are silent, a channel to come. */
  tick(): void {
    if (this.#ended || !this.#begun || this.#paused) return;
    if (!this.#watching) this.#begin();
    this.#change({});
    if (this.#channel && this.#view.keyOf(this.#channel) !== this.#shownKey) this.#watch();
    const silentMs = this.#watching?.tick() ?? 0;
    if (silentMs >= SLOW_MS) this.refuse({ code: "slow", reason: `no ack for ${SLOW_MS / 1000} s` });
  }

  /** Once a second: counters start over, rights may have been taken away. */
  review(): void {
    this.#messages = this.#errors = 0;
    if (this.#channel && !mayWatch(this.#hub.access, this.#identity, this.#channel)) this.refuse(closings.forbidden);
  }

  /** Ask for a sign of life; a peer that gave none since the last time is gone, one without rights has to leave. */
  ping(): void {
    if (this.#ended) return;
    if (!this.#answered) {
      this.abort();
      return;
    }
    try {
      this.#identity = this.#identify();
    } catch {
      this.refuse({ code: "forbidden", reason: "this token or session has ended" });
      return;
    }
    this.#answered = false;
    this.#outlet.ping();
  }

  /** End the connection, saying why. */
  refuse(refusal: Refusal): void {
    if (this.#ended) return;
    this.#stop();
    this.#hub.tallies.refused(refusal.code);
    const { code, reason } = refusal;
    this.#outlet.close(closeCodes[code], reason, JSON.stringify({ type: "refused", code, reason }));
  }

  abort(): void {
    this.#stop();
    this.#outlet.abort();
  }

  #gone(): void {
    this.#stop();
    this.#onGone();
  }

  #stop(): void {
    this.#ended = true;
    this.#cancelGrace?.();
    this.#watching?.stop();
    this.#watching = undefined;
    this.#feed?.remove(this);
  }

  #onMessage(text: string | undefined): void {
    if (this.#ended) return;
    if (++this.#messages > MAX_MESSAGES_PER_SECOND) {
      this.refuse({ code: "too_many", reason: `more than ${MAX_MESSAGES_PER_SECOND} messages in a second` });
      return;
    }
    const ack = text && PLAIN_ACK.exec(text);
    if (ack) {
      this.#watching?.ack(Number(ack[1]));
      return;
    }
    if (text === undefined) {
      this.#error("bad_message", "binary messages are for producers: connect with ?role=producer");
      return;
    }
    const parsed = parseClientMessage(text);
    if (!parsed.ok) {
      this.#error(parsed.code, parsed.reason);
      return;
    }
    this.#obey(parsed.message);
  }

  #obey(message: ClientMessage): void {
    if (message.type === "hello") {
      this.#hello(message);
      return;
    }
    // A size before the first frame, so that the first has it.
    if (message.type === "resize" && !this.#begun) this.#view.size = { cols: message.width, rows: message.height };
    if (!this.#begun) this.#begin();
    switch (message.type) {
      case "ack":
        this.#watching?.ack(message.seq);
        return;
      case "keyframe_request":
        this.#watching?.restart();
        return;
      case "ping":
        this.#say({ type: "pong", t: message.t });
        return;
      case "resize":
        this.#change({ size: { cols: message.width, rows: message.height } });
        return;
      case "look":
        this.#change({ look: { glyphs: message.glyphs, depth: message.depth } });
        return;
      case "pause":
        this.#pause();
        return;
      case "resume":
        this.#resume();
        return;
      case "command":
        this.#command(message.command);
        return;
      case "state_request":
        this.#sayState();
    }
  }

  #hello(hello: Extract<ClientMessage, { type: "hello" }>): void {
    const { accept, encoding, channel, cols, rows, glyphs, depth, paused, token, role } = hello;
    if (role === "producer") {
      this.refuse({ code: "forbidden", reason: "a producer connects with ?role=producer in the address" });
      return;
    }
    if (token !== undefined) {
      this.#identify = () => this.#hub.access.identifyToken(token, this.#peer.remote);
      try {
        this.#identity = this.#identify();
      } catch (error) {
        this.refuse(refusalOf(error));
        return;
      }
    }
    this.#modern = true;
    this.#manner = { mode: (["diff", "binary"] as const).find((mode) => accept.includes(mode)) ?? "json", encoding };
    if (channel !== undefined) this.#channelName = channel;
    this.#view.size = { ...(cols !== undefined && { cols }), ...(rows !== undefined && { rows }) };
    this.#view.look = { glyphs, depth };
    this.#view.takesAnySize = true;
    this.#paused = paused ?? false;
    this.#begin();
  }

  /** Choose the channel and show it; without one that it may see it waits for one to come. */
  #begin(): void {
    this.#cancelGrace?.();
    this.#begun = true;
    if (this.#ended) return;
    try {
      const { channels, access } = this.#hub;
      const channel = chooseChannel(this.#channelName, { channels, access, identity: this.#identity });
      if (channel) this.#attach(channel);
    } catch (error) {
      this.refuse(refusalOf(error));
    }
  }

  #attach(channel: LiveChannel): void {
    this.#channel = channel;
    if (this.#modern)
      this.#say({
        type: "welcome",
        version: TEXT_PROTOCOL_VERSION,
        mode: StreamingMode[this.#manner.mode],
        encoding: this.#manner.encoding,
        channel: channel.name,
        ...this.#view.sizeOf(channel),
        control: this.#controls,
      });
    this.#follow(channel);
  }

  /** Tell what the channel's scene does, and show what it shows. */
  #follow(channel: LiveChannel): void {
    this.#feed?.remove(this);
    this.#feed = undefined;
    if (this.#paused) return;
    this.#feed = this.#hub.states.of(channel);
    this.#feed.add(this);
    if (this.#feed.message) this.#outlet.say(this.#feed.message, "state");
    this.#watch();
  }

  #watch(): void {
    const channel = this.#channel;
    if (!channel || this.#paused) return;
    const before = this.#watching;
    this.#shownKey = this.#view.keyOf(channel);
    if (this.#manner.mode === "json") this.#outlet.pace();
    const { mostUnderWay, tallies } = this.#hub;
    const { name, remote, agent } = this.#peer;
    before?.stop();
    this.#watching = new Watching(this.#view.renditionOf(channel), this.#manner, {
      outlet: this.#outlet,
      mostUnderWay,
      tallies,
      info: { output: "display", name, remote, ...(agent !== undefined && { agent }) },
      onClose: (reason) => this.refuse(closings[reason]),
    });
    this.#watching.start();
  }

  /** It leaves the channel, so that nothing is drawn, encoded or sent on its behalf. */
  #pause(): void {
    this.#paused = true;
    this.#watching?.stop();
    this.#watching = undefined;
    this.#feed?.remove(this);
    this.#feed = undefined;
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const channel = this.#channel;
    // Meanwhile it may have been removed, and another of the same name have come.
    if (channel && this.#hub.channels.get(channel.name) === channel) this.#follow(channel);
    else this.#begin();
  }

  /** Size and look as the client wants them now, or a moment later when it changes its mind often. */
  #change(change: ViewChange): void {
    const { size, look } = (this.#wanted = { ...this.#wanted, ...change });
    if ((!size && !look) || !this.#channel) return;
    const now = this.#hub.clock.monotonic();
    if (now - this.#changedAt < CHANGE_INTERVAL_MS && !this.#paused) return;
    this.#changedAt = now;
    this.#wanted = {};
    if (size) {
      this.#view.size = size;
      const { cols, rows } = this.#view.sizeOf(this.#channel);
      if (this.#modern) this.#say({ type: "resize", width: cols, height: rows });
    }
    if (look) this.#view.look = look;
    if (this.#view.keyOf(this.#channel) !== this.#shownKey) this.#watch();
  }

  #sayState(): void {
    const message = this.#channel && this.#hub.states.of(this.#channel).message;
    if (message) this.#outlet.say(message, "state");
    else this.#noScene();
  }

  get #controls(): boolean {
    const { access, options } = this.#hub;
    if (options.control === "everyone") return true;
    return this.#channel !== undefined && mayControl(access, this.#identity, this.#channel);
  }

  #command(command: unknown): void {
    const control = this.#channel?.control;
    if (!control) {
      this.#noScene();
      return;
    }
    if (!this.#controls) {
      this.#error("forbidden", "control needs an operator's token, or a producer's for this channel");
      return;
    }
    try {
      control.command(command);
    } catch (error) {
      const parsed = parseCommand(command);
      this.#error(parsed.ok ? "bad_param" : parsed.code, messageOf(error));
    }
  }

  #noScene(): void {
    this.#error("no_scene", "nothing on this channel can be controlled");
  }

  #error(code: DisplayErrorCode, message: string): void {
    if (++this.#errors <= MAX_ERRORS_PER_SECOND) this.#say({ type: "error", code, message: message.slice(0, 1000) });
  }

  #say(message: ServerMessageInput): void {
    this.#outlet.say(JSON.stringify(message));
  }
}
