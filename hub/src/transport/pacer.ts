import type { Cancel, Clock } from "#core/clock.ts";
import type { Log } from "#contract/log.ts";
import type { Socket } from "node:net";
import { kernelCalls } from "./kernel-calls.ts";
import { PacedSocket, type PacedHandlers, type Ticking } from "./paced-socket.ts";
import type { ProbeKind } from "./peer-probe.ts";

/** How often slow connections are looked at. A viewer that needs more than 1000 / 20 pictures a second is none. */
const TICK_MS = 20;

const explained: Record<ProbeKind, string> = {
  "tcp-info": "the age of pictures at slow viewers is bounded by TCP_INFO",
  "proc-net-tcp": "the age of pictures at slow viewers is bounded by /proc/net/tcp only, which is coarse",
  node: "the age of pictures at slow viewers is not bounded: this system does not show its send queues",
};

let said = false;

/**
 * Takes over TCP sockets and sends shared buffers on them, newest first, with bounded age. One timer serves all of
 * its sockets, and only while one of them is slow or closing.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #ticking = new Set<Ticking>();
  #timer: Cancel | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Send on this socket. Nothing else may write to it from now on. */
  take(socket: Socket, handlers: PacedHandlers): PacedSocket {
    const paced = new PacedSocket(socket, handlers, this.#clock, (one) => this.#add(one));
    if (!said) {
      said = true;
      const { why } = kernelCalls();
      this.#log.info(why ? { why } : {}, explained[paced.probeKind]);
    }
    return paced;
  }

  #add(one: Ticking): void {
    this.#ticking.add(one);
    this.#timer ??= this.#clock.every(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    for (const one of this.#ticking) if (!one.tick(now)) this.#ticking.delete(one);
    if (this.#ticking.size > 0) return;
    this.#timer?.();
    this.#timer = undefined;
  }
}
