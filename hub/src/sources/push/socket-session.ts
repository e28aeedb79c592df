import { HubError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Clock } from "#core/clock.ts";
import { cutPictures } from "#picture/picture-cutter.ts";
import type { RawData, WebSocket } from "ws";
import { Bucket } from "./bucket.ts";
import type { Producer } from "./producer.ts";
import type { Tallies } from "./tallies.ts";

const PING_MS = 20_000;
/** RFC 6455, 5.5.1: 123 bytes; a letter may take three. */
const LONGEST_REASON = 40;
const LOGGED_LINE_LENGTH = 200;
/** After a close frame a peer that goes on sending is cut off. */
const CUT_OFF_MS = 500;

/** One WebSocket that pushes pictures: binary messages are pictures, text is logged. */
export class SocketSession {
  readonly #ws: WebSocket;
  readonly #producer: Producer;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tallies: Tallies;
  readonly #remote: string;
  /** An old client that ignores text is not to be flooded with it. */
  readonly #replies = new Bucket(1, 1);
  readonly #lines = new Bucket(1, 5);
  /** Messages that are no pictures to show: a few are a mistake, hundreds a second are an attack. */
  readonly #patience = new Bucket(100, 1000);
  readonly #stopPings: () => void;
  #count = 0;
  #unlogged = 0;
  #heard = true;
  #ended = false;

  constructor(setup: {
    readonly ws: WebSocket;
    readonly producer: Producer;
    readonly clock: Clock;
    readonly log: Log;
    readonly tallies: Tallies;
    readonly remote: string;
    /** Throws a HubError once its token or session is good no more. */
    readonly checkRights: () => void;
    readonly onClose: (session: SocketSession) => void;
  }) {
    const { ws, clock } = setup;
    this.#ws = ws;
    this.#producer = setup.producer;
    this.#clock = clock;
    this.#log = setup.log;
    this.#tallies = setup.tallies;
    this.#remote = setup.remote;
    ws.on("message", (data, isBinary) => this.#take(data, isBinary));
    ws.on("pong", () => (this.#heard = true));
    ws.on("error", (error) => this.#fail(error));
    ws.on("close", () => {
      this.#ended = true;
      this.#stopPings();
      this.#producer.close();
      setup.onClose(this);
    });
    this.#stopPings = clock.every(PING_MS, () => {
      if (!this.#heard) ws.terminate();
      else if (this.#mayStay(setup.checkRights)) ws.ping();
      this.#heard = false;
    });
  }

  /** End it because the hub ends. */
  close(): void {
    this.#end(1001, "the hub is closing");
  }

  #mayStay(checkRights: () => void): boolean {
    try {
      checkRights();
      return true;
    } catch (error) {
      this.#end(1008, messageOf(error).slice(0, LONGEST_REASON));
      return false;
    }
  }

  #take(data: RawData, isBinary: boolean): void {
    if (this.#ended) return;
    this.#heard = true;
    const bytes = bytesOf(data);
    if (!isBinary) {
      this.#note(bytes);
      this.#lose();
      return;
    }
    void this.#push(cutPictures(bytes));
  }

  /** The pictures of one message, in turn: the producer drops what comes while it decodes. Never rejects. */
  async #push(pictures: readonly Uint8Array[]): Promise<void> {
    for (const picture of pictures) {
      const seq = ++this.#count;
      await this.#producer.push(picture).catch((error: unknown) => this.#refuse(seq, error));
    }
  }

  #refuse(seq: number, error: unknown): void {
    if (!(error instanceof HubError)) {
      this.#log.error(
        { channel: this.#producer.channelName, error: String(error) },
        "a pushed picture ran into a defect",
      );
      this.#end(1011, "the hub made a mistake");
      return;
    }
    this.#lose();
    if (this.#ended || !this.#replies.take(this.#clock.monotonic())) return;
    this.#ws.send(JSON.stringify({ type: "refused", reason: error.message, seq }));
  }

  /** Log a line of text: what the device says of itself. */
  #note(bytes: Buffer): void {
    if (!this.#lines.take(this.#clock.monotonic())) {
      this.#unlogged++;
      return;
    }
    const line = bytes.toString("utf8", 0, LOGGED_LINE_LENGTH * 4).slice(0, LOGGED_LINE_LENGTH);
    const left = this.#unlogged > 0 ? { unlogged: this.#unlogged } : {};
    this.#unlogged = 0;
    this.#log.info({ channel: this.#producer.channelName, remote: this.#remote, line, ...left }, "a device says");
  }

  #lose(): void {
    if (this.#ended || this.#patience.take(this.#clock.monotonic())) return;
    this.#tallies.abused();
    this.#log.warn(
      { channel: this.#producer.channelName, remote: this.#remote },
      "closed a connection that sent rubbish without end",
    );
    this.#end(1008, "too many messages that are no pictures");
  }

  #fail(error: Error): void {
    const tooLong = "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
    this.#tallies.refused(tooLong ? "too-large" : "bad-request");
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ws.close(code, reason);
    const cancel = this.#clock.after(CUT_OFF_MS, () => this.#ws.terminate());
    this.#ws.once("close", cancel);
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
