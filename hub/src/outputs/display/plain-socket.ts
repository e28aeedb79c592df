import type { Socket } from "node:net";
import type { Cancel, Clock } from "#core/clock.ts";

/** After the last byte a peer has so long to close. */
const LINGER_MS = 5000;

const nothing = Buffer.alloc(0);

/** The sending side of a connection: one whole buffer after the other. */
export interface Wire {
  readonly busy: boolean;
  /** True: another may follow at once. False: this one is taken, and `ready` says when the next may come. */
  write(buffer: Buffer): boolean;
  /** Send what was taken, then end the connection; a peer that does not close is cut off. */
  end(): void;
  abort(): void;
}

/**
 * A socket as it is, for a peer that acknowledges what it gets: how much may be under way is for its user to say.
 * The user hears of the end from the socket.
 */
export class PlainSocket implements Wire {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #ready: () => void;
  #busy = false;
  #cancelLinger: Cancel | undefined;

  constructor(socket: Socket, clock: Clock, ready: () => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#ready = ready;
    socket.once("close", () => this.#cancelLinger?.());
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(buffer: Buffer): boolean {
    if (!this.#socket.writable) return false;
    this.#socket.write(buffer);
    if (this.#socket.writableLength === 0) return true;
    this.#busy = true;
    // 'drain' comes only for buffers above the high-water mark; the callback of an empty write always does.
    this.#socket.write(nothing, () => {
      this.#busy = false;
      if (this.#socket.writable) this.#ready();
    });
    return false;
  }

  end(): void {
    if (this.#cancelLinger) return;
    this.#socket.end();
    this.#cancelLinger = this.#clock.after(LINGER_MS, () => this.#socket.destroy());
  }

  abort(): void {
    this.#socket.destroy();
  }
}
