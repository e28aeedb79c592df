import type { Socket } from "node:net";
import { Telnet, TelnetOption } from "@lightwell/wire/telnet/codes.ts";
import { negotiation as negotiationBytes } from "@lightwell/wire/telnet/encode.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import { messageOf } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import { Viewer, type CloseReason, type Transport } from "#core/viewer.ts";
import type { Pacer } from "#transport/pacer.ts";
import { mayWatch, neighbour, visibleChannels } from "./channel-choice.ts";
import { KeyReader, type Wish } from "./keys.ts";
import { Line } from "./line.ts";
import { Look } from "./look.ts";
import { Negotiation } from "./negotiation.ts";
import { HELP } from "./overlay.ts";
import { classicScreen, fullScreen, rawScreen, type ScreenWays } from "./screen.ts";
import { TimingMarks } from "./timing-marks.ts";

/** Without a word of Telnet for so long a peer is raw. */
const RAW_AFTER_MS = 400;
/** One that speaks it may take so long to tell what it is. */
const ASK_MS = 1500;
/** Words in the last row stay for so long. */
const NOTICE_MS = 2500;
/** Sizes and keys that come in a burst act once. */
const SETTLE_MS = 60;
/** People paste a token; who sends more than this in a second is no person. */
const MOST_INPUT_BYTES = 16 * 1024;

const words: Record<Exclude<CloseReason, "not-reading">, string> = {
  "channel-closed": "This channel has ended.",
  stalled: "This channel delivers no pictures at present.",
  shutdown: "The hub is closing.",
  replaced: "Another connection took this place.",
  forbidden: "You have been disconnected.",
};

const MARK = negotiationBytes(Telnet.DO, TelnetOption.TIMING_MARK);

/** What a session uses of the hub. */
export interface SessionHub {
  readonly channels: Channels;
  readonly access: Access;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly fps: number;
  readonly defaultChannel: string | undefined;
  /** Draws channels as the original streamer did; undefined: the default renderer. */
  readonly classic: Look["classic"];
}

/** `telnet` is asked what it is; `raw` never gets a byte of Telnet; `classic` is served as the original did. */
export type Manner = "telnet" | "raw" | "classic";

/** One terminal: what it is, what it wants to see, and a viewer of that. */
export class Session implements Transport {
  readonly name: string;
  readonly remote: string;
  readonly #hub: SessionHub;
  readonly #manner: Manner;
  readonly #line: Line;
  readonly #negotiation: Negotiation;
  readonly #marks: TimingMarks;
  readonly #keys: KeyReader;
  readonly #look: Look;
  #phase: "asking" | "showing" | "ended" = "asking";
  #ways: ScreenWays = rawScreen;
  #channel: LiveChannel | undefined;
  #viewer: Viewer | undefined;
  #token: { readonly secret: string; identity: Identity } | undefined;
  /** What the screen shows; undefined: whatever was there before. */
  #shown: Frame | undefined;
  /** A frame that came while an answer was on its way. */
  #held: Frame | undefined;
  #markDue: Frame | undefined;
  #clearFirst = false;
  #attachDue = false;
  #cancelAsking: Cancel | undefined;
  #cancelAttach: Cancel | undefined;
  #cancelNotice: Cancel | undefined;
  #inputSecond = 0;
  #inputBytes = 0;

  constructor(hub: SessionHub, socket: Socket, { name, manner }: { name: string; manner: Manner }, gone: () => void) {
    this.#hub = hub;
    this.#manner = manner;
    this.name = name;
    this.remote = socket.remoteAddress ?? "-";
    this.#marks = new TimingMarks(hub.clock);
    this.#look = new Look(hub.fps, hub.classic);
    this.#keys = new KeyReader((wish) => this.#onWish(wish));
    this.#negotiation = new Negotiation({
      answer: (bytes) => this.#line.answer(bytes),
      changed: () => this.#onTerminal(),
      marked: () => this.#onMarked(),
    });
    this.#line = new Line(hub.pacer, socket, {
      ready: () => this.#onReady(),
      progress: () => this.#viewer?.progress(),
      gone: () => {
        this.#stop();
        gone();
      },
    });
    const parser = new TelnetParser({
      data: (bytes) => this.#keys.feed(bytes),
      negotiation: (verb, option) => this.#talks && this.#negotiation.onNegotiation(verb, option),
      subnegotiation: (option, bytes) => this.#talks && this.#negotiation.onSubnegotiation(option, bytes),
      command: (code) => this.#onCommand(code),
    });
    socket.on("data", (bytes: Buffer) => {
      if (this.#mayRead(bytes.length)) parser.feed(bytes);
    });
    socket.on("end", () => this.#onEnd());
    this.#ask();
  }

  /** What the picture is drawn with, for metrics. */
  get drawnWith(): string {
    return this.#look.rung.name;
  }

  send(frame: Frame): boolean {
    if (this.#line.busy) {
      this.#held = frame;
      return false;
    }
    const bytes = this.#look.bytes(frame, this.#shown);
    this.#shown = frame;
    if (bytes.length === 0) return this.#marks.mayGoOn;
    if (this.#viewer) this.#viewer.bytes += bytes.length;
    const free = this.#line.frame(bytes);
    if (this.#marks.usable && !this.#marks.underWay) {
      this.#markDue = frame;
      if (free) this.#sendMark();
    }
    return !this.#line.busy && this.#marks.mayGoOn;
  }

  close(reason: CloseReason): void {
    if (reason === "not-reading") {
      this.#stop();
      this.#line.abort();
    } else this.leave(words[reason]);
  }

  /** Give the screen back, say something and end the connection. */
  leave(message = ""): void {
    if (this.#phase === "ended") return;
    const back = this.#phase === "showing" ? this.#ways.leave(this.#look.rows) : Buffer.alloc(0);
    this.#stop();
    this.#line.end(Buffer.concat([back, Buffer.from(message && `${message}\r\n`)]));
  }

  abort(): void {
    this.#stop();
    this.#line.abort();
  }

  /** A channel was opened: perhaps what this terminal waits for. */
  onChannelAdded(): void {
    if (this.#phase === "showing" && !this.#channel) this.#choose(this.#firstChannel());
  }

  /** Every few seconds: rights that were taken away. */
  checkRights(): void {
    if (this.#phase === "ended" || !this.#token) return;
    try {
      this.#token.identity = this.#hub.access.identifyToken(this.#token.secret, this.remote);
      if (this.#channel) this.#hub.access.requireWatch(this.#token.identity, this.#channel);
    } catch (error) {
      this.leave(messageOf(error));
    }
  }

  get #talks(): boolean {
    return this.#manner === "telnet" && this.#phase !== "ended";
  }

  #ask(): void {
    if (this.#manner === "classic") {
      this.#begin();
      return;
    }
    if (this.#manner === "telnet") {
      this.#negotiation.ask();
      this.#line.answer(Negotiation.questions);
      this.#marks.send(undefined);
    }
    this.#cancelAsking = this.#hub.clock.after(RAW_AFTER_MS, () => {
      if (!this.#negotiation.answered) this.#begin();
      else this.#cancelAsking = this.#hub.clock.after(ASK_MS - RAW_AFTER_MS, () => this.#begin());
    });
  }

  /** Take the screen over and show the first picture. */
  #begin(): void {
    if (this.#phase !== "asking") return;
    this.#phase = "showing";
    this.#cancelAsking?.();
    this.#ways = this.#waysOf();
    this.#look.setTerminal(this.#negotiation);
    this.#line.answer(this.#ways.enter);
    if (this.#channel) this.#attach();
    else this.#choose(this.#firstChannel());
  }

  #waysOf(): ScreenWays {
    if (this.#manner === "classic") return classicScreen;
    return this.#negotiation.hasTerminal ? fullScreen : rawScreen;
  }

  #onTerminal(): void {
    if (this.#phase === "asking") {
      if (this.#negotiation.settled) this.#begin();
      return;
    }
    if (this.#phase !== "showing") return;
    if (!this.#look.setTerminal(this.#negotiation)) return;
    // It spoke late, over a link with a long way.
    if (this.#ways === rawScreen && this.#negotiation.hasTerminal) {
      this.#ways = fullScreen;
      this.#line.answer(fullScreen.enter);
    }
    this.#clearFirst = true;
    this.#attachSoon();
  }

  #onCommand(code: number): void {
    if (code === Telnet.IP || code === Telnet.BRK || code === Telnet.AO) this.leave();
  }

  /** The peer sends no more. A script may still want to see; a terminal that is gone does not. */
  #onEnd(): void {
    if (this.#ways === fullScreen || this.#phase === "ended") this.leave();
  }

  #onWish(wish: Wish): void {
    if (this.#phase === "ended") return;
    switch (wish.type) {
      case "leave":
        this.leave();
        return;
      case "token":
        this.#onToken(wish.secret);
        return;
      case "watch":
        this.#onWatch(wish.channel);
        return;
    }
    if (this.#phase !== "showing") return;
    switch (wish.type) {
      case "next":
      case "previous":
        this.#choose(neighbour(this.#visible, this.#channel, wish.type === "next" ? 1 : -1));
        return;
      case "help":
        this.#cancelNotice?.();
        this.#look.overlay = this.#look.overlay === HELP ? undefined : HELP;
        this.#attachSoon();
        return;
      default:
        this.#look.wish(wish);
        this.#notice(this.#look.words);
    }
  }

  #onToken(secret: string): void {
    try {
      this.#token = { secret, identity: this.#hub.access.identifyToken(secret, this.remote) };
    } catch (error) {
      this.#refuse(messageOf(error));
      return;
    }
    if (this.#phase !== "showing") return;
    if (this.#channel) this.#notice("this token is right: n and p show its channels too");
    else this.#choose(this.#firstChannel());
  }

  #onWatch(name: string): void {
    const channel = this.#hub.channels.get(name);
    if (!channel || !mayWatch(this.#hub.access, this.#identity, channel)) {
      // Which private channels there are is nobody's business.
      this.#refuse(`there is no channel "${name.slice(0, 64)}" for you here`);
      return;
    }
    this.#choose(channel);
    // A script has said all that it has to say.
    if (this.#phase === "asking" && !this.#negotiation.answered) this.#begin();
  }

  /** People read it and go on; for a script, or before there is a picture, it is the end. */
  #refuse(reason: string): void {
    if (this.#phase === "showing" && this.#ways === fullScreen) this.#notice(reason);
    else this.leave(reason);
  }

  get #identity(): Identity | undefined {
    return this.#token?.identity;
  }

  get #visible(): LiveChannel[] {
    return visibleChannels(this.#hub.channels, this.#hub.access, this.#identity);
  }

  #firstChannel(): LiveChannel | undefined {
    const visible = this.#visible;
    return visible.find(({ name }) => name === this.#hub.defaultChannel) ?? visible[0];
  }

  #choose(channel: LiveChannel | undefined): void {
    if (channel === this.#channel && channel) return;
    const before = this.#channel;
    this.#channel = channel;
    if (this.#phase !== "showing") return;
    if (!channel) this.#say("Lightwell has no channel to show yet.");
    else if (before) this.#notice(`${channel.name}  ${this.#visible.indexOf(channel) + 1}/${this.#visible.length}`);
    else this.#attachSoon();
  }

  #notice(text: string): void {
    if (this.#manner === "classic") return;
    this.#cancelNotice?.();
    this.#look.overlay = { place: "line", lines: [text] };
    this.#cancelNotice = this.#hub.clock.after(NOTICE_MS, () => {
      this.#look.overlay = undefined;
      this.#attachSoon();
    });
    this.#attachSoon();
  }

  /** Words on a screen without a picture. */
  #say(text: string): void {
    if (this.#manner !== "classic") this.#line.answer(Buffer.from(`\x1b[0m\x1b[1;1H ${text}\x1b[K`));
  }

  #attachSoon(): void {
    this.#cancelAttach ??= this.#hub.clock.after(SETTLE_MS, () => {
      this.#cancelAttach = undefined;
      this.#attach();
    });
  }

  /** Follow what the terminal is to show now; when a frame is on its way, then. */
  #attach(): void {
    const channel = this.#channel;
    if (this.#phase !== "showing" || !channel) return;
    if (this.#line.busy || this.#held) {
      // The old viewer stays until then, so that one that never reads is found out.
      this.#attachDue = true;
      return;
    }
    this.#attachDue = false;
    this.#shown = undefined;
    if (this.#clearFirst) this.#line.answer(Buffer.from("\x1b[0m\x1b[2J"));
    this.#clearFirst = false;
    const agent = this.#negotiation.terminal;
    const info = { output: "telnet", name: this.name, remote: this.remote, ...(agent !== undefined && { agent }) };
    const drawn = this.#look.of(channel);
    const before = this.#viewer;
    this.#viewer = new Viewer(drawn, this.#hub.clock, info, this);
    drawn.add(this.#viewer);
    // Last, so that what both are drawn from goes on.
    before?.detach();
    if (!channel.latest) this.#say(`${channel.name}: waiting for the first picture`);
  }

  /** The line is free again. */
  #onReady(): void {
    const mark = this.#markDue;
    if (mark) {
      this.#sendMark();
      if (this.#line.busy) return;
    }
    const held = this.#held;
    if (held) {
      this.#held = undefined;
      if (!this.#attachDue && !this.send(held)) return;
    }
    this.#goOn();
  }

  #goOn(): void {
    if (this.#line.busy || this.#phase !== "showing") return;
    if (this.#attachDue) this.#attach();
    else if (this.#marks.mayGoOn) this.#viewer?.ready();
  }

  #sendMark(): void {
    const frame = this.#markDue;
    this.#markDue = undefined;
    this.#marks.send(frame);
    this.#line.answer(MARK);
  }

  #onMarked(): void {
    const marked = this.#marks.answer();
    if (!marked) return;
    const { frame, tookMs } = marked;
    const { clock, fps } = this.#hub;
    if (frame && this.#viewer && this.#channel) {
      this.#viewer.progress();
      const intervalMs = 1000 / Math.max(1, Math.min(fps, this.#channel.fps || fps));
      // At once: another frame of the old kind would be late too.
      if (this.#look.observe(clock.monotonic(), tookMs, intervalMs)) this.#attachDue = true;
    }
    this.#goOn();
    // After `ready`, which knows only when the bytes had left.
    if (frame) this.#viewer?.reportAge(clock.now() - frame.capturedAt);
  }

  #mayRead(bytes: number): boolean {
    if (this.#phase === "ended") return false;
    const second = Math.floor(this.#hub.clock.monotonic() / 1000);
    if (second !== this.#inputSecond) this.#inputBytes = 0;
    this.#inputSecond = second;
    this.#inputBytes += bytes;
    if (this.#inputBytes <= MOST_INPUT_BYTES) return true;
    this.abort();
    return false;
  }

  #stop(): void {
    this.#phase = "ended";
    for (const cancel of [this.#cancelAsking, this.#cancelAttach, this.#cancelNotice]) cancel?.();
    this.#held = this.#markDue = this.#shown = undefined;
    this.#viewer?.detach();
    this.#viewer = undefined;
  }
}
