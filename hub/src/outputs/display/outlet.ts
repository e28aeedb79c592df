import type { Socket } from "node:net";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Pacer } from "#transport/pacer.ts";
import { PlainSocket, type Wire } from "./plain-socket.ts";
import { closeMessage, controlMessage, textMessage } from "#transport/web-socket-message.ts";

/** What a client that reads nothing may have waiting beside its frame; then it is gone. */
const MAX_WAITING_BYTES = 512 * 1024;
/** A client that does not take the last words within this is cut off. */
const CLOSE_TIMEOUT_MS = 5000;

export interface OutletParts {
  readonly socket: Socket;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** All that was given is on its way: the next frame may come. */
  ready(): void;
  /** Still busy, but the peer has taken some. */
  progress(): void;
  /** The connection is gone. Called once. */
  gone(): void;
}

/**
 * The sending side of one upgraded connection: whole WebSocket messages in order, frames and words never inside each
 * other. Words in the same slot replace each other while they wait.
 */
export class Outlet {
  readonly #parts: OutletParts;
  readonly #waiting = new Map<string | number, Buffer>();
  #wire: Wire;
  #pacing: "no" | "wanted" | "yes" = "no";
  #waitingBytes = 0;
  #lastSlot = 0;
  #closing = false;
  #cancelClose: Cancel | undefined;

  constructor(parts: OutletParts) {
    this.#parts = parts;
    this.#wire = new PlainSocket(parts.socket, parts.clock, () => this.#onReady());
    parts.socket.once("close", () => {
      this.#closing = true;
      this.#cancelClose?.();
      this.#waiting.clear();
      parts.gone();
    });
  }

  get busy(): boolean {
    return this.#wire.busy || this.#waiting.size > 0;
  }

  /** From now on send no faster than the peer reads: for one that acknowledges nothing. */
  pace(): void {
    if (this.#pacing !== "no" || this.#closing) return;
    this.#pacing = "wanted";
    if (!this.#wire.busy) this.#takePaced();
  }

  /** True: another may follow at once. False: it is taken, wait for `ready`. */
  frame(message: Buffer): boolean {
    if (!this.busy) return this.#wire.write(message);
    if (!this.#closing) this.#wait("frame", message);
    return false;
  }

  /** Send a text, or a prepared message, after what is under way. */
  say(message: string | Buffer, slot?: string): void {
    if (this.#closing) return;
    const bytes = typeof message === "string" ? textMessage(message) : message;
    if (this.busy) this.#wait(slot ?? ++this.#lastSlot, bytes);
    else this.#wire.write(bytes);
  }

  ping(): void {
    this.say(controlMessage("ping"), "ping");
  }

  pong(payload: Uint8Array): void {
    this.say(controlMessage("pong", payload), "pong");
  }

  /** Say why, then end the connection; those who do not listen are cut off. */
  close(code: number, reason: string, words?: string): void {
    if (this.#closing) return;
    // A frame that has not begun is of no use any more.
    this.#drop("frame");
    if (words !== undefined) this.say(words, "words");
    this.say(closeMessage(code, reason), "close");
    this.#closing = true;
    if (!this.busy) this.#wire.end();
    else this.#cancelClose = this.#parts.clock.after(CLOSE_TIMEOUT_MS, () => this.abort());
  }

  abort(): void {
    this.#closing = true;
    this.#wire.abort();
  }

  #onReady(): void {
    if (this.#pacing === "wanted") this.#takePaced();
    for (const [slot, message] of this.#waiting) {
      this.#drop(slot);
      if (!this.#wire.write(message)) break;
    }
    if (this.busy) return;
    if (this.#closing) this.#wire.end();
    else this.#parts.ready();
  }

  #takePaced(): void {
    this.#pacing = "yes";
    this.#wire = this.#parts.pacer.take(this.#parts.socket, {
      ready: () => this.#onReady(),
      progress: () => this.#parts.progress(),
      gone: () => undefined,
    });
  }

  #wait(slot: string | number, message: Buffer): void {
    this.#drop(slot);
    this.#waiting.set(slot, message);
    this.#waitingBytes += message.length;
    if (this.#waitingBytes - (this.#waiting.get("frame")?.length ?? 0) > MAX_WAITING_BYTES) this.abort();
  }

  #drop(slot: string | number): void {
    this.#waitingBytes -= this.#waiting.get(slot)?.length ?? 0;
    this.#waiting.delete(slot);
  }
}
