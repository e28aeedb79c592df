import { peerAddress } from "#transport/peer-address.ts";
import type { Socket } from "node:net";
import { Telnet } from "@lightwell/wire/telnet/codes.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import { messageOf } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import { mayWatch, visibleChannels } from "#contract/visible.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import { Turns } from "#core/turns.ts";
import type { CloseReason, ViewerInfo } from "#core/viewer.ts";
import { Line } from "#transport/line.ts";
import type { Pacer } from "#transport/pacer.ts";
import { neighbour } from "./channel-choice.ts";
import { KeyReader, type Wish } from "./keys.ts";
import { Look } from "./look.ts";
import { Negotiation } from "./negotiation.ts";
import { HELP } from "./overlay.ts";
import { Presenter } from "./presenter.ts";
import { classicScreen, fullScreen, rawScreen, type ScreenWays } from "./screen.ts";

/** Without a word of Telnet for this long a peer is raw. */
const RAW_AFTER_MS = 400;
/** One that speaks it may take this long to tell what it is. */
const ASK_MS = 1500;
/** Words in the last row stay for this long. */
const NOTICE_MS = 2500;
/** How often a peer that has closed its side is looked for. */
const PROBE_EVERY_MS = 500;
/** A peer that has closed its side cannot say when it has seen enough: unless its last words did, this is it. */
const HALF_CLOSED_MS = 10_000;
const PROBE = Buffer.from("\x1b[0m");
/** People paste a token; what sends more than this in a second is no person. */
const MOST_INPUT_BYTES = 16 * 1024;

const words: Record<Exclude<CloseReason, "not-reading">, string> = {
  "channel-closed": "This channel has ended.",
  stalled: "This channel delivers no pictures at present.",
  shutdown: "The hub is closing.",
  replaced: "Another connection took this place.",
  forbidden: "You have been disconnected.",
};

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

/** One terminal: what it is, who is there, and what that one wants to see. */
export class Session {
  readonly #hub: SessionHub;
  readonly #name: string;
  readonly #remote: string;
  readonly #manner: Manner;
  readonly #line: Line;
  readonly #negotiation: Negotiation;
  readonly #keys: KeyReader;
  readonly #look: Look;
  readonly #presenter: Presenter;
  #phase: "asking" | "showing" | "ended" = "asking";
  #screen: ScreenWays = rawScreen;
  #channel: LiveChannel | undefined;
  #token: { readonly secret: string; identity: Identity } | undefined;
  #cancelAsking: Cancel | undefined;
  #cancelNotice: Cancel | undefined;
  #cancelProbe: Cancel | undefined;
  #cancelEnough: Cancel | undefined;
  readonly #turns = new Turns();
  #inputSecond = 0;
  #inputBytes = 0;

  constructor(hub: SessionHub, socket: Socket, { name, manner }: { name: string; manner: Manner }, gone: () => void) {
    this.#hub = hub;
    this.#manner = manner;
    this.#name = name;
    this.#remote = peerAddress(socket) ?? "-";
    this.#look = new Look(hub.fps, hub.classic);
    this.#keys = new KeyReader((wish) => this.#turns.take(() => this.#onWish(wish)));
    this.#negotiation = new Negotiation({
      answer: (bytes) => this.#line.answer(bytes),
      changed: () => this.#onTerminal(),
      marked: () => this.#presenter.onMarked(this.#intervalMs),
    });
    this.#line = new Line(hub.pacer, socket, {
      ready: () => this.#presenter.onReady(),
      progress: () => this.#presenter.onProgress(),
      gone: () => {
        this.#stop();
        gone();
      },
    });
    this.#presenter = new Presenter(hub.clock, this.#line, this.#look, {
      closed: (reason) => this.#onClosed(reason),
      mayWatch: (channel) => mayWatch(hub.access, this.#identity, channel),
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

  /** Whether it has been told to go; its last bytes may still be on their way. */
  get ended(): boolean {
    return this.#phase === "ended";
  }

  /** What the picture is drawn with, for metrics. */
  get drawnWith(): string {
    return this.#look.rung.name;
  }

  /** Give the screen back, say something and end the connection. */
  leave(message = ""): void {
    if (this.#phase === "ended") return;
    const back = this.#phase === "showing" ? this.#screen.leave(this.#look.rows) : Buffer.alloc(0);
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
      this.#token.identity = this.#hub.access.identifyToken(this.#token.secret, this.#remote);
      if (this.#channel) this.#hub.access.requireWatch(this.#token.identity, this.#channel);
    } catch (error) {
      this.leave(messageOf(error));
    }
  }

  get #talks(): boolean {
    return this.#manner === "telnet" && this.#phase !== "ended";
  }

  /** The time that a frame has. */
  get #intervalMs(): number {
    return 1000 / Math.max(1, Math.min(this.#hub.fps, this.#channel?.fps || this.#hub.fps));
  }

  #ask(): void {
    if (this.#manner === "classic") {
      this.#begin();
      return;
    }
    if (this.#manner === "telnet") {
      this.#negotiation.ask();
      this.#line.answer(Negotiation.questions);
      this.#presenter.marks.measure();
    }
    this.#cancelAsking = this.#hub.clock.after(RAW_AFTER_MS, () => {
      // What a busy hub has not read yet was still said in time: timers come before it, immediates after it.
      setImmediate(() => {
        if (this.#phase !== "asking") return;
        if (!this.#negotiation.answered) this.#begin();
        else this.#cancelAsking = this.#hub.clock.after(ASK_MS - RAW_AFTER_MS, () => this.#begin());
      });
    });
  }

  /** Take the screen over and show the first picture. */
  #begin(): void {
    if (this.#phase !== "asking") return;
    this.#phase = "showing";
    this.#cancelAsking?.();
    if (this.#manner === "classic") this.#screen = classicScreen;
    else if (this.#negotiation.hasTerminal) this.#screen = fullScreen;
    this.#look.setTerminal(this.#negotiation);
    this.#line.answer(this.#screen.enter);
    const first = this.#channel ?? this.#firstChannel();
    this.#channel = undefined;
    this.#choose(first);
  }

  #onTerminal(): void {
    if (this.#phase === "asking") {
      if (this.#negotiation.settled) this.#begin();
      return;
    }
    if (this.#phase !== "showing") return;
    const changed = this.#look.setTerminal(this.#negotiation);
    // It spoke late, over a link with a long way.
    const late = this.#screen === rawScreen && this.#negotiation.hasTerminal;
    if (late) {
      this.#screen = fullScreen;
      this.#line.answer(fullScreen.enter);
    }
    if (changed || late) this.#presenter.refresh({ clear: true });
  }

  #onCommand(code: number): void {
    if (code === Telnet.IP || code === Telnet.BRK || code === Telnet.AO) this.leave();
  }

  /** The peer sends no more. A script may still want to see; a terminal that is gone does not. */
  #onEnd(): void {
    if (this.#screen === fullScreen) this.leave();
    else if (this.#phase !== "ended") {
      // It changes nothing; but to one that is gone altogether only a write can fail.
      this.#cancelProbe ??= this.#hub.clock.every(PROBE_EVERY_MS, () => this.#line.answer(PROBE));
      this.#cancelEnough ??= this.#hub.clock.after(HALF_CLOSED_MS, () => this.leave());
    }
  }

  #onClosed(reason: CloseReason): void {
    if (reason === "not-reading") this.abort();
    else this.leave(words[reason]);
  }

  #onWish(wish: Wish): void {
    if (this.#phase === "ended") return;
    if (wish.type === "leave") this.leave();
    else if (wish.type === "token") {
      // It may have been made a moment ago, by the command line: it is looked up anew before it is wrong.
      const { secret } = wish;
      this.#turns.takeAfter(this.#hub.access.freshen(secret), () => this.#phase === "ended" || this.#onToken(secret));
    } else if (wish.type === "watch") this.#onWatch(wish);
    else if (this.#phase === "showing" && this.#manner !== "classic") this.#onKey(wish);
  }

  #onKey(wish: Wish): void {
    switch (wish.type) {
      case "next":
      case "previous":
        this.#choose(neighbour(this.#visible, this.#channel, wish.type === "next" ? 1 : -1));
        return;
      case "help":
        this.#cancelNotice?.();
        this.#look.overlay = this.#look.overlay === HELP ? undefined : HELP;
        this.#presenter.refresh();
        return;
      default:
        this.#look.wish(wish);
        this.#notice(this.#look.words);
    }
  }

  #onToken(secret: string): void {
    try {
      this.#token = { secret, identity: this.#hub.access.identifyToken(secret, this.#remote) };
    } catch (error) {
      this.#refuse(messageOf(error));
      return;
    }
    if (this.#phase !== "showing") return;
    if (this.#channel) this.#notice("this token is right: n and p show its channels too");
    else this.#choose(this.#firstChannel());
  }

  #onWatch({ channel: name, forMs }: Extract<Wish, { type: "watch" }>): void {
    const channel = this.#hub.channels.get(name);
    if (!channel || !mayWatch(this.#hub.access, this.#identity, channel)) {
      // Which private channels there are is nobody's business.
      this.#refuse(`there is no channel "${name.slice(0, 64)}" for you here`);
      return;
    }
    this.#choose(channel);
    this.#cancelEnough?.();
    this.#cancelEnough = forMs === undefined ? undefined : this.#hub.clock.after(forMs, () => this.leave());
    // A script has said all that it has to say.
    if (this.#phase === "asking" && !this.#negotiation.answered) this.#begin();
  }

  /** People read it and go on; for a script, or before there is a picture, it is the end. */
  #refuse(reason: string): void {
    if (this.#phase === "showing" && this.#screen === fullScreen) this.#notice(reason);
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
    const before = this.#channel;
    if (channel === before && channel) return;
    this.#channel = channel;
    if (this.#phase !== "showing") return;
    if (!channel) {
      this.#say("Lightwell has no channel to show yet.");
      return;
    }
    if (!channel.latest) this.#say(`${channel.name}: waiting for the first picture`);
    if (before) {
      this.#notice(`${channel.name}  ${this.#visible.indexOf(channel) + 1}/${this.#visible.length}`);
      this.#presenter.refresh({ channel });
    } else this.#presenter.show(channel, this.#info);
  }

  get #info(): ViewerInfo {
    const agent = this.#negotiation.terminal;
    return { output: "telnet", name: this.#name, remote: this.#remote, ...(agent !== undefined && { agent }) };
  }

  #notice(text: string): void {
    if (this.#manner === "classic") return;
    this.#cancelNotice?.();
    this.#look.overlay = { place: "line", lines: [text] };
    this.#cancelNotice = this.#hub.clock.after(NOTICE_MS, () => {
      this.#look.overlay = undefined;
      this.#presenter.refresh();
    });
    this.#presenter.refresh();
  }

  /** Words on a screen without a picture. */
  #say(text: string): void {
    if (this.#manner !== "classic") this.#line.answer(Buffer.from(`\x1b[0m\x1b[1;1H ${text}\x1b[K`));
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
    this.#cancelAsking?.();
    this.#cancelNotice?.();
    this.#cancelProbe?.();
    this.#cancelEnough?.();
    this.#presenter.stop();
  }
}
