import type { Socket } from "node:net";
import type { Clock } from "#core/clock.ts";
import type { PacedSocket } from "#transport/paced-socket.ts";
import type { Pacer } from "#transport/pacer.ts";
import { closeMessage, controlMessage, textMessage } from "./ws-message.ts";

/** What a client that reads nothing may have waiting beside its frame; then it is gone. */
const MAX_WAITING_BYTES = 512 * 1024;
/** A client that does not take the last words within this is cut off. */
const CLOSE_TIMEOUT_MS = 5000;

export interface OutletHandlers {
  /** All that was given is on its way: the next frame may come. */
  ready(): void;
  /** Still busy, but the peer has taken some. */
  progress(): void;
  /** The connection is gone. Called once. */
  gone(): void;
}

/**
 * The sending side of one upgraded connection: whole WebSocket messages through a paced socket, in order, frames and
 * words never inside each other. Words that follow one another in the same slot replace each other while they wait.
 */
export class Outlet {
  readonly #paced: PacedSocket;
  readonly #clock: Clock;
  readonly #waiting = new Map<string | number, Buffer>();
  #waitingBytes = 0;
  #lastSlot = 0;
  #closing = false;
  #cancelClose: (() => void) | undefined;

  constructor(socket: Socket, pacer: Pacer, clock: Clock, handlers: OutletHandlers) {
    this.#clock = clock;
    this.#paced = pacer.take(socket, {
      ready: () => {
        if (this.#flush() && !this.#closing) handlers.ready();
      },
      progress: () => handlers.progress(),
      gone: () => {
        this.#cancelClose?.();
        this.#waiting.clear();
        handlers.gone();
      },
    });
  }

  get busy(): boolean {
    return this.#paced.busy || this.#waiting.size > 0;
  }

  /** True: another may follow at once. False: it is taken, wait for `ready`. */
  frame(message: Buffer): boolean {
    if (!this.busy) return this.#paced.write(message);
    if (!this.#closing) this.#wait("frame", message);
    return false;
  }

  /** Send a text, or a prepared message, after what is under way. */
  say(message: string | Buffer, slot?: string): void {
    if (this.#closing) return;
    const bytes = typeof message === "string" ? textMessage(message) : message;
    if (this.busy) this.#wait(slot ?? ++this.#lastSlot, bytes);
    else this.#paced.write(bytes);
  }

  ping(): void {
    this.say(controlMessage("ping"), "ping");
  }

  pong(payload: Uint8Array): void {
    this.say(controlMessage("pong", payload), "pong");
  }

  /** Say why, then end the connection; who does not listen is cut off. */
  close(code: number, reason: string, words?: string): void {
    if (this.#closing) return;
    if (words !== undefined) this.say(words, "words");
    this.say(closeMessage(code, reason), "close");
    this.#closing = true;
    // A frame that has not begun is of no use any more.
    this.#drop("frame");
    if (!this.busy) this.#paced.end();
    else this.#cancelClose = this.#clock.after(CLOSE_TIMEOUT_MS, () => this.abort());
  }

  abort(): void {
    this.#closing = true;
    this.#paced.abort();
  }

  #wait(slot: string | number, message: Buffer): void {
    this.#drop(slot);
    this.#waiting.set(slot, message);
    this.#waitingBytes += message.length;
    if (slot !== "frame" && this.#waitingBytes > MAX_WAITING_BYTES + (this.#waiting.get("frame")?.length ?? 0))
      this.abort();
  }

  #drop(slot: string | number): void {
    this.#waitingBytes -= this.#waiting.get(slot)?.length ?? 0;
    this.#waiting.delete(slot);
  }

  /** True when nothing is left. */
  #flush(): boolean {
    for (const [slot, message] of this.#waiting) {
      this.#drop(slot);
      if (!this.#paced.write(message)) break;
    }
    if (this.#closing && this.#waiting.size === 0) this.#paced.end();
    return !this.busy;
  }
}
