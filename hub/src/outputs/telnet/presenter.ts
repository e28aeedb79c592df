import { Telnet, TelnetOption } from "@lightwell/wire/telnet/codes.ts";
import { negotiation } from "@lightwell/wire/telnet/encode.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { Viewer, type CloseReason, type Transport, type ViewerInfo } from "#core/viewer.ts";
import type { Line } from "#transport/line.ts";
import type { Look } from "./look.ts";
import { TimingMarks, type Answered } from "./timing-marks.ts";

/** Sizes and keys that come in a burst act once. */
const SETTLE_MS = 60;
/** A whole screen that takes this long says enough of the link, although it takes about this many times what a change does. */
const HOPELESS_MS = 4000;
const WHOLE_TAKES = 4;
const MARK = negotiation(Telnet.DO, TelnetOption.TIMING_MARK);
const CLEAR = Buffer.from("\x1b[0m\x1b[2J");

/** A frame behind which a timing mark goes. */
interface Marked {
  /** Whose it was: of another look the present one learns nothing. */
  readonly viewer: Viewer | undefined;
  /** True for the first of a look, which is the whole screen: those to come take less. */
  readonly whole: boolean;
}

/** Shows one channel at a time on a terminal: a viewer of it, and how its frames go out. */
export class Presenter implements Transport {
  readonly marks: TimingMarks<Marked>;
  readonly #clock: Clock;
  readonly #line: Line;
  readonly #look: Look;
  readonly #closed: (reason: CloseReason) => void;
  readonly #mayWatch: (channel: LiveChannel) => boolean;
  #info: ViewerInfo = { output: "telnet", name: "", remote: "" };
  #channel: LiveChannel | undefined;
  #viewer: Viewer | undefined;
  /** What the screen shows; undefined: whatever was there before. */
  #shown: Frame | undefined;
  /** A frame that came while an answer was on its way. */
  #held: Frame | undefined;
  #clearFirst = false;
  #attachDue = false;
  #cancelAttach: Cancel | undefined;

  /** `closed`: the channel has let go of this terminal. `mayWatch`: asked when a channel becomes private. */
  constructor(
    clock: Clock,
    line: Line,
    look: Look,
    {
      closed,
      mayWatch,
    }: { readonly closed: (reason: CloseReason) => void; readonly mayWatch: (channel: LiveChannel) => boolean },
  ) {
    this.#clock = clock;
    this.#line = line;
    this.#look = look;
    this.#closed = closed;
    this.#mayWatch = mayWatch;
    this.marks = new TimingMarks(clock);
  }

  /** Show this channel from now on. */
  show(channel: LiveChannel, info: ViewerInfo): void {
    this.#channel = channel;
    this.#info = info;
    this.#attach();
  }

  /** The look has changed, or with a channel what is to be seen: show it, when no more changes follow at once. */
  refresh({ channel = this.#channel, clear = false }: { channel?: LiveChannel | undefined; clear?: boolean } = {}) {
    this.#channel = channel;
    this.#clearFirst ||= clear;
    this.#cancelAttach ??= this.#clock.after(SETTLE_MS, () => {
      this.#cancelAttach = undefined;
      this.#attach();
    });
  }

  /** A peer that answers marks says when it had a frame. */
  get acknowledged(): boolean {
    return this.marks.usable;
  }

  hasRoom(): boolean {
    return !this.#line.busy && !this.#held && !this.#attachDue && this.marks.hasRoom;
  }

  mayStay(): boolean {
    return this.#channel !== undefined && this.#mayWatch(this.#channel);
  }

  stop(): void {
    this.#cancelAttach?.();
    this.#channel = this.#held = this.#shown = undefined;
    this.#viewer?.detach();
    this.#viewer = undefined;
  }

  send(frame: Frame): boolean {
    if (this.#line.busy) {
      this.#held = frame;
      return false;
    }
    const whole = this.#shown === undefined;
    const bytes = this.#look.bytes(frame, this.#shown);
    this.#shown = frame;
    const ageMs = this.#clock.now() - frame.capturedAt;
    if (bytes.length === 0) {
      this.#viewer?.reportAge(ageMs);
      return this.marks.hasRoom;
    }
    if (this.#viewer) this.#viewer.bytes += bytes.length;
    if (!this.marks.usable) return this.#line.frame(bytes);
    const before = this.marks.shouldMeasure;
    if (before) this.marks.measure();
    this.marks.follow({ viewer: this.#viewer, whole }, { bytes: bytes.length, ageMs });
    // With its mark in one write: two take a packet each, and the system more time than the copy does.
    return this.#line.frame(Buffer.concat(before ? [MARK, bytes, MARK] : [bytes, MARK])) && this.marks.hasRoom;
  }

  close(reason: CloseReason): void {
    this.#closed(reason);
  }

  /** The peer has read some. */
  onProgress(): void {
    this.#viewer?.progress();
  }

  /** The line is free again. */
  onReady(): void {
    const held = this.#held;
    if (held) {
      this.#held = undefined;
      if (!this.#attachDue && !this.send(held)) return;
    }
    this.#goOn();
  }

  /** The peer has come to a timing mark; frames should take no longer than `intervalMs` each. */
  onMarked(intervalMs: number): void {
    const answered = this.marks.answer();
    if (answered) {
      this.#viewer?.progress();
      this.#viewer?.reportAge(answered.ageMs);
      // As soon as there is room: another frame of the old kind would be late too.
      if (this.#observe(answered, intervalMs)) this.#attachDue = true;
    }
    this.#goOn();
  }

  #observe({ behind: { viewer, whole }, tookMs }: Answered<Marked>, intervalMs: number): boolean {
    if (viewer !== this.#viewer || this.#attachDue || (whole && tookMs < HOPELESS_MS)) return false;
    return this.#look.observe(this.#clock.monotonic(), whole ? tookMs / WHOLE_TAKES : tookMs, intervalMs);
  }

  /** Follow what the terminal is to show now; when a frame is on its way, then. */
  #attach(): void {
    const channel = this.#channel;
    if (!channel) return;
    if (this.#line.busy || this.#held || !this.marks.hasRoom) {
      // The old viewer stays until then, so that one that never reads is found out.
      this.#attachDue = true;
      return;
    }
    this.#attachDue = false;
    this.#shown = undefined;
    if (this.#clearFirst) this.#line.answer(CLEAR);
    this.#clearFirst = false;
    const drawn = this.#look.of(channel);
    const before = this.#viewer;
    this.#viewer = new Viewer(drawn, this.#clock, this.#info, this);
    drawn.add(this.#viewer);
    // Last, so that what both are drawn from goes on.
    before?.detach();
  }

  #goOn(): void {
    if (this.#line.busy || !this.marks.hasRoom) return;
    if (this.#attachDue) this.#attach();
    else this.#viewer?.ready();
  }
}
