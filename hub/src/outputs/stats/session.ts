import { peerAddress } from "#transport/peer-address.ts";
import type { Socket } from "node:net";
import { Telnet, TelnetOption } from "@lightwell/wire/telnet/codes.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import { messageOf } from "#contract/errors.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Board, Size } from "./board.ts";

const COMMON: Size = { cols: 80, rows: 24 };
const LEAST: Size = { cols: 40, rows: 20 };
const MOST: Size = { cols: 200, rows: 120 };
const LONGEST_LINE = 256;
const TOKEN_WITHIN_MS = 30_000;

/** Begins a line that is no keys. */
const TOKEN = "token ";

const CLEAR = "\x1b[0m\x1b[2J";
const ENTER = `\x1b[?1049h\x1b[?25l\x1b[?7l${CLEAR}`;
const LEAVE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

/** What a session needs. */
export interface SessionHub {
  readonly board: Board;
  readonly clock: Clock;
  /** Rejects, with words for people, unless the token is an operator's. Undefined: none is needed. */
  readonly checkToken: ((token: string, remote: string) => Promise<void>) | undefined;
}

/** One who watches the figures: over plain TCP, as `nc` or a `telnet` that is asked nothing. */
export class Session {
  readonly #socket: Socket;
  readonly #hub: SessionHub;
  #size = COMMON;
  /** It has told its size, so it is a terminal whose program restores it. */
  #fullScreen = false;
  #shown: number | undefined;
  /** What is being typed while a token is asked for. */
  #line: string | undefined;
  /** The beginning of what is being typed otherwise. */
  #typed = "";
  #cancel: Cancel | undefined;
  #ended = false;

  constructor(socket: Socket, hub: SessionHub, gone: () => void) {
    this.#socket = socket;
    this.#hub = hub;
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#stop();
      gone();
    });
    const parser = new TelnetParser({
      data: (bytes) => this.#onKeys(bytes),
      subnegotiation: (option, bytes) => this.#onSubnegotiation(option, bytes),
      command: (code) => {
        if (code === Telnet.IP || code === Telnet.BRK || code === Telnet.AO) this.leave();
      },
    });
    socket.on("data", (bytes: Buffer) => {
      if (!this.#ended) parser.feed(bytes);
    });
    if (hub.checkToken) this.#askForToken();
    else this.#begin();
  }

  /** Give the screen back, say something and end the connection. */
  leave(message = ""): void {
    if (this.#ended) return;
    const back = this.#fullScreen ? LEAVE : this.#line === undefined ? `\x1b[0m\x1b[${this.#size.rows};1H\r\n` : "";
    this.#stop();
    this.#socket.end(`${back}${message && `${message}\r\n`}`);
  }

  abort(): void {
    this.#socket.destroy();
  }

  #askForToken(): void {
    this.#line = "";
    this.#cancel = this.#hub.clock.after(TOKEN_WITHIN_MS, () => this.leave("No token came."));
    this.#socket.write("This screen is for operators. Type: token <secret>\r\n");
  }

  #begin(): void {
    this.#cancel?.();
    this.#line = undefined;
    this.#socket.write(this.#fullScreen ? ENTER : CLEAR);
    this.#cancel = this.#hub.board.add(() => this.#refresh());
    this.#refresh();
  }

  #refresh(): void {
    // What has not been taken yet is not made older by more.
    if (this.#socket.writableLength > 0) {
      this.#shown = undefined;
      return;
    }
    const { number, whole, changes } = this.#hub.board.at(this.#size);
    const bytes = this.#shown !== undefined && this.#shown === number - 1 ? changes : whole;
    this.#shown = number;
    if (bytes.length > 0) this.#socket.write(bytes);
  }

  #onSubnegotiation(option: number, [a = 0, b = 0, c = 0, d = 0, ...rest]: Uint8Array): void {
    if (option !== TelnetOption.NAWS || rest.length > 0) return;
    const [cols, rows] = [(a << 8) | b || COMMON.cols, (c << 8) | d || COMMON.rows];
    this.#size = {
      cols: Math.min(MOST.cols, Math.max(LEAST.cols, cols)),
      rows: Math.min(MOST.rows, Math.max(LEAST.rows, rows)),
    };
    const entered = this.#fullScreen;
    this.#fullScreen = true;
    if (this.#line !== undefined) return;
    this.#socket.write(entered ? CLEAR : ENTER);
    this.#shown = undefined;
    this.#refresh();
  }

  #onKeys(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#ended) return;
      const key = String.fromCharCode(byte);
      if (byte === 0x03 || byte === 0x04) this.leave();
      else if (this.#line === undefined) this.#onKey(key);
      else if (byte === 0x0d || byte === 0x0a) this.#onLine(this.#line);
      else if (this.#line.length < LONGEST_LINE) this.#line += key;
    }
  }

  #onKey(key: string): void {
    if (key === "\r" || key === "\n") this.#typed = "";
    else if (this.#typed.length < TOKEN.length) this.#typed += key;
    // Clients tell the token that they have before they know whether one is wanted: its letters are no keys.
    if (/q/i.test(key) && !this.#typed.startsWith(TOKEN)) this.leave();
  }

  #onLine(line: string): void {
    this.#line = "";
    if (line.trim() === "") return;
    const token = /^token\s+(\S+)\s*$/.exec(line)?.[1];
    if (token === undefined) {
      this.leave("This is no token.");
      return;
    }
    this.#line = undefined;
    this.#hub.checkToken?.(token, peerAddress(this.#socket) ?? "-").then(
      () => this.#ended || this.#begin(),
      (error: unknown) => this.leave(messageOf(error)),
    );
  }

  #stop(): void {
    this.#ended = true;
    this.#cancel?.();
  }
}
