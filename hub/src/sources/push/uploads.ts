import type { IncomingMessage } from "node:http";
import { boundaryOf, MultipartParser } from "@lightwell/wire/multipart.ts";
import { HubError } from "#contract/errors.ts";
import type { Identity } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { peerAddress } from "#transport/peer-address.ts";
import { Bucket } from "./bucket.ts";
import { Producer, tooLarge } from "./producer.ts";
import type { PushParts } from "./sockets.ts";

/** A multipart body that brings no byte for so long is over. */
const SILENCE_MS = 30_000;
/** How often it is looked whether the token of a body without end is still good. */
const RIGHTS_EVERY_MS = 20_000;
/** What is known of those who send single pictures is forgotten after so long. */
const FORGET_MS = 60_000;

/** What came of a body of many pictures. */
export interface UploadCount {
  readonly accepted: number;
  readonly refused: number;
}

/** Pictures that come as HTTP bodies. */
export class Uploads {
  readonly #parts: PushParts;
  /** One producer per channel and peer for single pictures, so that rate and checks go on from one to the next. */
  readonly #producers = new Map<string, { readonly producer: Producer; usedMs: number }>();
  /** Those that have sent a good picture. */
  readonly #proven = new WeakSet<Producer>();
  readonly #stopForgetting: () => void;
  #streams = 0;

  constructor(parts: PushParts) {
    this.#parts = parts;
    const { clock } = parts.channels;
    this.#stopForgetting = clock.every(FORGET_MS / 4, () => this.#forget(clock.monotonic() - FORGET_MS));
  }

  /**
   * One picture as a body; gives the number of its frame.
   *
   * @throws {HubError} by rejection
   */
  async single(channelName: string, request: IncomingMessage, identity?: Identity): Promise<number> {
    const producer = this.#producerOf(channelName, peerAddress(request.socket) ?? "", identity);
    const incoming = this.#parts.intake.add(request.socket, () => request.destroy());
    const bytes = await readBody(request, this.#parts.limits.maxBytes).finally(() => incoming.end());
    if (bytes.length === 0) throw new HubError("bad-request", "the body is empty: send one picture");
    const seq = await producer.push(bytes, timestampOf(request));
    this.#proven.add(producer);
    return seq;
  }

  /**
   * A body of parts that goes on for as long as the camera likes.
   *
   * @param checkRights throws once its token or session is good no more
   * @throws {HubError} by rejection: when it falls silent, brings nothing but rubbish, or may push no more
   */
  async stream(
    channelName: string,
    request: IncomingMessage,
    identity: Identity | undefined,
    checkRights: () => void,
  ): Promise<UploadCount> {
    if (this.#streams >= this.#parts.maxConnections) throw this.#full();
    const { channels, limits, tallies } = this.#parts;
    const { clock } = channels;
    const remote = peerAddress(request.socket) ?? "";
    const producer = new Producer({ ...this.#parts, channelName, transport: "multipart", remote, identity });
    const parser = new MultipartParser(boundaryOf(request.headers["content-type"] ?? ""), {
      maxPartBytes: limits.maxBytes,
    });
    const patience = new Bucket(100, 1000);
    const pending = new Set<Promise<void>>();
    let [accepted, refused, oversized] = [0, 0, 0];
    let fault: unknown;
    let checkedMs = clock.monotonic();
    const refuse = (error: unknown) => {
      refused++;
      if (!(error instanceof HubError)) fault = error;
      if (patience.take(clock.monotonic())) return;
      fault ??= new HubError("too-many-requests", "too many parts that are no pictures");
    };
    const take = (parts: ReturnType<MultipartParser["push"]>) => {
      for (; oversized < parser.oversized; oversized++) {
        tallies.refused("too-large");
        refuse(tooLarge(limits.maxBytes));
      }
      for (const { headers, body } of parts) {
        const pushed = producer.push(body, headers.get("x-timestamp")).then(() => void accepted++, refuse);
        pending.add(pushed);
        void pushed.finally(() => pending.delete(pushed));
      }
    };
    this.#streams++;
    const incoming = this.#parts.intake.add(request.socket, () => request.destroy());
    try {
      for await (const chunk of withinSilence(request, SILENCE_MS, clock)) {
        const now = clock.monotonic();
        if (now - checkedMs >= RIGHTS_EVERY_MS) {
          checkedMs = now;
          checkRights();
        }
        const parts = parser.push(chunk);
        if (parts.length > 0) incoming.next();
        take(parts);
        if (fault instanceof HubError) tallies.abused();
        if (fault) throw fault;
      }
      take(parser.end());
      await Promise.all(pending);
      if (fault) throw fault;
      return { accepted, refused };
    } finally {
      this.#streams--;
      incoming.end();
      producer.close();
    }
  }

  close(): void {
    this.#stopForgetting();
    this.#forget(Infinity);
  }

  /** Forget one that never sent a picture: made-up names must not keep others out. */
  #makeRoom(): void {
    for (const [key, { producer }] of this.#producers) {
      if (this.#proven.has(producer)) continue;
      producer.close();
      this.#producers.delete(key);
      return;
    }
    throw this.#full();
  }

  #full(): HubError {
    return new HubError("full", `${this.#parts.maxConnections} producers are at work already: try again later`);
  }

  #producerOf(channelName: string, remote: string, identity: Identity | undefined): Producer {
    const key = `${channelName} ${remote} ${identity?.id}`;
    const usedMs = this.#parts.channels.clock.monotonic();
    let entry = this.#producers.get(key);
    if (!entry) {
      if (this.#producers.size >= this.#parts.maxConnections) this.#makeRoom();
      entry = { producer: new Producer({ ...this.#parts, channelName, transport: "PUT", remote, identity }), usedMs };
      this.#producers.set(key, entry);
    }
    entry.usedMs = usedMs;
    return entry.producer;
  }

  #forget(beforeMs: number): void {
    for (const [key, { producer, usedMs }] of this.#producers) {
      if (usedMs > beforeMs) continue;
      producer.close();
      this.#producers.delete(key);
    }
  }
}

/** @throws {HubError} `too-large`, as soon as that is known; `bad-request` when the peer goes away */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  if (!request.complete) throw new HubError("bad-request", "the connection ended before the picture did");
  return Buffer.concat(chunks, size);
}

/** The chunks of a body; the connection is ended when none comes for so long. */
async function* withinSilence(request: IncomingMessage, silenceMs: number, clock: Clock): AsyncGenerator<Buffer> {
  let heardMs = clock.monotonic();
  const stop = clock.every(silenceMs / 4, () => {
    if (clock.monotonic() - heardMs >= silenceMs) request.destroy();
  });
  try {
    for await (const chunk of chunksOf(request)) {
      heardMs = clock.monotonic();
      yield chunk;
    }
  } finally {
    stop();
  }
}

/** The chunks of a body until it is over or its peer is gone. */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // The connection must outlive an early end of the reading: the reply goes out on it.
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!request.destroyed) throw error;
  }
}

function timestampOf(request: IncomingMessage): string | undefined {
  const value = request.headers["x-timestamp"];
  return typeof value === "string" ? value : undefined;
}
