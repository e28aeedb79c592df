import { HubError } from "#contract/errors.ts";
import type { Channel } from "#core/channel.ts";
import type { Clock } from "#core/clock.ts";
import type { Pacer } from "#transport/pacer.ts";
import { peerAddress } from "#transport/peer-address.ts";
import type { Socket } from "node:net";
import { Stream } from "./stream.ts";
import { StreamViewer } from "./stream-viewer.ts";
import type { Tallies } from "./tallies.ts";

/** How long viewers may take to get the rest of their picture when the hub closes. */
const CLOSE_MS = 700;

/** One connection to be served. */
export interface StreamRequest {
  readonly socket: Socket;
  /** Of the channel that was asked for; `channel` may be a rendition of it. */
  readonly channelName: string;
  readonly channel: Channel;
  /** What is sent before the first part. */
  readonly opening: Buffer;
  readonly name: string | undefined;
  readonly agent: string | undefined;
  /** Throws once whoever asked may watch no more. */
  readonly checkRights: () => void;
}

/** Every viewer of the output, on whichever listener it came. */
export class Streams {
  readonly max: number;
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #tallies: Tallies;
  readonly #byChannel = new Map<Channel, Stream>();
  /** Connections that are not closed yet; those that were told to end may still be getting their last picture. */
  readonly #open = new Set<StreamViewer>();
  readonly #sockets = new WeakSet<Socket>();
  #emptied: (() => void) | undefined;
  #cut: (() => void) | undefined;
  #current = 0;
  #names = 0;

  constructor(max: number, parts: { readonly clock: Clock; readonly pacer: Pacer; readonly tallies: Tallies }) {
    this.max = max;
    this.#clock = parts.clock;
    this.#pacer = parts.pacer;
    this.#tallies = parts.tallies;
  }

  get current(): number {
    return this.#current;
  }

  get full(): boolean {
    return this.#current >= this.max;
  }

  /** @throws {HubError} `full` at the cap. */
  add({ socket, channelName, channel, opening, name, agent, checkRights }: StreamRequest): void {
    if (this.full) {
      this.refuse();
      throw new HubError("full", `all ${this.max} places for viewers are taken`, { retryAfterSeconds: 5 });
    }
    // A second request on a connection that carries a stream, sent before any reply, as rude clients do.
    if (this.#sockets.has(socket)) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const stream = this.#streamOf(channel);
    const info = {
      output: "mjpeg",
      name: name || `mjpeg-${++this.#names}`,
      remote: peerAddress(socket) ?? "-",
      ...(agent === undefined ? {} : { agent: agent.slice(0, 200) }),
    };
    const connection = { pacer: this.#pacer, socket, opening, clock: this.#clock, checkRights };
    const viewer = new StreamViewer(channel, info, connection, () => this.#gone(viewer, stream));
    this.#current++;
    this.#open.add(viewer);
    this.#tallies.joined(channelName, viewer.viewer);
    stream.add(viewer);
    channel.add(viewer.viewer);
  }

  /** Count a viewer that was turned away. */
  refuse(): void {
    this.#tallies.refused();
  }

  /** Cut off those that do not end by themselves in a while, as the hub closes. */
  beginToClose(): void {
    this.#cut ??= this.#clock.after(CLOSE_MS, () => {
      for (const viewer of this.#open) viewer.abort();
    });
  }

  /** Resolves when every connection has closed. */
  async close(): Promise<void> {
    this.beginToClose();
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
    this.#cut?.();
  }

  #streamOf(channel: Channel): Stream {
    let stream = this.#byChannel.get(channel);
    if (!stream) this.#byChannel.set(channel, (stream = new Stream(channel, this.#clock)));
    return stream;
  }

  #gone(viewer: StreamViewer, stream: Stream): void {
    this.#current--;
    this.#open.delete(viewer);
    this.#tallies.left(viewer.viewer);
    stream.remove(viewer);
    if (stream.viewers.size === 0 && this.#byChannel.get(stream.channel) === stream)
      this.#byChannel.delete(stream.channel);
    if (this.#open.size === 0) this.#emptied?.();
  }
}
