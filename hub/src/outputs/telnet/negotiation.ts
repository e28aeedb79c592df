import { Telnet, TelnetOption, TerminalType, type Verb } from "@lightwell/wire/telnet/codes.ts";
import { negotiation, subnegotiation } from "@lightwell/wire/telnet/encode.ts";

const { WILL, WONT, DO, DONT } = Telnet;
const { BINARY, ECHO, SGA, TIMING_MARK, TTYPE, NAWS } = TelnetOption;

/** `asked`: we proposed it and wait. An option that was refused stays refused and is not answered again. */
type OptionState = "off" | "asked" | "on" | "refused";

/** Changes of options that one connection gets answers to; a peer that has more is a loop. */
const MOST_ANSWERS = 100;
const LONGEST_NAME = 40;

export interface NegotiationHandlers {
  /** Bytes for the peer. */
  answer(bytes: Uint8Array): void;
  /** Something of {@link Negotiation} has changed. */
  changed(): void;
  /** The peer has come to our timing mark: all that was sent before it has been read. */
  marked(): void;
}

/**
 * The server's side of Telnet negotiation (RFC 854, 1143 in short): it asks for the terminal's type and size and for
 * single keys, and answers only changes, so that two servers, or a hostile peer, cannot keep each other busy.
 */
export class Negotiation {
  /** Whether the peer has ever said a word of Telnet. */
  answered = false;
  /** Name of the terminal, lower case; undefined until it is told. */
  terminal: string | undefined;
  /** Cells of the window as they were told; 0: the peer does not know. */
  size: { readonly cols: number; readonly rows: number } | undefined;
  readonly #handlers: NegotiationHandlers;
  readonly #ours = new Map<number, OptionState>();
  readonly #theirs = new Map<number, OptionState>();
  #answers = 0;

  constructor(handlers: NegotiationHandlers) {
    this.#handlers = handlers;
  }

  /** Single keys, no local echo, terminal type, window size; and a timing mark, which every Telnet answers. */
  static readonly questions: Uint8Array = Buffer.concat([
    negotiation(WILL, ECHO),
    negotiation(WILL, SGA),
    negotiation(DO, TTYPE),
    negotiation(DO, NAWS),
    negotiation(DO, TIMING_MARK),
  ]);

  /** To be called when {@link questions} are sent. */
  ask(): void {
    for (const option of [ECHO, SGA]) this.#ours.set(option, "asked");
    for (const option of [TTYPE, NAWS]) this.#theirs.set(option, "asked");
  }

  /** True once the peer has told or refused its terminal's type and size. */
  get settled(): boolean {
    const refused = (option: number) => this.#theirs.get(option) === "refused";
    return (this.terminal !== undefined || refused(TTYPE)) && (this.size !== undefined || refused(NAWS));
  }

  /** Whether there is a terminal behind the peer, as opposed to a program that merely speaks Telnet. */
  get hasTerminal(): boolean {
    // curl has neither a name nor a size, and says so with an empty one and zeros.
    return Boolean(this.terminal) || Boolean(this.size?.cols && this.size.rows);
  }

  onNegotiation(verb: Verb, option: number): void {
    this.answered = true;
    if (option === TIMING_MARK) this.#onTimingMark(verb);
    else if (verb === WILL || verb === WONT) this.#onTheirs(option, verb === WILL);
    else this.#onOurs(option, verb === DO);
    this.#handlers.changed();
  }

  onSubnegotiation(option: number, bytes: Uint8Array): void {
    this.answered = true;
    if (option === NAWS && bytes.length === 4) {
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      this.size = { cols: (a << 8) | b, rows: (c << 8) | d };
    } else if (option === TTYPE && bytes[0] === TerminalType.IS && this.terminal === undefined) {
      this.terminal = nameOf(bytes.subarray(1));
    } else {
      return;
    }
    this.#handlers.changed();
  }

  /** RFC 860: either answer to DO means that the mark was reached. A peer that asks for a mark gets one. */
  #onTimingMark(verb: Verb): void {
    if (verb === WILL || verb === WONT) this.#handlers.marked();
    else if (verb === DO) this.#answer(negotiation(WILL, TIMING_MARK));
  }

  #onTheirs(option: number, on: boolean): void {
    const state = this.#theirs.get(option) ?? "off";
    if (!on) {
      this.#theirs.set(option, "refused");
      if (state === "on") this.#answer(negotiation(DONT, option));
      return;
    }
    if (state === "on") return;
    if (option !== TTYPE && option !== NAWS && option !== SGA && option !== BINARY) {
      this.#theirs.set(option, "refused");
      if (state === "off") this.#answer(negotiation(DONT, option));
      return;
    }
    this.#theirs.set(option, "on");
    if (state !== "asked") this.#answer(negotiation(DO, option));
    if (option === TTYPE && this.terminal === undefined) this.#answer(subnegotiation(TTYPE, [TerminalType.SEND]));
  }

  #onOurs(option: number, on: boolean): void {
    const state = this.#ours.get(option) ?? "off";
    if (!on) {
      this.#ours.set(option, "refused");
      if (state === "on") this.#answer(negotiation(WONT, option));
      return;
    }
    if (state === "on" || state === "refused") return;
    if (option === ECHO || option === SGA || option === BINARY) {
      this.#ours.set(option, "on");
      if (state !== "asked") this.#answer(negotiation(WILL, option));
    } else {
      this.#ours.set(option, "refused");
      this.#answer(negotiation(WONT, option));
    }
  }

  #answer(bytes: Uint8Array): void {
    if (++this.#answers <= MOST_ANSWERS) this.#handlers.answer(bytes);
  }
}

function nameOf(bytes: Uint8Array): string {
  const name = String.fromCharCode(...bytes.subarray(0, LONGEST_NAME)).toLowerCase();
  return name.replaceAll(/[^!-~]/g, "");
}
