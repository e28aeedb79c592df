import type { Clock } from "#core/clock.ts";
import type { Socket } from "node:net";
import { handleOf, hasHandle, kernelCalls, type KernelCalls, type SocketHandle } from "./kernel-calls.ts";
import { PacedFlow } from "./paced-flow.ts";
import { probeOf, type ProbeKind } from "./peer-probe.ts";

/** Unsent bytes beyond which the kernel refuses more, and pictures: bounds what a link that breaks off has queued. */
const NOT_SENT_BYTES = 128 * 1024;
const NOT_SENT_PICTURES = 3;
/** A link that was off is tried again this often, where the kernel can be told so; left alone it waits ever longer. */
const RETRANSMIT_WITHIN_MS = 1000;
/** Bytes per second beyond which a socket is as good as not paced. */
const MOST_PACING = 1e9;
/** After the last byte a peer has so long to close. */
const LINGER_MS = 5000;

const nothing = Buffer.alloc(0);

/** Something that wants to be looked at while it is slow or closing. */
export interface Ticking {
  /** False when it needs no more ticks. */
  tick(nowMs: number): boolean;
}

/** What the user of a socket hears. Neither is called from inside `write`. */
export interface PacedHandlers {
  /** It can take another buffer, after a `write` that returned false. */
  ready(): void;
  /** It is still busy, but the peer has read some more. */
  progress?(): void;
  /** The connection is gone, whoever ended it. Called once. */
  gone(): void;
}

/**
 * Sends whole buffers over a TCP socket so that what arrives is recent: {@link PacedFlow} decides when.
 *
 * Buffers are shared and never copied. The write that returned false has been taken; another must wait for `ready`.
 */
export class PacedSocket implements Ticking {
  readonly socket: Socket;
  readonly probeKind: ProbeKind;
  readonly #handlers: PacedHandlers;
  readonly #clock: Clock;
  readonly #wake: (one: Ticking) => void;
  readonly #flow: PacedFlow;
  readonly #kernel: { readonly calls: KernelCalls; readonly handle: SocketHandle; readonly fd: number } | undefined;
  readonly #now: () => number;
  /** True while Node has nothing queued: then a buffer goes past its streams to the kernel, which saves a tenth. */
  #direct = false;
  #notSentLimit = 0;
  #endBy: number | undefined;
  #gone = false;

  /** Made by {@link Pacer.take}. */
  constructor(socket: Socket, handlers: PacedHandlers, clock: Clock, wake: (one: Ticking) => void) {
    this.socket = socket;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#wake = wake;
    this.#now = () => clock.monotonic();
    const { kind, probe } = probeOf(socket);
    this.probeKind = kind;
    const { calls } = kernelCalls();
    const handle = handleOf(socket);
    this.#kernel = calls && handle && { calls, handle, fd: handle.fd };
    this.#flow = new PacedFlow(
      {
        write: (bytes) => this.#hand(bytes),
        get waiting() {
          return socket.writableLength > 0;
        },
        probe,
        pace: (bytesPerSecond) => this.#pace(bytesPerSecond),
        // An idle peer does not say that it has read; a keep-alive probe makes it.
        onSlowReader: (slow) => void socket.setKeepAlive(true, slow ? 1000 : 30_000),
      },
      { ready: () => handlers.ready(), progress: () => handlers.progress?.() },
      clock.monotonic(),
    );
    socket.setNoDelay(true);
    if (this.#kernel) calls?.limitRetransmissionTimeout(this.#kernel.fd, RETRANSMIT_WITHIN_MS);
    this.#limitNotSent(NOT_SENT_BYTES);
    // A reset or a broken pipe is how viewers leave; 'close' follows and says all that matters.
    socket.on("error", () => undefined);
    if (socket.closed) this.#closedBefore();
    else socket.once("close", () => this.#onClose());
  }

  /** True while the peer is too slow for all that is sent. */
  get paced(): boolean {
    return this.#flow.paced;
  }

  /** True between a `write` that returned false and the next `ready`. */
  get busy(): boolean {
    return !this.#gone && this.#flow.busy;
  }

  /** About how long so many bytes take to reach the peer, ms: 0 while it keeps up. */
  takesMs(bytes: number): number {
    return this.#flow.takesMs(bytes);
  }

  /**
   * Send a buffer, which must not change any more. True: another may follow at once. False: this one is taken, and
   * `ready` says when the next may come. Ignored when the connection is gone or ending.
   */
  write(buffer: Buffer): boolean {
    if (this.#gone || this.#endBy !== undefined) return false;
    if (this.#flow.write(buffer, this.#now)) return true;
    if (buffer.length * NOT_SENT_PICTURES > this.#notSentLimit)
      this.#limitNotSent(buffer.length * (NOT_SENT_PICTURES + 1));
    this.#wake(this);
    return false;
  }

  /** Send what is under way to its end, never half of it, then `last`, and end the connection. */
  end(last: Buffer = nothing): void {
    if (this.#gone || this.#endBy !== undefined) return;
    this.#endBy = this.#clock.monotonic() + LINGER_MS;
    const { rest } = this.#flow;
    const kernel = this.#kernel;
    if (kernel && hasHandle(this.socket, kernel.handle) && (rest || this.socket.writableLength > 0)) {
      // The kernel must take all of it now: it goes on sending when this process has ended.
      const bytes = (rest?.length ?? 0) + last.length + this.socket.writableLength;
      kernel.calls.setSendBuffer(kernel.fd, 2 * (this.#notSentLimit + bytes));
      this.#limitNotSent(0x7fff_ffff);
    }
    if (rest) this.socket.write(rest);
    this.socket.end(last);
    this.#wake(this);
  }

  /** End the connection now, also in the middle of a buffer. */
  abort(): void {
    this.socket.destroy();
  }

  /** @internal Called by the {@link Pacer}. */
  tick(nowMs: number): boolean {
    if (this.#gone) return false;
    if (this.#endBy !== undefined) {
      if (nowMs >= this.#endBy) this.socket.destroy();
      return true;
    }
    this.#flow.tick(nowMs);
    // It may have ended the connection, and then the peer has not all the time in the world.
    return this.#flow.busy || this.#endBy !== undefined;
  }

  #hand(buffer: Buffer): boolean {
    const kernel = this.#kernel;
    let taken = 0;
    if (this.#direct && kernel && hasHandle(this.socket, kernel.handle)) {
      taken = kernel.calls.send(kernel.fd, buffer);
      if (taken === buffer.length) return true;
    }
    // What the kernel does not take, and every error, is Node's.
    this.socket.write(taken > 0 ? buffer.subarray(taken) : buffer);
    this.#direct = this.socket.writableLength === 0;
    if (this.#direct) return true;
    // 'drain' comes only for buffers above the high-water mark; the callback of an empty write always does.
    this.socket.write(nothing, () => this.#onDrained());
    return false;
  }

  /** The kernel had refused bytes and has taken them now: need not wait for the next tick. */
  #onDrained(): void {
    if (!this.#gone && this.#endBy === undefined && !this.socket.destroyed) this.#flow.tick(this.#clock.monotonic());
  }

  #pace(bytesPerSecond: number): void {
    const kernel = this.#kernel;
    if (kernel && hasHandle(this.socket, kernel.handle))
      kernel.calls.limitPacing(kernel.fd, Math.min(bytesPerSecond, MOST_PACING));
  }

  #limitNotSent(bytes: number): void {
    this.#notSentLimit = bytes;
    const kernel = this.#kernel;
    if (kernel && hasHandle(this.socket, kernel.handle)) kernel.calls.limitNotSent(kernel.fd, bytes);
  }

  /** The peer left while the hub was still thinking about it: no event will come. */
  #closedBefore(): void {
    this.#gone = true;
    queueMicrotask(() => this.#onClose());
  }

  #onClose(): void {
    this.#gone = true;
    this.#handlers.gone();
  }
}
