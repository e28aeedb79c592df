import type { Socket } from "node:net";
import type { PacedSocket } from "./paced-socket.ts";
import type { Pacer } from "./pacer.ts";

/** Most bytes of answers that wait behind a frame; a peer that needs more is not reading. */
const MOST_WAITING_BYTES = 4096;

/** One connection on which frames go out whole, and small answers between them. */
export class Line {
  readonly socket: Socket;
  readonly #paced: PacedSocket;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #ended = false;

  /** `ready`: another frame may go out. `gone`: the connection has closed. */
  constructor(pacer: Pacer, socket: Socket, handlers: { ready(): void; progress(): void; gone(): void }) {
    this.socket = socket;
    this.#paced = pacer.take(socket, {
      ready: () => {
        if (this.#flush()) handlers.ready();
      },
      progress: () => handlers.progress(),
      gone: () => {
        this.#ended = true;
        handlers.gone();
      },
    });
  }

  /** Whether a frame is on its way: no other may be written. */
  get busy(): boolean {
    return this.#paced.busy;
  }

  /** Send a frame, which must not change any more; only when not busy. False: it is under way, `ready` follows. */
  frame(bytes: Buffer): boolean {
    return this.#paced.write(bytes);
  }

  /** Send a few bytes, now or behind the frame that is under way. */
  answer(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MOST_WAITING_BYTES) {
      this.abort();
      return;
    }
    this.#waiting.push(bytes);
    if (!this.#paced.busy) this.#flush();
  }

  /** Send what is under way and these last bytes, then end the connection. */
  end(last: Buffer): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#paced.end(last);
  }

  abort(): void {
    this.#ended = true;
    this.#paced.abort();
  }

  /** True when nothing waits and nothing is under way. */
  #flush(): boolean {
    if (this.#waiting.length === 0) return true;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return this.#paced.write(bytes);
  }
}
