import { Telnet, TelnetOption, TerminalType, type Verb } from "./codes.ts";

/** One negotiation, three bytes. */
export function negotiation(verb: Verb, option: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(Telnet.IAC, verb, option);
}

/** A sub-negotiation; bytes of 255 in it are doubled. */
export function subnegotiation(option: number, bytes: Iterable<number>): Uint8Array<ArrayBuffer> {
  const doubled = [...bytes].flatMap((byte) => (byte === Telnet.IAC ? [byte, byte] : [byte]));
  return Uint8Array.of(Telnet.IAC, Telnet.SB, option, ...doubled, Telnet.IAC, Telnet.SE);
}

/** The size of a window in cells (RFC 1073). */
export function windowSize(cols: number, rows: number): Uint8Array<ArrayBuffer> {
  return subnegotiation(TelnetOption.NAWS, [cols >> 8, cols & 255, rows >> 8, rows & 255]);
}

/** What kind of terminal this is (RFC 1091). */
export function terminalType(name: string): Uint8Array<ArrayBuffer> {
  return subnegotiation(TelnetOption.TTYPE, [TerminalType.IS, ...new TextEncoder().encode(name)]);
}
