import { Telnet, type Verb } from "./codes.ts";

/** What comes out of a Telnet stream, in order. Byte arrays are valid during the call only. */
export interface TelnetHandlers {
  /** What was typed or printed; a doubled 255 has become one. */
  data(bytes: Uint8Array): void;
  negotiation?(verb: Verb, option: number): void;
  /** The bytes between `IAC SB option` and `IAC SE`. */
  subnegotiation?(option: number, bytes: Uint8Array): void;
  /** A command without an option: IP, BRK, AYT … */
  command?(code: number): void;
}

/** A longer sub-negotiation is dropped whole. */
export const MAX_SUBNEGOTIATION_BYTES = 256;

type State = "data" | "command" | "option" | "sub-option" | "sub" | "sub-command";

/**
 * Takes a Telnet stream apart (RFC 854, 855), cut into packets anywhere. It holds at most one sub-negotiation, never
 * throws and never answers.
 */
export class TelnetParser {
  readonly #handlers: TelnetHandlers;
  readonly #sub = new Uint8Array(MAX_SUBNEGOTIATION_BYTES);
  #subLength = 0;
  #state: State = "data";
  #verb: Verb = Telnet.WILL;
  #option = 0;

  constructor(handlers: TelnetHandlers) {
    this.#handlers = handlers;
  }

  feed(bytes: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (this.#state === "data") {
        if (byte !== Telnet.IAC) continue;
        if (at > from) this.#handlers.data(bytes.subarray(from, at));
        this.#state = "command";
        continue;
      }
      // A doubled 255 is data, and so is what follows it.
      from = this.#state === "command" && byte === Telnet.IAC ? at : at + 1;
      this.#step(byte);
    }
    if (this.#state === "data" && from < bytes.length) this.#handlers.data(bytes.subarray(from));
  }

  #step(byte: number): void {
    switch (this.#state) {
      case "command":
        this.#onCommand(byte);
        return;
      case "option":
        this.#state = "data";
        this.#handlers.negotiation?.(this.#verb, byte);
        return;
      case "sub-option":
        this.#option = byte;
        this.#subLength = 0;
        this.#state = "sub";
        return;
      case "sub":
        if (byte === Telnet.IAC) this.#state = "sub-command";
        else this.#keep(byte);
        return;
      case "sub-command":
        if (byte === Telnet.IAC) {
          this.#state = "sub";
          this.#keep(byte);
          return;
        }
        if (byte === Telnet.SE) {
          this.#state = "data";
          if (this.#subLength <= MAX_SUBNEGOTIATION_BYTES)
            this.#handlers.subnegotiation?.(this.#option, this.#sub.subarray(0, this.#subLength));
          return;
        }
        // No end, but another command: the peer has forgotten the end.
        this.#onCommand(byte);
    }
  }

  #onCommand(byte: number): void {
    switch (byte) {
      case Telnet.WILL:
      case Telnet.WONT:
      case Telnet.DO:
      case Telnet.DONT:
        this.#verb = byte;
        this.#state = "option";
        return;
      case Telnet.SB:
        this.#state = "sub-option";
        return;
      case Telnet.IAC:
        this.#state = "data";
        return;
      default:
        this.#state = "data";
        this.#handlers.command?.(byte);
    }
  }

  #keep(byte: number): void {
    if (this.#subLength < MAX_SUBNEGOTIATION_BYTES) this.#sub[this.#subLength] = byte;
    // One beyond the limit says that it was too long.
    this.#subLength = Math.min(this.#subLength + 1, MAX_SUBNEGOTIATION_BYTES + 1);
  }
}
