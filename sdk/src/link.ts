import { WebSocketClass } from "#web-socket";
import { backOffMs } from "./back-off.ts";

/** A hub that has not completed the handshake by then is not there. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Without a word for this long the hub is asked for one; after twice as long the connection is dead. */
const QUIET_MS = 10_000;
const NORMAL_CLOSURE = 1000;

/** A connection that was lost or not made, and when the next attempt comes. */
export interface Lost {
  /** For people. */
  readonly reason: string;
  readonly retryInMs: number;
}

export interface LinkHandlers {
  /** Connected: say hello. */
  open(): void;
  text(message: string): void;
  binary(message: Uint8Array<ArrayBuffer>): void;
  lost(lost: Lost): void;
  /** A message that the hub answers, sent when it has been quiet. */
  askForSign?(): string;
}

/** A WebSocket that comes back by itself until it is ended. Nothing is queued: what is sent while away is dropped. */
export class Link {
  readonly #url: string;
  readonly #name: string;
  readonly #handlers: LinkHandlers;
  #socket: WebSocket | undefined;
  #failures = 0;
  #heardAt = 0;
  #ended = false;
  #why: string | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, handlers: LinkHandlers) {
    this.#url = url;
    // A token in the query is not for messages.
    this.#name = url.replace(/\?.*/, "");
    this.#handlers = handlers;
  }

  /** Connect; further calls do nothing. */
  start(): void {
    if (!this.#ended && !this.#socket && this.#retry === undefined) this.#connect();
  }

  /** False when there is no connection. */
  send(message: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#socket?.readyState !== WebSocketClass.OPEN) return false;
    this.#socket.send(message);
    return true;
  }

  /** The hub has taken us in: the next loss is waited for briefly again. */
  settle(): void {
    this.#failures = 0;
  }

  /** Give up this connection and try another after a wait. */
  drop(why: string): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#why ??= why;
    this.#lose();
    socket.close();
  }

  /** Leave for good. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    clearInterval(this.#watchdog);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(NORMAL_CLOSURE);
  }

  /** Say why the hub is about to close: a better reason than a close code. */
  explain(why: string): void {
    this.#why = why;
  }

  #connect(): void {
    this.#retry = undefined;
    const socket = new WebSocketClass(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#heardAt = performance.now();
    let opened = false;
    this.#watchdog = setInterval(() => this.#check(opened), QUIET_MS / 4);
    socket.addEventListener("open", () => {
      if (socket !== this.#socket) return;
      opened = true;
      this.#heardAt = performance.now();
      this.#handlers.open();
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket) return;
      const data: unknown = event.data;
      this.#heardAt = performance.now();
      if (typeof data === "string") this.#handlers.text(data);
      else if (data instanceof ArrayBuffer) this.#handlers.binary(new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (socket !== this.#socket) return;
      this.#why ??= opened
        ? reason || `the connection ended (${code})`
        : `no WebSocket at ${this.#name}: is the hub running there, in a mode that serves it, and not full?`;
      this.#lose();
    });
    // Without a listener Node would report the error as uncaught; the close event follows and says what is known.
    socket.addEventListener("error", () => undefined);
  }

  #check(opened: boolean): void {
    const quietMs = performance.now() - this.#heardAt;
    if (!opened) {
      if (quietMs > CONNECT_TIMEOUT_MS) this.drop(`${this.#name} does not answer`);
      return;
    }
    const sign = this.#handlers.askForSign;
    if (!sign) return;
    if (quietMs > 2 * QUIET_MS) this.drop("the hub has fallen silent");
    else if (quietMs > QUIET_MS) this.send(sign());
  }

  #lose(): void {
    clearInterval(this.#watchdog);
    this.#socket = undefined;
    const reason = this.#why ?? "";
    this.#why = undefined;
    if (this.#ended) return;
    const retryInMs = backOffMs(++this.#failures);
    this.#retry = setTimeout(() => this.#connect(), retryInMs);
    this.#handlers.lost({ reason, retryInMs });
  }
}
