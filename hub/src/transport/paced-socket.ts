import type { Clock } from "#core/clock.ts";
import type { Socket } from "node:net";
import { handleOf, hasHandle, kernelCalls, type KernelCalls, type SocketHandle } from "./kernel-calls.ts";
import { PeerProgress } from "./peer-progress.ts";
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
/** A paced buffer goes in slices worth so much of the peer's time; each tells how the one before it went. */
const SLICE_MS = 250;
/** The last slice, and one that asks a peer that was behind whether it still is, are small. */
const PROBE_MS = 40;
const PROBE_EVERY_MS = 60;
/** Linux and Windows acknowledge a lone segment after 40 ms; who is silent for longer is far away. */
const DELAYED_ACK_MS = 50;
/** Nobody gains from slices of less. */
const WHOLE_BYTES = 4096;
const MIN_PROBE_BYTES = 2048;
/** What takes a peer less is not worth slicing. */
const MOMENT_MS = 60;
/** The next picture may come so early: it takes a tick to be sent. */
const EARLY_MS = 20;
/** Pictures in a row that may be thought to have arrived although the peer was behind when last heard. */
const MOST_UNSURE = 3;
/** Whole pictures in a row that a paced peer must take without being the limit, until it is trusted again. */
const TRUST_AFTER = 6;
/** After the last byte a peer has so long to close. */
const LINGER_MS = 5000;
/** Time to wait, now and then, until the peer has read everything: see {@link PeerProgress.forgetOldWindows}. */
const DRAIN_EVERY_MS = 5000;

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
  #paced = false;
  /** The buffer under way and how much of it is written; only when paced. */
  #part: Buffer | undefined;
  #partAt = 0;
  #sentWhole = 0;
  #unsure = 0;
  #busy = false;
  #drainDue = 0;
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
    socket.once("close", () => this.#onClose());
  }

  /** True while the peer is too slow for all that is sent. */
  get paced(): boolean {
    return this.#paced;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** About how long the peer's application needs for what it has not read yet, ms. */
  get behindMs(): number {
    return this.takesMs(this.#rest + this.#progress.outstanding(this.#clock.monotonic()));
  }

  /** About how long so many bytes take to reach the peer: 0 while it keeps up. */
  takesMs(bytes: number): number {
    if (!this.#paced) return 0;
    return (bytes * 1000) / Math.max(1, this.#progress.bytesPerSecond);
  }

  /**
   * Send a buffer, which must not change any more. True: another may follow at once. False: this one is taken, and
   * `ready` says when the next may come. Ignored when the connection is gone or ending.
   */
  write(buffer: Buffer): boolean {
    if (this.#gone || this.#endBy !== undefined) return false;
    if (!this.#paced && (this.#untilLook-- > 0 || this.#keepsUp(buffer.length))) {
      this.#sinceLook += buffer.length;
      this.#lastBytes = buffer.length;
      return this.#writeWhole(buffer);
    }
    this.#part = buffer;
    this.#partAt = 0;
    this.#busy = true;
    this.#wake(this);
    return false;
  }

  /** Send what is under way to its end, never half of it, then `last`, and end the connection. */
  end(last: Buffer = nothing): void {
    if (this.#gone || this.#endBy !== undefined) return;
    this.#endBy = this.#clock.monotonic() + LINGER_MS;
    const rest = this.#part?.subarray(this.#partAt);
    this.#part = undefined;
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
    if (!this.#paced) return false;
    if (!this.#look(nowMs)) return true;
    if (this.#progress.feedback === "drained") this.#unsure = 0;
    if (this.#part) this.#sendSlice(this.#part, nowMs);
    else if (this.#busy) this.#finishPart(nowMs);
    return this.#paced;
  }

  get #rest(): number {
    return this.#part ? this.#part.length - this.#partAt : 0;
  }

  #sendSlice(part: Buffer, nowMs: number): void {
    const progress = this.#progress;
    const behind = progress.feedback === "behind";
    if (progress.underWay || progress.outstanding(nowMs) > this.#worth(progress.minRttMs)) return;
    const since = progress.sinceWrite(nowMs);
    if (behind && since < PROBE_EVERY_MS) return;
    if (progress.feedback === "pending" && since < DELAYED_ACK_MS) return;
    const rest = part.length - this.#partAt;
    const length = Math.min(rest, Math.ceil(this.#sliceOf(rest, behind)));
    this.#sentWhole = length < part.length ? 0 : this.#sentWhole + 1;
    progress.wrote(length, nowMs);
    this.socket.write(part.subarray(this.#partAt, this.#partAt + length));
    this.#partAt += length;
    if (this.#partAt === part.length) this.#part = undefined;
  }

  #finishPart(nowMs: number): void {
    const progress = this.#progress;
    const outstanding = progress.outstanding(nowMs);
    if (progress.underWay || outstanding > this.#worth(EARLY_MS + progress.minRttMs)) return;
    if (progress.feedback === "behind") {
      this.#sentWhole = 0;
      if (++this.#unsure > MOST_UNSURE) return;
    } else if (progress.feedback === "drained" && nowMs >= this.#drainDue) {
      progress.forgetOldWindows();
      this.#drainDue = nowMs + DRAIN_EVERY_MS;
    }
    if (this.#sentWhole >= TRUST_AFTER) this.#open();
    this.#busy = false;
    this.#handlers.ready();
  }

  #sliceOf(rest: number, behind: boolean): number {
    const { minRttMs, peerBuffer = Infinity } = this.#progress;
    const probe = Math.max(MIN_PROBE_BYTES, this.#worth(PROBE_MS));
    if (behind) return probe;
    if (rest <= Math.max(WHOLE_BYTES, this.#worth(MOMENT_MS))) return rest;
    // More than half of the peer's buffer waits here until the window opens in one jump (RFC 9293, 3.8.6.2.1).
    const slice = Math.min(this.#worth(Math.max(SLICE_MS, minRttMs)), peerBuffer / 2);
    return Math.max(probe, Math.min(rest - probe, slice));
  }

  /** Bytes that the peer reads in this time. */
  #worth(ms: number): number {
    return (this.#progress.bytesPerSecond * ms) / 1000;
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
    if (now - this.#lateSince < LATE_MS) return true;
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
      this.#wake(this);
      return;
    }
    this.#busy = false;
    this.#handlers.ready();
  }

  #pace(nowMs: number): void {
    this.#paced = true;
    this.#sentWhole = 0;
    this.#lateSince = undefined;
    this.#drainDue = nowMs + DRAIN_EVERY_MS;
    this.#progress.restart(nowMs);
    // An idle peer does not say that it has read; a keep-alive probe makes it.
    this.socket.setKeepAlive(true, 1000);
  }

  #open(): void {
    this.#paced = false;
    this.#looksLeft = FIRST_LOOKS;
    this.#untilLook = 0;
    this.socket.setKeepAlive(true, 30_000);
  }

  #limitNotSent(bytes: number): void {
    this.#notSentLimit = bytes;
    this.#kernel?.calls.limitNotSent(this.#kernel.fd, bytes);
  }

  #onClose(): void {
    this.#gone = true;
    this.#busy = false;
    this.#part = undefined;
    this.#handlers.gone();
  }
}
