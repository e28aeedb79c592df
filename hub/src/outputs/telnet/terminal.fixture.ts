import { connect, type Socket } from "node:net";
import { Telnet, TelnetOption, TerminalType } from "@lightwell/wire/telnet/codes.ts";
import { negotiation, terminalType, windowSize } from "@lightwell/wire/telnet/encode.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import { until } from "../../testing/wait.ts";

/** The cells of a terminal that knows synchronised updates, as far as the hub writes to one. */
export class Screen {
  readonly cols: number;
  readonly rows: number;
  /** Private modes that are set now (25 is the cursor, set at first). */
  readonly modes = new Set(["7", "25"]);
  /** Whole synchronised updates so far. */
  updates = 0;
  readonly #cells: string[][];
  /** What was to be seen before the update that is under way: bytes arrive in pieces of any size. */
  #before: string[] | undefined;
  #x = 0;
  #y = 0;
  #rest = "";
  readonly #decoder = new TextDecoder();

  constructor(cols: number, rows: number) {
    this.cols = cols;
    this.rows = rows;
    this.#cells = Array.from({ length: rows }, () => Array<string>(cols).fill(" "));
  }

  /** What is to be seen: a frame whole, or the one before it. */
  get lines(): string[] {
    return this.#before ?? this.#cells.map((row) => row.join(""));
  }

  get text(): string {
    return this.lines.join("\n");
  }

  write(bytes: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    // A sequence whose end has not come yet waits for it.
    const whole = text.replace(/\x1b(\[[0-9;?]*)?$/, "");
    this.#rest = text.slice(whole.length);
    for (const [, parameters, final, other, glyph] of whole.matchAll(/\x1b\[([0-9;?]*)([@-~])|(\x1b[^[])|([^])/gu)) {
      if (final !== undefined) this.#sequence(parameters ?? "", final);
      else if (other === undefined && glyph !== undefined) this.#put(glyph);
    }
  }

  #sequence(parameters: string, final: string): void {
    const [a = Number.NaN, b = Number.NaN] = parameters
      .split(";")
      .map((text) => (text === "" ? Number.NaN : Number(text)));
    switch (final) {
      case "H":
        [this.#y, this.#x] = [(a || 1) - 1, (b || 1) - 1];
        return;
      case "C":
        this.#x += a || 1;
        return;
      case "J":
        for (const row of this.#cells) row.fill(" ");
        return;
      case "K":
        this.#cells[this.#y]?.fill(" ", this.#x);
        return;
      case "h":
        if (parameters === "?2026") this.#before = this.lines;
        this.modes.add(parameters.slice(1));
        return;
      case "l":
        this.modes.delete(parameters.slice(1));
        if (parameters !== "?2026") return;
        this.#before = undefined;
        this.updates++;
    }
  }

  #put(glyph: string): void {
    if (glyph === "\r") this.#x = 0;
    else if (glyph === "\n") this.#y = Math.min(this.rows - 1, this.#y + 1);
    else if (glyph >= " ") {
      const row = this.#cells[this.#y];
      if (row && this.#x < this.cols) row[this.#x] = glyph;
      this.#x++;
    }
  }
}

export interface ClientSettings {
  readonly cols?: number;
  readonly rows?: number;
  /** Name of the terminal; undefined: a raw peer that knows no Telnet. */
  readonly type?: string;
  /** Whether timing marks are answered. */
  readonly marks?: boolean;
  /** Sent first. */
  readonly says?: string;
}

/** A client over a real socket: a Telnet with a terminal, or a raw one. */
export class TerminalClient {
  readonly socket: Socket;
  readonly screen: Screen;
  /** All bytes as they came. */
  readonly received: Buffer[] = [];
  readonly closed: Promise<void>;
  marks = true;
  /** Timing marks that were not answered. */
  owed = 0;
  readonly #settings: ClientSettings;

  constructor(port: number, settings: ClientSettings = {}) {
    const { cols = 80, rows = 24, type, marks = true, says } = settings;
    this.#settings = settings;
    this.marks = marks;
    this.screen = new Screen(cols, rows);
    this.socket = connect({ port, host: "127.0.0.1" });
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    this.socket.on("error", () => undefined);
    const parser = new TelnetParser({
      data: (bytes) => this.screen.write(bytes),
      negotiation: (verb, option) => type !== undefined && this.#onNegotiation(verb, option),
      subnegotiation: (option, bytes) => {
        if (option === TelnetOption.TTYPE && bytes[0] === TerminalType.SEND) this.send(terminalType(type ?? ""));
      },
    });
    this.socket.on("data", (bytes: Buffer) => {
      this.received.push(bytes);
      parser.feed(bytes);
    });
    if (says !== undefined) this.send(Buffer.from(says));
  }

  /** Everything that came, as text with every byte as it is. */
  get bytes(): string {
    return Buffer.concat(this.received).toString("latin1");
  }

  send(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** Say that the oldest timing mark was reached. */
  answerMark(): void {
    this.owed--;
    this.send(negotiation(Telnet.WILL, TelnetOption.TIMING_MARK));
  }

  resize(cols: number, rows: number): void {
    this.send(windowSize(cols, rows));
  }

  shows(what: string | RegExp): Promise<unknown> {
    return until(`the screen shows ${what}`, () =>
      typeof what === "string" ? this.screen.text.includes(what) : what.test(this.screen.text),
    );
  }

  #onNegotiation(verb: number, option: number): void {
    const { cols = 80, rows = 24 } = this.#settings;
    if (verb === Telnet.WILL) {
      this.send(negotiation(Telnet.DO, option));
    } else if (verb === Telnet.DO && option === TelnetOption.TIMING_MARK) {
      this.owed++;
      if (this.marks) this.answerMark();
    } else if (verb === Telnet.DO && option === TelnetOption.NAWS) {
      this.send(negotiation(Telnet.WILL, option));
      this.send(windowSize(cols, rows));
    } else if (verb === Telnet.DO) {
      this.send(negotiation(option === TelnetOption.TTYPE ? Telnet.WILL : Telnet.WONT, option));
    }
  }
}
