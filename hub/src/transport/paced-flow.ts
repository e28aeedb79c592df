import { LinkWindow } from "./link-window.ts";
import { PeerProgress } from "./peer-progress.ts";
import type { PeerProbe } from "./peer-probe.ts";
import { Slices } from "./slices.ts";

/** A peer that keeps up is looked at after this many bytes, or this many writes: a look costs a tenth of a write. */
const BYTES_PER_LOOK = 256 * 1024;
const WRITES_PER_LOOK = 16;
/** Looks at every write before a new connection counts as one that keeps up. */
const FIRST_LOOKS = 8;
/** An application may leave bytes unread for this long, as when its machine is busy, before it counts as slow. */
const LATE_MS = 150;
const LATE_LOOKS = 4;
/** Nothing unread for this long, while the link is late: the link it is that limits. */
const CALM_MS = 250;
const MOST_TAKEN = 0.1;
/** Buffers in a row that find room on the link, until one that was full is trusted again. */
const ROOMY_WRITES = 8;
/** A link that is full is looked at when there should be room, but not less often than this. */
const LONGEST_WAIT_MS = 100;
/** Nearer peers have no network whose queues a burst could fill, and pacing costs the kernel a timer each. */
const FAR_MS = 2;
/** The link brings bytes in bursts: only an application that reads this many times as fast is limited by it. */
const OUTPACES = 3;
/** A rate that changes by less than this share is not told to the kernel. */
const PACING_STEP = 0.1;

/** Where a flow's bytes go. */
export interface FlowPort {
  /** Hand bytes over. False while some of these or earlier ones wait in this process. */
  write(bytes: Buffer): boolean;
  /** True while bytes wait in this process. */
  readonly waiting: boolean;
  /** See {@link PeerProbe}. */
  readonly probe: PeerProbe;
  /** Let bytes leave this machine at this many per second at most; Infinity: as the kernel will. */
  pace(bytesPerSecond: number): void;
  /** The peer's application has turned out to be slow, or no more so. */
  onSlowReader(slow: boolean): void;
}

/** What the user of a flow hears. Neither is called from inside {@link PacedFlow.write}. */
export interface FlowHandlers {
  ready(): void;
  progress(): void;
}

/**
 * Decides when a buffer goes to a peer so that what arrives is recent and the link is used.
 *
 * - *open*: a buffer is one write; now and then a look at the kernel's figures.
 * - *full*: the link holds what it can ({@link LinkWindow}); the next buffer begins when there is room again.
 * - *sliced*: the peer's application reads slowly, whatever the link can do ({@link Slices}).
 *
 * Does no I/O itself and takes the time from its caller: monotonic ms.
 */
export class PacedFlow {
  busy = false;
  readonly #port: FlowPort;
  readonly #handlers: FlowHandlers;
  readonly #progress: PeerProgress;
  readonly #link: LinkWindow;
  #looksLeft = FIRST_LOOKS;
  #untilLook = 0;
  /** When the link has to have taken what was under way at the last look; Infinity when nothing was. */
  #lookBy = Infinity;
  /** Bytes written since the last look, and by the last write. */
  #sinceLook = 0;
  #lastBytes = 0;
  /** Since when, and in how many looks, its application has left more unread than it may; or since when it has not. */
  #lateSince: number | undefined;
  #lateLooks = 0;
  #calmSince: number | undefined;
  /** Buffers that found room since the link was full; undefined when it has not been lately. */
  #roomy: number | undefined;
  #lookAt = 0;
  #pacing = 0;
  #slices: Slices | undefined;

  constructor(port: FlowPort, handlers: FlowHandlers, nowMs: number) {
    this.#port = port;
    this.#handlers = handlers;
    this.#progress = new PeerProgress(nowMs);
    this.#link = new LinkWindow(nowMs);
  }

  /** True while the peer is too slow for all that is sent. */
  get paced(): boolean {
    return this.#slices !== undefined || this.#roomy !== undefined;
  }

  /** About how long that many bytes take to reach the peer, ms: 0 while it keeps up. */
  takesMs(bytes: number): number {
    if (!this.paced) return 0;
    const { bytesPerSecond } = this.#slices ? this.#progress : this.#link;
    return (bytes * 1000) / Math.max(1, bytesPerSecond);
  }

  /** What has been taken and not been handed over yet. */
  get rest(): Buffer | undefined {
    return this.#slices?.rest;
  }

  /** True: another buffer may follow at once. False: this one is taken, and {@link tick} says when the next may come. */
  write(buffer: Buffer, now: () => number): boolean {
    if (!this.#slices && this.#untilLook-- > 0 && (this.#lookBy === Infinity || now() < this.#lookBy)) {
      if (this.#handOver(buffer)) return true;
      this.#untilLook = this.#lookAt = 0;
      this.busy = true;
      return false;
    }
    return this.#writeWithLook(buffer, now());
  }

  /** Look whether a busy flow may go on. False once the connection is closed. */
  tick(nowMs: number): boolean {
    if (!this.busy || nowMs < this.#lookAt) return true;
    if (!this.#look(nowMs)) return false;
    if (this.#slices && this.#isLinkToBlame(nowMs)) this.#trust();
    if (this.#slices ? this.#goesOn(this.#slices, nowMs) : this.#hasRoom(nowMs)) {
      this.busy = false;
      this.#handlers.ready();
    }
    return true;
  }

  #writeWithLook(buffer: Buffer, nowMs: number): boolean {
    if (!this.#slices && this.#look(nowMs) && this.#isSlowReader(nowMs)) this.#slice(nowMs);
    if (this.#slices) {
      this.#slices.take(buffer);
      this.#lookAt = 0;
      this.busy = true;
      return false;
    }
    const strict = this.#roomy !== undefined || this.#link.isLate(nowMs);
    const room = this.#link.bytes - this.#link.underWay;
    const handedOver = this.#handOver(buffer);
    if (!handedOver || (strict && buffer.length > room)) {
      if (strict) this.#roomy = 0;
      this.#untilLook = this.#lookAt = 0;
      this.busy = true;
      return false;
    }
    if (this.#roomy !== undefined && ++this.#roomy > ROOMY_WRITES) {
      this.#roomy = undefined;
      if (this.#pacing > 0) this.#port.pace(Infinity);
      this.#pacing = 0;
    }
    this.#untilLook = this.#looksEvery(buffer.length) - 1;
    return true;
  }

  #looksEvery(bytes: number): number {
    if (this.#lateSince !== undefined || this.#roomy !== undefined || this.#looksLeft-- > 0) return 1;
    this.#looksLeft = 0;
    return Math.min(WRITES_PER_LOOK, Math.ceil(BYTES_PER_LOOK / bytes));
  }

  #handOver(buffer: Buffer): boolean {
    this.#sinceLook += buffer.length;
    this.#lastBytes = buffer.length;
    return this.#port.write(buffer);
  }

  /** Ask the kernel how far the peer is. False once the connection is closed. */
  #look(nowMs: number): boolean {
    if (this.#sinceLook > 0) {
      this.#progress.wrote(this.#sinceLook - this.#lastBytes);
      this.#progress.wrote(this.#lastBytes);
      this.#sinceLook = 0;
    }
    const reading = this.#port.probe(this.#progress.written);
    if (!reading) return false;
    this.#link.observe(reading, this.#progress.written, nowMs);
    this.#lookBy = this.#link.dueMs;
    if (this.#roomy !== undefined && reading.minRttMs >= FAR_MS) this.#pace();
    const moved = this.#progress.observe(reading, nowMs);
    if (this.#progress.unread) {
      this.#lateSince ??= nowMs;
      this.#lateLooks++;
      this.#calmSince = undefined;
    } else {
      this.#lateSince = undefined;
      this.#lateLooks = 0;
      this.#calmSince ??= nowMs;
    }
    if (moved && this.busy) this.#handlers.progress();
    return true;
  }

  #pace(): void {
    const { pacing } = this.#link;
    if (pacing === 0 || Math.abs(pacing - this.#pacing) < PACING_STEP * pacing) return;
    this.#pacing = pacing;
    this.#port.pace(pacing);
  }

  #isSlowReader(nowMs: number): boolean {
    if (this.#lateSince === undefined) return false;
    // A newcomer has not shown yet that it ever keeps up. What fills a gap that a lost segment left comes all at once,
    // and is unread for a moment: one look, or two, say nothing.
    return this.#looksLeft > 0
      ? this.#lateLooks > 1
      : nowMs - this.#lateSince >= LATE_MS && this.#lateLooks >= LATE_LOOKS;
  }

  #hasRoom(nowMs: number): boolean {
    if (this.#isSlowReader(nowMs)) {
      this.#slice(nowMs);
      return false;
    }
    if (!this.#port.waiting && !this.#link.isFull) return true;
    if (this.#lateSince === undefined) this.#lookAt = nowMs + Math.min(LONGEST_WAIT_MS, this.#link.waitMs / 2);
    return false;
  }

  #goesOn(slices: Slices, nowMs: number): boolean {
    if (!slices.step(nowMs)) return false;
    if (slices.trusted || this.#outpaces()) this.#trust();
    return true;
  }

  #isLinkToBlame(nowMs: number): boolean {
    // A small buffer is full before much is unread, and then bytes wait here as well.
    if (this.#progress.taken > MOST_TAKEN) return false;
    return this.#calmSince !== undefined && nowMs - this.#calmSince >= CALM_MS && this.#link.isLate(nowMs);
  }

  /** True when the application reads all that the link brings it, and could read much more. */
  #outpaces(): boolean {
    const { feedback, unread, bytesPerSecond } = this.#progress;
    return feedback === "drained" && !unread && bytesPerSecond > OUTPACES * this.#link.bytesPerSecond;
  }

  #slice(nowMs: number): void {
    this.#port.onSlowReader(true);
    this.#slices = new Slices(this.#progress, (bytes) => void this.#port.write(bytes));
    this.#lookAt = 0;
    this.#progress.restart(nowMs);
  }

  /** The application reads all that it is given; from here the link alone decides. */
  #trust(): void {
    this.#port.onSlowReader(false);
    const rest = this.#slices?.rest;
    this.#slices = undefined;
    this.#roomy = 0;
    this.#looksLeft = FIRST_LOOKS;
    this.#untilLook = 0;
    if (rest) this.#handOver(rest);
  }
}
