import type { Duplex } from "node:stream";
import { readLiveClientMessage, type LiveServerMessage, type LiveWish } from "@lightwell/wire/live.ts";
import { HubError, messageOf } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import { findVisible, mayWatch } from "#contract/visible.ts";
import type { Channel } from "#core/channel.ts";
import type { Clock } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import type { CloseReason } from "#core/viewer.ts";
import type WebSocket from "ws";
import { StatusRound } from "./status.ts";
import { Watch } from "./watch.ts";

/** RFC 6455 close codes. */
const GOING_AWAY = 1001;
const POLICY = 1008;

/** A client that sends more messages in a second than 64 channels at 60 fps need is no viewer. */
const MAX_MESSAGES_PER_SECOND = 5000;
/** A person who scrolls a wall changes the set a few times in a second. */
const MAX_CHANGES_PER_SECOND = 50;
/** Status messages are left out while this many bytes wait: a newer one comes in a second. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A client that keeps asking and reads nothing: replies must not pile up beside the pictures in flight. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;
/** Errors are answered this often before the connection is closed. */
const MAX_ERRORS = 20;

/** Everything of the hub that a session uses. */
export interface SessionHub {
  readonly channels: Channels;
  readonly access: Access;
  readonly clock: Clock;
  /**
   * The channel as the client wants it.
   *
   * @throws {HubError} `full` when it is watched in too many shapes.
   */
  rendition(channel: LiveChannel, wish: LiveWish): Channel;
}

interface Peer {
  readonly name: string;
  readonly remote: string;
  readonly agent: string | undefined;
  readonly identity: Identity | undefined;
  /** False when the token or session that it came with has been revoked. */
  stillValid(): boolean;
}

/** A channel that a wish may have, in the shape that it asks for. */
interface Granted {
  readonly channel: LiveChannel;
  readonly rendition: Channel;
}

/** One `/ws/live` connection: what its client wants, and a viewer for each channel that it gets. */
export class Session {
  readonly #hub: SessionHub;
  readonly #socket: Duplex;
  readonly #ws: WebSocket;
  readonly #peer: Peer;
  readonly #wishes = new Map<string, LiveWish>();
  readonly #watches = new Map<number, Watch>();
  #status = false;
  #paused = false;
  #answered = true;
  #messages = 0;
  #changes = 0;
  #errors = 0;

  constructor(hub: SessionHub, ws: WebSocket, socket: Duplex, peer: Peer) {
    this.#hub = hub;
    this.#ws = ws;
    this.#socket = socket;
    this.#peer = peer;
    ws.on("message", (data, binary) => this.#onMessage(binary ? undefined : String(data)));
    ws.on("pong", () => (this.#answered = true));
    ws.on("close", () => this.#detachAll());
    // A broken or oversized frame: ws closes the connection with the right code by itself.
    ws.on("error", () => this.#detachAll());
  }

  /** Once a second: status, channels that came back, rights that were taken away. */
  tick(round: StatusRound): void {
    this.#messages = this.#changes = 0;
    for (const { channel, viewer } of this.#watches.values())
      if (!mayWatch(this.#hub.access, this.#peer.identity, channel)) viewer.close("forbidden");
    if (!this.#paused) for (const wish of this.#wishes.values()) this.#recover(wish);
    if (this.#status && !this.#paused && this.#socket.writableLength < MAX_WAITING_BYTES)
      this.#sendText(round.messageFor(this.#peer.identity));
  }

  /** At once, for those who have just come: a page that waits for the next second shows nothing until then. */
  #sayStatus(): void {
    if (!this.#status || this.#paused) return;
    const { channels, access, clock } = this.#hub;
    this.#sendText(new StatusRound(channels.list(), access, clock.now()).messageFor(this.#peer.identity));
  }

  /** A channel was opened: perhaps one that this client waits for. */
  onChannelAdded(channel: LiveChannel): void {
    const wish = this.#wishes.get(channel.name);
    // Not even a refusal for the others: it would say that there is a channel of this name from now on.
    if (wish && !this.#paused && mayWatch(this.#hub.access, this.#peer.identity, channel)) this.#grant([wish]);
  }

  /** Ask for a sign of life; a peer that gave none since the last time is gone, one without rights has to leave. */
  ping(): void {
    if (!this.#answered) {
      this.terminate();
      return;
    }
    if (!this.#peer.stillValid()) {
      this.close(POLICY, "this token or session has ended");
      return;
    }
    this.#answered = false;
    if (this.#open) this.#ws.ping();
  }

  /** End the connection in words. */
  close(code: number, reason: string): void {
    this.#detachAll();
    this.#ws.close(code, reason);
  }

  shutdown(): void {
    this.close(GOING_AWAY, "the hub is closing");
  }

  terminate(): void {
    this.#detachAll();
    this.#ws.terminate();
  }

  get #open(): boolean {
    return this.#ws.readyState === this.#ws.OPEN && this.#socket.writable;
  }

  #onMessage(text: string | undefined): void {
    if (++this.#messages > MAX_MESSAGES_PER_SECOND) {
      this.close(POLICY, "too many messages");
      return;
    }
    const message =
      text === undefined
        ? { type: "bad" as const, reason: "binary messages are not for this address: publish to /ws" }
        : readLiveClientMessage(text);
    if (message.type !== "ack" && ++this.#changes > MAX_CHANGES_PER_SECOND) {
      this.close(POLICY, "too many changes in a second");
      return;
    }
    switch (message.type) {
      case "ack":
        this.#watches.get(message.channel)?.ack(message.seq);
        return;
      case "watch": {
        const told = this.#status;
        this.#status = message.status ?? false;
        this.#replaceWishes(message.channels);
        if (!told) this.#sayStatus();
        return;
      }
      case "pause":
        this.#paused = true;
        // Detached, not merely behind: a hidden tab costs nothing and is not taken for one that does not read.
        this.#detachAll();
        return;
      case "resume":
        if (!this.#paused) return;
        this.#paused = false;
        this.#grant([...this.#wishes.values()]);
        this.#sayStatus();
        return;
      case "bad":
        this.#send({ type: "error", reason: message.reason });
        if (++this.#errors >= MAX_ERRORS) this.close(POLICY, "too many bad messages");
    }
  }

  #replaceWishes(wishes: readonly LiveWish[]): void {
    this.#wishes.clear();
    for (const wish of wishes) this.#wishes.set(wish.name, wish);
    for (const [id, { channel, viewer }] of this.#watches) {
      if (this.#wishes.has(channel.name)) continue;
      viewer.detach();
      this.#watches.delete(id);
    }
    this.#grant([...this.#wishes.values()]);
  }

  /** Tell the client which ids stand for what it gets, and attach it. */
  #grant(wishes: readonly LiveWish[]): void {
    const refused: Array<{ name: string; code: string; reason: string }> = [];
    const granted: Granted[] = [];
    for (const wish of wishes) {
      try {
        granted.push(this.#allowed(wish));
      } catch (error) {
        const code = error instanceof HubError ? error.code : "internal";
        refused.push({ name: wish.name, code, reason: messageOf(error) });
      }
    }
    // The ids go first: a frame of an id that the client has not heard of would be dropped, unacknowledged.
    this.#send({ type: "watching", channels: granted.map(({ channel: { id, name } }) => ({ id, name })), refused });
    if (this.#paused) return;
    for (const one of granted) this.#attach(one);
  }

  #allowed(wish: LiveWish): Granted {
    const { channels, access } = this.#hub;
    const channel = findVisible(wish.name, { channels, access, identity: this.#peer.identity });
    return { channel, rendition: this.#hub.rendition(channel, wish) };
  }

  #attach({ channel, rendition }: Granted): void {
    const before = this.#watches.get(channel.id)?.viewer;
    if (before?.channel === rendition || !this.#open) return;
    before?.detach();
    const { name, remote, agent } = this.#peer;
    const watch = new Watch(channel, rendition, {
      info: { output: "live", name, remote, ...(agent !== undefined && { agent }) },
      write: (message) => {
        if (!this.#open) return false;
        // ws writes each of its messages whole before it returns (no compression), so between them the
        // socket stands at a frame boundary and a prebuilt message can go straight to it.
        this.#socket.write(message);
        return true;
      },
      onClosed: (reason) => this.#onViewerClosed(channel, reason),
      mayStay: () => mayWatch(this.#hub.access, this.#peer.identity, channel),
    });
    this.#watches.set(channel.id, watch);
    rendition.add(watch.viewer);
  }

  #onViewerClosed(channel: LiveChannel, reason: CloseReason): void {
    this.#watches.delete(channel.id);
    if (reason === "shutdown") this.shutdown();
    else if (reason === "not-reading") this.close(POLICY, "this connection acknowledged nothing for too long");
    else {
      // An operator disconnected it, or the channel became private: it comes back when the client asks anew.
      if (reason === "forbidden") this.#wishes.delete(channel.name);
      this.#send({ type: "gone", channel: channel.id, name: channel.name, reason });
    }
  }

  /** A channel whose viewers were closed when it stalled is attached again when it delivers. */
  #recover(wish: LiveWish): void {
    const channel = this.#hub.channels.get(wish.name);
    if (!channel || this.#watches.has(channel.id) || !["live", "resting"].includes(channel.health.state)) return;
    if (mayWatch(this.#hub.access, this.#peer.identity, channel)) this.#grant([wish]);
  }

  #detachAll(): void {
    for (const { viewer } of this.#watches.values()) viewer.detach();
    this.#watches.clear();
  }

  #send(message: LiveServerMessage): void {
    this.#sendText(JSON.stringify(message));
  }

  #sendText(text: string): void {
    if (!this.#open) return;
    if (this.#socket.writableLength > MAX_REPLY_BYTES) this.terminate();
    else this.#ws.send(text);
  }
}
