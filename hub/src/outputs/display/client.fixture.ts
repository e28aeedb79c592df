import { inflateRawSync } from "node:zlib";
import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { FrameDecoder } from "@lightwell/wire/text/codec.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { WebSocket } from "ws";
import { until } from "../../testing/wait.ts";

/** Any JSON message of the hub. */
export type Heard = Readonly<Record<string, unknown>> & { readonly type: string };

/** A grid with what says which it is. */
export interface Shown {
  readonly seq: number | undefined;
  readonly type: string;
  readonly grid: TextGrid;
}

/** A real client of the text display; it says only what a test makes it say. */
export class DisplayClient {
  readonly socket: WebSocket;
  /** Every grid that it was shown, in order, from JSON and binary messages alike. */
  readonly shown: Shown[] = [];
  readonly heard: Heard[] = [];
  readonly problems: unknown[] = [];
  /**
   * What it heard before it was welcomed. A hub that is slow to hear a `hello`, as over a long way, has begun in the old
   * words by then; tests are about what comes after.
   */
  readonly early: Heard[] = [];
  /** Acknowledge each binary frame when it comes. */
  acknowledges = true;
  closed: { readonly code: number; readonly reason: string } | undefined;
  #greeting = false;
  readonly #decoder = new FrameDecoder((bytes, maxBytes) => inflateRawSync(bytes, { maxOutputLength: maxBytes }));

  /** @param url with its path and query; `http:` is taken for `ws:` */
  static async connect(url: string, headers: Record<string, string> = {}): Promise<DisplayClient> {
    const socket = new WebSocket(url.replace(/^http/, "ws"), { headers });
    const client = new DisplayClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer, binary) => {
      try {
        if (binary) this.#decode(data);
        else this.#hear(JSON.parse(data.toString()) as Heard);
      } catch (error) {
        this.problems.push(error);
      }
    });
    socket.on("close", (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on("error", (error) => this.problems.push(error));
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  hello(fields: Record<string, unknown> = {}): void {
    this.#greeting = true;
    this.early.push(...this.heard.splice(0));
    this.shown.length = 0;
    this.say({ type: "hello", version: 1, accept: ["diff"], ...fields });
  }

  ack(seq: number): void {
    this.say({ type: "ack", seq });
  }

  /** The last message of a type, once there is one that fits. */
  message(type: string, fits: (message: Heard) => boolean = () => true): Promise<Heard> {
    return until(`a message "${type}"`, () => this.heard.findLast((heard) => heard.type === type && fits(heard)));
  }

  /** The last grid, once there is one that fits. */
  grid(fits: (grid: TextGrid) => boolean = () => true): Promise<TextGrid> {
    return until("a grid", () => this.shown.findLast(({ grid }) => fits(grid))?.grid);
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return until("the end of the connection", () => this.closed);
  }

  close(): void {
    this.socket.terminate();
  }

  #hear(message: Heard): void {
    if (["welcome", "refused", "error"].includes(message.type)) this.#greeting = false;
    if (this.#greeting) {
      this.early.push(message);
      return;
    }
    this.heard.push(message);
    if (message.type === "binary") this.#decode(Buffer.from(String(message["data"]), "base64"));
    if (message.type !== "frame") return;
    const { width, height, lines } = message as unknown as { width: number; height: number; lines: string[] };
    if (lines.length !== height) throw new Error(`${lines.length} lines for ${height} rows`);
    this.shown.push({ seq: undefined, type: "json", grid: parseAnsiLines(lines, width, height) });
  }

  #decode(bytes: Uint8Array): void {
    const { seq, grid, header } = this.#decoder.decode(bytes);
    this.shown.push({ seq, type: header.type, grid });
    if (this.acknowledges) this.ack(seq);
  }
}
