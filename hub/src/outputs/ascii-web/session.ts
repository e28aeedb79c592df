import type { Socket } from "node:net";
import type { Access, Identity } from "#contract/services.ts";
import { mayWatch } from "#contract/visible.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { Viewer, type CloseReason, type Transport, type ViewerInfo } from "#core/viewer.ts";
import { Line } from "#transport/line.ts";
import { peerAddress } from "#transport/peer-address.ts";
import type { Pacer } from "#transport/pacer.ts";
import type WebSocket from "ws";
import { z } from "zod";
import { looksLike, type Drawn, type OwnWishes, type SharedLook } from "./shared-look.ts";
import { closeMessage, controlMessage, textMessage } from "#transport/web-socket-message.ts";

/** RFC 6455 close codes. */
const GOING_AWAY = 1001;
const POLICY = 1008;

/** Nobody drags a window's edge faster. */
const MAX_MESSAGES_PER_SECOND = 50;
/** Sizes that come in a burst act once. */
const SETTLE_MS = 60;

const CLEAR = textMessage("\x1b[2J");

const clientMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("resize"), cols: z.number().min(1).max(10_000), rows: z.number().min(1).max(10_000) }),
  z.object({ type: z.literal("pause") }),
  z.object({ type: z.literal("resume") }),
]);

/** What a session uses of the hub. */
export interface SessionHub {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly look: SharedLook;
  readonly access: Access;
}

/** Who is there, and what was asked for when the connection was made. */
export interface Peer {
  readonly name: string;
  readonly agent: string | undefined;
  readonly identity: Identity | undefined;
  readonly wishes: OwnWishes;
  /** False when the token or session that it came with has been revoked. */
  stillValid(): boolean;
}

const words: Record<CloseReason, string> = {
  "channel-closed": "this channel has ended",
  stalled: "this channel delivers no pictures at present",
  shutdown: "the hub is closing",
  replaced: "another connection took this place",
  forbidden: "you have been disconnected",
  "not-reading": "this connection took nothing for too long",
};

/** One viewer of text over a WebSocket: a viewer, or none while its tab is hidden. */
export class Session implements Transport {
  readonly #hub: SessionHub;
  readonly #peer: Peer;
  readonly #info: ViewerInfo;
  readonly #ws: WebSocket;
  readonly #line: Line;
  #wishes: OwnWishes;
  #channel: LiveChannel | undefined;
  #viewer: Viewer | undefined;
  #drawn: Drawn | undefined;
  #shown: Frame | undefined;
  /** A frame that came while an answer was on its way. */
  #held: Frame | undefined;
  #paused = false;
  #ended = false;
  #attachDue = false;
  #cancelAttach: Cancel | undefined;
  #second = 0;
  #messages = 0;

  /** `socket` is the one that `ws` reads from; all that is written to it goes through this session. */
  constructor(hub: SessionHub, ws: WebSocket, socket: Socket, peer: Peer, gone: () => void) {
    this.#hub = hub;
    this.#peer = peer;
    this.#ws = ws;
    this.#wishes = peer.wishes;
    const { name, agent } = peer;
    this.#info = {
      output: "ascii-web",
      name,
      remote: peerAddress(socket) ?? "-",
      ...(agent !== undefined && { agent }),
    };
    this.#line = new Line(hub.pacer, socket, {
      ready: () => this.#onReady(),
      progress: () => this.#viewer?.progress(),
      gone: () => {
        this.#stop();
        gone();
      },
    });
    ws.on("message", (data, binary) => this.#onMessage(binary ? "" : String(data)));
    ws.on("ping", (data) => this.#line.answer(controlMessage("pong", data)));
    // A broken or oversized frame: ws ends the connection by itself.
    ws.on("error", () => this.#stop());
    this.#line.answer(CLEAR);
  }

  /** The channel that it shows; undefined while it waits for one. */
  get channel(): LiveChannel | undefined {
    return this.#channel;
  }

  get identity(): Identity | undefined {
    return this.#peer.identity;
  }

  get ended(): boolean {
    return this.#ended;
  }

  watch(channel: LiveChannel): void {
    this.#channel = channel;
    this.#attach();
  }

  /** The look of all has changed. */
  refresh(): void {
    this.#cancelAttach ??= this.#hub.clock.after(SETTLE_MS, () => {
      this.#cancelAttach = undefined;
      this.#attach();
    });
  }

  /** Every few seconds: rights that were taken away. */
  checkRights(): void {
    if (this.#ended) return;
    if (!this.#peer.stillValid()) this.end(POLICY, "this token or session has ended");
    else if (this.#channel && !this.mayStay()) this.end(POLICY, words.forbidden);
  }

  mayStay(): boolean {
    return this.#channel !== undefined && mayWatch(this.#hub.access, this.#peer.identity, this.#channel);
  }

  send(frame: Frame): boolean {
    if (this.#line.busy) {
      this.#held = frame;
      return false;
    }
    const before = this.#shown;
    this.#shown = frame;
    // A client that has said goodbye gets no more.
    if (!this.#drawn || this.#ws.readyState !== this.#ws.OPEN || (before && looksLike(frame, before))) return true;
    const bytes = this.#drawn.messageOf(frame);
    if (this.#viewer) this.#viewer.bytes += bytes.length;
    return this.#line.frame(bytes);
  }

  close(reason: CloseReason): void {
    if (reason === "not-reading") this.abort();
    else this.end(reason === "shutdown" ? GOING_AWAY : POLICY, words[reason]);
  }

  /** End the connection in words, behind what is under way. */
  end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#stop();
    this.#line.end(closeMessage(code, reason));
  }

  shutdown(): void {
    this.end(GOING_AWAY, words.shutdown);
  }

  abort(): void {
    this.#stop();
    this.#line.abort();
  }

  #onMessage(text: string): void {
    if (this.#ended) return;
    const second = Math.floor(this.#hub.clock.monotonic() / 1000);
    if (second !== this.#second) this.#messages = 0;
    this.#second = second;
    if (++this.#messages > MAX_MESSAGES_PER_SECOND) {
      this.end(POLICY, "too many messages");
      return;
    }
    if (text.startsWith("CMD_")) {
      const role = this.#peer.identity?.role;
      if (role === "operator" || role === "admin") this.#hub.look.command(text);
      return;
    }
    const message = clientMessage.safeParse(parsed(text)).data;
    // What the original's viewers or those to come say is not for us.
    if (!message) return;
    if (message.type === "resize") {
      this.#wishes = { ...this.#wishes, size: { cols: message.cols, rows: message.rows } };
      this.refresh();
    } else if (message.type === "pause") {
      this.#paused = true;
      // Detached, not merely behind: a hidden tab costs nothing and is not taken for one that does not read.
      this.#detach();
    } else if (this.#paused) {
      this.#paused = false;
      this.#attach();
    }
  }

  /** Follow what is to be shown now; when a frame is on its way, then. */
  #attach(): void {
    if (this.#ended || this.#paused || !this.#channel) return;
    if (this.#line.busy || this.#held) {
      this.#attachDue = true;
      return;
    }
    this.#attachDue = false;
    this.#shown = undefined;
    this.#drawn = this.#hub.look.of(this.#channel, this.#wishes);
    const before = this.#viewer;
    this.#viewer = new Viewer(this.#drawn.channel, this.#hub.clock, this.#info, this);
    this.#drawn.channel.add(this.#viewer);
    // Last, so that what both are drawn from goes on.
    before?.detach();
  }

  #onReady(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held && !this.#attachDue && !this.#paused && !this.send(held)) return;
    if (this.#attachDue) this.#attach();
    else this.#viewer?.ready();
  }

  #detach(): void {
    this.#viewer?.detach();
    this.#viewer = this.#shown = this.#held = undefined;
  }

  #stop(): void {
    this.#ended = true;
    this.#cancelAttach?.();
    this.#detach();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
