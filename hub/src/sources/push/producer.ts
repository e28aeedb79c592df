import { HubError } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Identity } from "#contract/services.ts";
import { capturedAt } from "#core/capture-time.ts";
import type { Errand } from "#core/errand.ts";
import type { ImageContent } from "#core/frame.ts";
import type { ChannelSettings, LiveChannel, Publisher } from "#core/live-channel.ts";
import { ChannelRefused, type Channels } from "#core/registry.ts";
import { openEnvelope, type PictureLimits } from "#picture/inspect.ts";
import { PictureCheck } from "#picture/validate.ts";
import { Bucket } from "./bucket.ts";
import type { NewNames } from "./new-names.ts";
import type { Tallies, Transport } from "./tallies.ts";

/** The channel of clients that name none: those of the original image server. */
export const IOT_CHANNEL = "iot";

/** What a channel that a push brings into being is like, unless the operator says otherwise. */
export const PUSHED_CHANNEL: Partial<ChannelSettings> = {
  whenStalled: "placeholder",
  frozenTimeoutMs: 60_000,
  comesAndGoes: true,
};

export interface ProducerLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Pictures per second. */
  readonly maxFps: number;
  /** The first picture and every so-many-th is decoded as a whole. */
  readonly decodeEvery: number;
  /** Pictures of at most this many bytes are refused in the channel `iot`. */
  readonly iotMinBytes: number;
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly capturedAt: number;
}

interface Waiting extends Picture {
  readonly resolve: (seq: number) => void;
  readonly reject: (error: HubError) => void;
}

/** One who pushes pictures into a channel: takes the good ones, in order, and says what is wrong with the others. */
export class Producer {
  readonly channelName: string;
  readonly #transport: Transport;
  readonly #label: string;
  readonly #identity: Identity | undefined;
  readonly #channels: Channels;
  readonly #names: NewNames;
  readonly #limits: ProducerLimits;
  readonly #tallies: Tallies;
  readonly #log: Log;
  readonly #refusalLines: Bucket;
  readonly #logged = new Bucket(0.1, 1);
  readonly #rate: Bucket;
  readonly #check: PictureCheck;
  /** What waits to be decoded is forgotten when the producer goes. */
  readonly #ending = new AbortController();
  readonly #opened: (channel: LiveChannel) => void;
  #publisher: Publisher | undefined;
  #checking = false;
  /** The newest picture that came while another was being decoded. */
  #waiting: Waiting | undefined;

  constructor(setup: {
    readonly channelName: string;
    readonly transport: Transport;
    /** Address of the peer, for lists. */
    readonly remote: string;
    /** Of the token that it came with. */
    readonly identity: Identity | undefined;
    readonly channels: Channels;
    readonly names: NewNames;
    readonly refusalLines: Bucket;
    readonly limits: ProducerLimits;
    readonly tallies: Tallies;
    readonly log: Log;
    /** Called with the channel when it has been opened. */
    readonly opened: (channel: LiveChannel) => void;
  }) {
    const { limits } = setup;
    const pictureLimits: PictureLimits = { maxBytes: limits.maxBytes, maxPixels: limits.maxPixels };
    this.channelName = setup.channelName;
    this.#transport = setup.transport;
    this.#label = `push ${setup.transport} ${setup.remote}`;
    this.#identity = setup.identity;
    this.#channels = setup.channels;
    this.#names = setup.names;
    this.#refusalLines = setup.refusalLines;
    this.#limits = limits;
    this.#tallies = setup.tallies;
    this.#log = setup.log;
    this.#opened = setup.opened;
    this.#rate = new Bucket(limits.maxFps, Math.max(2, limits.maxFps / 2));
    const errand: Errand = { of: this, clients: () => [setup.remote], signal: this.#ending.signal };
    this.#check = new PictureCheck({ limits: pictureLimits, decodeEvery: limits.decodeEvery, errand });
  }

  /**
   * Publish one picture, bare or in its one-byte envelope; gives the number of its frame.
   * `timestamp` is the `X-Timestamp` header that came with it.
   *
   * @throws {HubError} by rejection: what is wrong with it, for the sender.
   */
  async push(bytes: Uint8Array, timestamp?: string): Promise<number> {
    try {
      const { clock } = this.#channels;
      if (!this.#rate.take(clock.monotonic()))
        throw new HubError("too-many-requests", `more than ${this.#limits.maxFps} pictures a second`, {
          retryAfterSeconds: 1,
        });
      const picture = { bytes: this.#unwrap(bytes), capturedAt: capturedAt(timestamp, clock.now()) };
      const seq = await (this.#checking ? this.#wait(picture) : this.#admit(picture));
      this.#tallies.accepted(this.#transport, picture.bytes.length);
      return seq;
    } catch (error) {
      if (error instanceof HubError) this.#note(error);
      throw error;
    }
  }

  /** Nothing is published any more, not even what is being decoded. */
  close(): void {
    this.#ending.abort();
    this.#publisher?.close();
  }

  #note({ code, message }: HubError): void {
    this.#tallies.refused(code);
    const now = this.#channels.clock.monotonic();
    if (this.#logged.take(now) && this.#refusalLines.take(now))
      this.#log.info({ channel: this.channelName, from: this.#label, reason: message }, "a picture was refused");
  }

  #unwrap(bytes: Uint8Array): Uint8Array {
    const { iotMinBytes, maxBytes } = this.#limits;
    if (this.channelName === IOT_CHANNEL && bytes.length <= iotMinBytes)
      throw new HubError(
        "bad-picture",
        `${bytes.length} bytes: the channel iot takes pictures above ${iotMinBytes} only`,
      );
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return openEnvelope(bytes);
  }

  #wait(picture: Picture): Promise<number> {
    this.#waiting?.reject(new HubError("too-many-requests", "a newer picture came while this one waited"));
    return new Promise((resolve, reject) => (this.#waiting = { ...picture, resolve, reject }));
  }

  async #admit({ bytes, capturedAt: at }: Picture): Promise<number> {
    const admitted = this.#check.admit(bytes);
    if (!(admitted instanceof Promise)) return this.#publish(admitted, at);
    this.#checking = true;
    try {
      return this.#publish(await admitted, at);
    } finally {
      this.#checking = false;
      const next = this.#waiting;
      this.#waiting = undefined;
      if (next) this.#admit(next).then(next.resolve, next.reject);
    }
  }

  #publish(content: ImageContent, at: number): number {
    if (this.#ending.signal.aborted) throw new HubError("unavailable", "the connection is closed");
    // A channel that was removed while somebody pushes into it comes back with the next picture.
    if (!this.#publisher || this.#publisher.channel.closed) this.#publisher = this.#open();
    return this.#publisher.publish(content, at).seq;
  }

  #open(): Publisher {
    this.#names.opening(this.#identity, this.channelName);
    try {
      const channel = this.#channels.open(this.channelName, PUSHED_CHANNEL);
      this.#opened(channel);
      return channel.publisher(this.#label);
    } catch (error) {
      if (!(error instanceof ChannelRefused)) throw error;
      throw new HubError(error.why === "too-many" ? "full" : "bad-request", error.message, { cause: error });
    }
  }
}

/** `also`: a further remedy. */
export function tooLarge(maxBytes: number, also = ""): HubError {
  return new HubError("too-large", `more than ${maxBytes} bytes: send smaller pictures, or raise push.maxBytes${also}`);
}
