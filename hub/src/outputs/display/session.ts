import type { Socket } from "node:net";
import { messageOf } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import { mayWatch } from "#contract/visible.ts";
import type { Cancel } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { Turns } from "#core/turns.ts";
import type { Channels } from "#core/registry.ts";
import type { CloseReason } from "#core/viewer.ts";
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
import { closeCodes, closings, refusalOf, silence, type Refusal } from "./refusals.ts";
import { chooseChannel, mayControl } from "./rights.ts";
import { Showing, type ShowingHub } from "./showing.ts";
import type { SizeWishes } from "./size-wishes.ts";
import type { Size } from "./view.ts";

/** A client that has said nothing for this long is one of the original's, which say nothing at all. */
const GRACE_MS = 150;
/** A client that acknowledges nothing for this long, with frames under way, is gone. */
const SLOW_MS = 10_000;
/** Acknowledging every frame at 60 fps, and a slider that is dragged. */
const MAX_MESSAGES_PER_SECOND = 300;
const MAX_ERRORS_PER_SECOND = 10;
/** What most clients write, letter for letter: a thousand viewers send four thousand of them a second. */
const PLAIN_ACK = /^\{"type":"ack","seq":(\d{1,10})\}$/;

/** Everything of the hub that a session uses. */
export interface DisplayHub extends ShowingHub {
  readonly sizes: SizeWishes;
  readonly channels: Channels;
  readonly access: Access;
  readonly pacer: Pacer;
  readonly options: ShowingHub["options"] & {
    readonly channel?: string | undefined;
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
export class Session {
  readonly #hub: DisplayHub;
  readonly #peer: Peer;
  readonly #outlet: Outlet;
  readonly #showing: Showing;
  readonly #onGone: () => void;
  #identity: Identity | undefined;
  #identify: () => Identity | undefined;
  #cancelGrace: Cancel | undefined;
  readonly #turns = new Turns();
  #begun = false;
  #ended = false;
  /** True when it has said `hello`. */
  #modern = false;
  #channelName: string | undefined;
  /** Asked for by `resize` and not told to the channel's producers yet. */
  #wished: Size | undefined;
  #answered = true;
  #messages = 0;
  #errors = 0;

  constructor(hub: DisplayHub, ws: WebSocket, socket: Socket, peer: Peer, onGone: () => void) {
    this.#hub = hub;
    this.#peer = peer;
    this.#onGone = onGone;
    this.#identify = () => peer.identify();
    this.#identity = peer.identity;
    this.#channelName = peer.channel;
    this.#outlet = new Outlet({
      socket,
      pacer: hub.pacer,
      clock: hub.clock,
      ready: () => this.#showing.ready(),
      progress: () => this.#showing.progress(),
      gone: () => this.#gone(),
    });
    const { name, remote, agent } = peer;
    this.#showing = new Showing(hub, {
      outlet: this.#outlet,
      info: { output: "display", name, remote, ...(agent !== undefined && { agent }) },
      onSize: ({ cols, rows }) => this.#modern && this.#say({ type: "resize", width: cols, height: rows }),
      onClose: (reason) => this.refuse(this.#closing(reason)),
      mayStay: (channel) => mayWatch(hub.access, this.#identity, channel),
    });
    ws.on("message", (data, binary) => this.#turns.take(() => this.#onMessage(binary ? undefined : String(data))));
    ws.on("ping", (data) => this.#outlet.pong(data));
    ws.on("pong", () => (this.#answered = true));
    // A frame that breaks the protocol or is too large: ws ends the connection with the right code by itself.
    ws.on("error", () => undefined);
    // What a busy hub has not read yet was still said in time: timers come before it, immediates after it.
    this.#cancelGrace = hub.clock.after(GRACE_MS, () => setImmediate(() => this.#begun || this.#begin()));
  }

  get mode(): StreamingModeName {
    return this.#showing.manner.mode;
  }

  /** A few times a second: sizes that wait, viewers that are silent, a channel to come. */
  tick(): void {
    if (this.#ended || !this.#begun || this.#showing.isPaused) return;
    if (!this.#showing.isWatching) this.#begin();
    this.#showing.tick();
    const { silentMs } = this.#showing;
    if (silentMs >= SLOW_MS) this.refuse(silence(silentMs));
  }

  /** Once a second: counters start over, rights may have been taken away. */
  review(): void {
    this.#messages = this.#errors = 0;
    const { channel } = this.#showing;
    if (channel && !mayWatch(this.#hub.access, this.#identity, channel)) this.refuse(closings.forbidden);
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

  /** Why the hub ends the view: one that has no room for want of an acknowledgement is told so. */
  #closing(reason: CloseReason): Refusal {
    const { silentMs } = this.#showing;
    return reason === "not-reading" && silentMs > 0 ? silence(silentMs) : closings[reason];
  }

  #stop(): void {
    this.#ended = true;
    this.#cancelGrace?.();
    this.#showing.stop();
  }

  #onMessage(text: string | undefined): void {
    if (this.#ended) return;
    if (++this.#messages > MAX_MESSAGES_PER_SECOND) {
      this.refuse({ code: "too_many", reason: `more than ${MAX_MESSAGES_PER_SECOND} messages in a second` });
      return;
    }
    const ack = text && PLAIN_ACK.exec(text);
    if (ack) {
      this.#showing.ack(Number(ack[1]));
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
    if (message.type === "resize") {
      this.#wished = { cols: message.width, rows: message.height };
      if (!this.#begun) this.#showing.view.size = this.#wished;
    }
    if (!this.#begun) this.#begin();
    switch (message.type) {
      case "ack":
        this.#showing.ack(message.seq);
        return;
      case "keyframe_request":
        this.#showing.restart();
        return;
      case "ping":
        this.#say({ type: "pong", t: message.t });
        return;
      case "resize":
        this.#showing.change({ size: { cols: message.width, rows: message.height } });
        this.#tellWish();
        return;
      case "look":
        this.#showing.change({ look: { glyphs: message.glyphs, depth: message.depth } });
        return;
      case "pause":
        this.#showing.pause();
        return;
      case "resume":
        if (this.#showing.resume()) this.#showAgain();
        return;
      case "command":
        this.#command(message.command);
        return;
      case "state_request":
        this.#sayState();
    }
  }

  /** A token may have been made a moment ago, by the command line: it is looked up anew before it is wrong. */
  #hello(hello: Extract<ClientMessage, { type: "hello" }>): void {
    this.#cancelGrace?.();
    const fresh = hello.token === undefined ? undefined : this.#hub.access.freshen(hello.token);
    this.#turns.takeAfter(fresh, () => this.#ended || this.#enter(hello));
  }

  #enter(hello: Extract<ClientMessage, { type: "hello" }>): void {
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
    this.#showing.manner = {
      mode: (["diff", "binary"] as const).find((mode) => accept.includes(mode)) ?? "json",
      encoding,
    };
    if (channel !== undefined) this.#channelName = channel;
    this.#showing.view.size = { ...(cols !== undefined && { cols }), ...(rows !== undefined && { rows }) };
    this.#showing.view.look = { glyphs, depth };
    this.#showing.view.takesAnySize = true;
    if (paused) this.#showing.pause();
    this.#begin();
  }

  /** Choose the channel and show it; without one that it may see it waits for one to come. */
  #begin(): void {
    this.#cancelGrace?.();
    this.#begun = true;
    if (this.#ended) return;
    try {
      const { channels, access, options } = this.#hub;
      const channel = chooseChannel(this.#channelName, {
        channels,
        access,
        identity: this.#identity,
        defaultChannel: options.channel,
      });
      if (channel) this.#attach(channel);
    } catch (error) {
      this.refuse(refusalOf(error));
    }
  }

  #attach(channel: LiveChannel): void {
    if (this.#modern)
      this.#say({
        type: "welcome",
        version: TEXT_PROTOCOL_VERSION,
        mode: StreamingMode[this.mode],
        encoding: this.#showing.manner.encoding,
        channel: channel.name,
        ...this.#showing.view.sizeOf(channel),
        control: this.#mayControl(channel),
      });
    this.#showing.show(channel);
    this.#tellWish();
  }

  /** Once, to the producers of the channel that it watches by then. */
  #tellWish(): void {
    const { channel } = this.#showing;
    if (!channel || !this.#wished) return;
    this.#hub.sizes.wish(channel, this.#wished);
    this.#wished = undefined;
  }

  /** Meanwhile the channel may have been removed, and another of the same name have come. */
  #showAgain(): void {
    const { channel } = this.#showing;
    if (channel && this.#hub.channels.get(channel.name) === channel) this.#showing.show(channel);
    else this.#begin();
  }

  #sayState(): void {
    const { channel } = this.#showing;
    const message = channel && this.#hub.states.of(channel).message;
    if (message) this.#showing.onState(message);
    else this.#noScene();
  }

  #mayControl(channel: LiveChannel): boolean {
    const { access, options } = this.#hub;
    return options.control === "everyone" || mayControl(access, this.#identity, channel);
  }

  #command(command: unknown): void {
    const { channel } = this.#showing;
    const control = channel?.control;
    if (!control) {
      this.#noScene();
      return;
    }
    if (!this.#mayControl(channel)) {
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
