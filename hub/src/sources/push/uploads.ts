import type { IncomingMessage } from "node:http";
import { boundaryOf, MultipartParser } from "@lightwell/wire/multipart.ts";
import { HubError } from "#contract/errors.ts";
import type { Identity } from "#contract/services.ts";
import { PictureCutter } from "#picture/picture-cutter.ts";
import { pictureMemory } from "#transport/picture-memory.ts";
import { peerAddress } from "#transport/peer-address.ts";
import { BodyTally, type UploadCount } from "./body-tally.ts";
import { chunksWhileWanted } from "./body-chunks.ts";
import { Producer, tooLarge } from "./producer.ts";
import type { PushParts } from "./sockets.ts";

/** What is known of those who send single pictures is forgotten after this long. */
const FORGET_MS = 60_000;

/** Pictures that come as HTTP bodies. */
export class Uploads {
  readonly #parts: PushParts;
  /** One producer per channel and peer for plain bodies, so that rate and checks go on from one to the next. */
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
   * A body of one picture, or of many one straight after the other, each published as it comes; gives the number of
   * the one frame, or what came of the many.
   *
   * @param checkRights throws once its token or session is good no more
   * @throws {HubError} by rejection: what is wrong with it, when none of it could be published; when the next picture
   * takes too long or it may push no more
   */
  async plain(
    channelName: string,
    request: IncomingMessage,
    identity: Identity | undefined,
    checkRights: () => void,
  ): Promise<{ readonly seq: number } | UploadCount> {
    const { channels, intake, limits, tallies } = this.#parts;
    const remote = peerAddress(request.socket) ?? "";
    const cutter = new PictureCutter();
    const tally = new BodyTally(channels.clock, tallies);
    let many = false;
    const take = async (bytes: Uint8Array) => {
      if (tally.pictures === 1 && !many) {
        this.#openStream();
        many = true;
      }
      const producer = this.#producerOf(channelName, remote, identity);
      // The header was written before the first picture; the others are as old as their arrival.
      const pushed = producer.push(bytes, tally.pictures === 0 ? timestampOf(request) : undefined);
      if (await tally.of(pushed)) this.#proven.add(producer);
    };
    this.#producerOf(channelName, remote, identity);
    const incoming = intake.add(request.socket, () => request.destroy());
    try {
      for await (const chunk of chunksWhileWanted(request, channels.clock, {
        checkRights,
        heard: () => tally.pictures,
      })) {
        for (const picture of cutter.push(chunk)) {
          incoming.next();
          await take(picture);
          tally.check();
        }
        if (cutter.unfinishedBytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
      }
      if (!request.complete) throw new HubError("bad-request", "the connection ended before the picture did");
      const rest = cutter.end();
      if (rest) await take(rest);
      if (tally.pictures === 0) throw new HubError("bad-request", "the body is empty: send one picture");
      if (tally.accepted === 0) throw tally.firstRefusal;
      return many ? tally.count : { seq: tally.lastSeq };
    } finally {
      if (many) this.#streams--;
      incoming.end();
    }
  }

  /**
   * A body of parts that goes on for as long as the camera likes.
   *
   * @param checkRights throws once its token or session is good no more
   * @throws {HubError} by rejection: when it falls silent, brings nothing but rubbish, or may push no more
   */
  async parts(
    channelName: string,
    request: IncomingMessage,
    identity: Identity | undefined,
    checkRights: () => void,
  ): Promise<UploadCount> {
    this.#openStream();
    const { channels, limits, tallies } = this.#parts;
    const remote = peerAddress(request.socket) ?? "";
    const producer = new Producer({ ...this.#parts, channelName, transport: "multipart", remote, identity });
    const parser = new MultipartParser(
      boundaryOf(request.headers["content-type"] ?? ""),
      { maxPartBytes: limits.maxBytes },
      pictureMemory,
    );
    const tally = new BodyTally(channels.clock, tallies);
    const pending = new Set<Promise<unknown>>();
    let oversized = 0;
    let bytes = 0;
    const take = (parts: ReturnType<MultipartParser["push"]>) => {
      for (; oversized < parser.oversized; oversized++) {
        tallies.refused("too-large");
        tally.refuse(tooLarge(limits.maxBytes));
      }
      for (const { headers, body } of parts) {
        const pushed = tally.of(producer.push(body, headers.get("x-timestamp")));
        pending.add(pushed);
        void pushed.finally(() => pending.delete(pushed));
      }
    };
    const incoming = this.#parts.intake.add(request.socket, () => request.destroy());
    try {
      for await (const chunk of chunksWhileWanted(request, channels.clock, { checkRights, heard: () => bytes })) {
        bytes += chunk.length;
        const parts = parser.push(chunk);
        if (parts.length > 0) incoming.next();
        take(parts);
        tally.check();
      }
      take(parser.end());
      await Promise.all(pending);
      tally.check();
      return tally.count;
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

  #openStream(): void {
    if (this.#streams >= this.#parts.maxConnections) throw this.#full();
    this.#streams++;
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

function timestampOf(request: IncomingMessage): string | undefined {
  const value = request.headers["x-timestamp"];
  return typeof value === "string" ? value : undefined;
}
