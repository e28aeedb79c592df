import type { SourceState } from "@lightwell/wire/text/scene.ts";
import { checkChannelName, readAddress, type Address } from "./address.ts";
import { readState, sendCommand } from "./ask.ts";
import { Channel, type Command, type Dimensions } from "./channel.ts";
import { PictureWatch, type PictureWish } from "./picture-watch.ts";
import { takeSnapshot, type Snapshot, type SnapshotWish } from "./snapshot.ts";
import { TextWatch } from "./text-watch.ts";
import type { TextWish } from "./viewer-link.ts";

/** How to connect. */
export interface ConnectOptions {
  /** A producer's to publish, a viewer's for private channels. A page of the hub itself needs none: its session counts. */
  readonly token?: string | undefined;
}

const FIRST_DIMENSIONS: Dimensions = { cols: 80, rows: 24 };

/**
 * A hub, as one program sees it. Nothing is connected until a channel is used.
 *
 * @example
 * import { connect, type Hub } from "@lightwell/sdk";
 * const hub: Hub = connect("http://127.0.0.1:8080");
 * const { type, bytes } = await hub.snapshot("demo");
 * console.log(type, bytes.length);
 * hub.close();
 */
export class Hub {
  readonly #address: Address;
  readonly #channels = new Map<string, Channel>();
  readonly #watches = new Set<TextWatch | PictureWatch>();
  readonly #closing = new AbortController();

  /** Made by `connect(url)`. */
  constructor(address: Address) {
    this.#address = address;
  }

  /**
   * The channel of this name, to publish into: the same object each time, until it is closed. The hub makes the
   * channel when there is none.
   *
   * @throws {TypeError} for a name that no channel can have
   */
  channel(name: string, dimensions: Dimensions = FIRST_DIMENSIONS): Channel {
    this.#check(name);
    const known = this.#channels.get(name);
    if (known) return known;
    const channel = new Channel(this.#address, name, dimensions, () => this.#channels.delete(name));
    this.#channels.set(name, channel);
    return channel;
  }

  /** The channel's frames as cells, in a size of your choice, for `for await`. Pictures are drawn as glyphs. */
  watch(name: string, wish: TextWish = {}): TextWatch {
    this.#check(name);
    const watch: TextWatch = new TextWatch(this.#address, name, wish, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  /** The channel's frames as encoded pictures, for `for await`. Text is drawn as pictures. */
  watchPictures(name: string, wish: PictureWish = {}): PictureWatch {
    this.#check(name);
    const watch: PictureWatch = new PictureWatch(this.#address, name, wish, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  /** The channel's latest picture. Rejects with a `HubRefusal`. */
  snapshot(name: string, wish: SnapshotWish = {}): Promise<Snapshot> {
    this.#check(name);
    return takeSnapshot(this.#address, name, wish, this.#closing.signal);
  }

  /**
   * Tell the channel's source something: `{ action: "next_preset" }`. Needs the token of an operator, or of a producer
   * of the channel. Resolves when the source has it; rejects with a `HubRefusal`.
   */
  command(name: string, command: Command): Promise<void> {
    this.#check(name);
    return sendCommand(this.#address, name, command, this.#closing.signal);
  }

  /** What the channel's source does now; undefined when it does not say. Rejects with a `HubRefusal`. */
  state(name: string): Promise<SourceState | undefined> {
    this.#check(name);
    return readState(this.#address, name, this.#closing.signal);
  }

  /** Close all channels and watches. Nothing is left behind: no connection, no timer. */
  close(): void {
    this.#closing.abort();
    for (const open of [...this.#channels.values(), ...this.#watches]) open.close();
  }

  #check(name: string): void {
    checkChannelName(name);
    if (this.#closing.signal.aborted) throw new TypeError("this hub was closed by this program: connect(url) again");
  }
}

/**
 * A hub at this address: `http://127.0.0.1:8080`, or in a page of the hub `location.origin`. Connects when it is used.
 *
 * @throws {TypeError} for what is no address
 *
 * @example
 * import { connect } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080", { token: "<token>" });
 * const channel = hub.channel("clock");
 * channel.showLines([new Date().toLocaleTimeString()], { border: true });
 * await channel.flush();
 * hub.close();
 */
export function connect(url: string | URL, { token }: ConnectOptions = {}): Hub {
  return new Hub(readAddress(url, token));
}
