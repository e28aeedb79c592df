import type { Clock } from "#core/clock.ts";
import type { Socket } from "node:net";
import { handleOf, hasHandle, kernelCalls, type KernelCalls, type SocketHandle } from "./kernel-calls.ts";
import { PeerProgress } from "./peer-progress.ts";
import { Slices } from "./slices.ts";
import { probeOf, type PeerProbe, type ProbeKind } from "./peer-probe.ts";

/** A peer that keeps up is looked at after so many bytes, or so many writes: a look costs a tenth of a write. */
const BYTES_PER_LOOK = 256 * 1024;
const WRITES_PER_LOOK = 16;
/** Looks at every write before a new connection counts as one that keeps up. */
const FIRST_LOOKS = 8;
/** A peer may be behind for so long, as when its machine is busy, before it is paced. */
const LATE_MS = 150;
/** Unsent bytes beyond which the kernel refuses more, and pictures: bounds what a link that breaks off has queued. */
const NOT_SENT_BYTES = 128 * 1024;
const NOT_SENT_PICTURES = 3;
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
 * Sends whole buffers over a TCP socket so that what arrives is recent.
 *
 * - *open*: the peer keeps up. A buffer is one `socket.write`; now and then a look at the kernel's figures.
 * - *paced*: it does not. A buffer goes in slices, each when the peer's application has read nearly all before it,
 *   and the socket is busy until then: no old picture waits in this kernel or in the peer's.
 *
 * Buffers are shared and never copied. The write that returned false has been taken; another must wait for `ready`.
 */
export class PacedSocket implements Ticking {
  readonly socket: Socket;
  readonly probeKind: ProbeKind;
  readonly #handlers: PacedHandlers;
  readonly #clock: Clock;
  readonly #wake: (one: Ticking) => void;
  readonly #probe: PeerProbe;
  readonly #progress: PeerProgress;
  readonly #kernel: { readonly calls: KernelCalls; readonly handle: SocketHandle; readonly fd: number } | undefined;
  /** True while Node has nothing queued: then a buffer goes past its streams to the kernel, which saves a tenth. */
  #direct = false;
  #looksLeft = FIRST_LOOKS;
  #untilLook = 0;
  /** Bytes written since the last look, and by the last write. */
  #sinceLook = 0;
  #lastBytes = 0;
  #notSentLimit = 0;
  #lateSince: number | undefined;
  /** There while the peer is paced. */
  #slices: Slices | undefined;
  #busy = false;
  #endBy: number | undefined;
  #gone = false;

  /** Made by {@link Pacer.take}. */
  constructor(socket: Socket, handlers: PacedHandlers, clock: Clock, wake: (one: Ticking) => void) {
    this.socket = socket;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#wake = wake;
    const { kind, probe } = probeOf(socket);
    this.probeKind = kind;
    this.#probe = probe;
    this.#progress = new PeerProgress(clock.monotonic());
    const { calls } = kernelCalls();
    const handle = handleOf(socket);
    this.#kernel = calls && handle && { calls, handle, fd: handle.fd };
    socket.setNoDelay(true);
    this.#limitNotSent(NOT_SENT_BYTES);
    // A reset or a broken pipe is how viewers leave; 'close' follows and says all that matters.
    socket.on("error", () => undefined);
    if (socket.closed) this.#closedBefore();
    else socket.once("close", () => this.#onClose());
  }

  /** True while the peer is too slow for all that is sent. */
  get paced(): boolean {
    return this.#slices !== undefined;
  }

  /** True between a `write` that returned false and the next `ready`. */
  get busy(): boolean {
    return this.#busy;
  }

  /** About how long so many bytes take to reach the peer: 0 while it keeps up. */
  takesMs(bytes: number): number {
    if (!this.#slices) return 0;
    return (bytes * 1000) / Math.max(1, this.#progress.bytesPerSecond);
  }

  /**
   * Send a buffer, which must not change any more. True: another may follow at once. False: this one is taken, and
   * `ready` says when the next may come. Ignored when the connection is gone or ending.
   */
  write(buffer: Buffer): boolean {
    if (this.#gone || this.#endBy !== undefined) return false;
    if (!this.#slices && (this.#untilLook-- > 0 || this.#keepsUp(buffer.length))) {
      this.#sinceLook += buffer.length;
      this.#lastBytes = buffer.length;
      return this.#writeWhole(buffer);
    }
    this.#slices?.take(buffer);
    this.#busy = true;
    this.#wake(this);
    return false;
  }

  /** Send what is under way to its end, never half of it, then `last`, and end the connection. */
  end(last: Buffer = nothing): void {
    if (this.#gone || this.#endBy !== undefined) return;
    this.#endBy = this.#clock.monotonic() + LINGER_MS;
    const rest = this.#slices?.rest;
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
    const slices = this.#slices;
    if (!this.#busy) return false;
    if (!this.#look(nowMs) || !slices?.step(nowMs)) return true;
    if (slices.trusted) this.#trust();
    this.#busy = false;
    this.#handlers.ready();
    // It may have ended the connection, and then the peer has not all the time in the world.
    return this.#busy || this.#endBy !== undefined;
  }

  #writeWhole(buffer: Buffer): boolean {
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
    this.#busy = true;
    // 'drain' comes only for buffers above the high-water mark; the callback of an empty write always does.
    this.socket.write(nothing, () => this.#onDrained());
    this.#wake(this);
    return false;
  }

  /** Ask the kernel how far the peer is. False once the connection is closed. */
  #look(nowMs: number): boolean {
    if (this.#sinceLook > 0) {
      this.#progress.wrote(this.#sinceLook - this.#lastBytes);
      this.#progress.wrote(this.#lastBytes);
      this.#sinceLook = 0;
    }
    const reading = this.#probe(this.#progress.written);
    if (!reading) return false;
    const moved = this.#progress.observe(reading, nowMs);
    if (moved && this.#busy) this.#handlers.progress?.();
    return true;
  }

  /** Look at an open connection; starts pacing when the peer has been behind for too long. */
  #keepsUp(nextBytes: number): boolean {
    const now = this.#clock.monotonic();
    if (nextBytes * NOT_SENT_PICTURES > this.#notSentLimit) this.#limitNotSent(nextBytes * (NOT_SENT_PICTURES + 1));
    if (!this.#look(now)) return true;
    if (this.#progress.feedback !== "behind") {
      this.#lateSince = undefined;
      if (this.#looksLeft > 0) this.#looksLeft--;
      else this.#untilLook = Math.min(WRITES_PER_LOOK, Math.ceil(BYTES_PER_LOOK / nextBytes)) - 1;
      return true;
    }
    this.#lateSince ??= now;
    // A newcomer has not shown yet that it ever keeps up.
    if (this.#looksLeft === 0 && now - this.#lateSince < LATE_MS) return true;
    this.#pace(now);
    return false;
  }

  /** The kernel had refused bytes of an open connection and has taken them now. */
  #onDrained(): void {
    if (this.#gone || this.#endBy !== undefined || this.socket.destroyed) return;
    const now = this.#clock.monotonic();
    this.#untilLook = 0;
    if (this.#look(now) && this.#progress.feedback === "behind") {
      this.#pace(now);
      return;
    }
    this.#busy = false;
    this.#handlers.ready();
  }

  #pace(nowMs: number): void {
    this.#slices = new Slices(this.#progress, (bytes) => this.socket.write(bytes));
    this.#lateSince = undefined;
    this.#progress.restart(nowMs);
    // An idle peer does not say that it has read; a keep-alive probe makes it.
    this.socket.setKeepAlive(true, 1000);
  }

  #trust(): void {
    this.#slices = undefined;
    this.#looksLeft = FIRST_LOOKS;
    this.#untilLook = 0;
    this.socket.setKeepAlive(true, 30_000);
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
    this.#busy = false;
    this.#slices = undefined;
    this.#handlers.gone();
  }
}
