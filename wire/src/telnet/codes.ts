/** Commands of the Telnet protocol (RFC 854). */
export const Telnet = {
  /** End of a sub-negotiation. */
  SE: 240,
  /** Data mark, with which clients follow an interrupt. */
  DM: 242,
  BRK: 243,
  /** Interrupt process: the client's ^C. */
  IP: 244,
  AO: 245,
  AYT: 246,
  SB: 250,
  WILL: 251,
  WONT: 252,
  DO: 253,
  DONT: 254,
  IAC: 255,
} as const;

/** Options that Lightwell knows. */
export const TelnetOption = {
  /** RFC 856 */
  BINARY: 0,
  /** RFC 857 */
  ECHO: 1,
  /** Suppress go-ahead, RFC 858. */
  SGA: 3,
  /** RFC 860 */
  TIMING_MARK: 6,
  /** Terminal type, RFC 1091. */
  TTYPE: 24,
  /** Window size, RFC 1073. */
  NAWS: 31,
} as const;

/** First byte of a TTYPE sub-negotiation. */
export const TerminalType = { IS: 0, SEND: 1 } as const;

export type Verb = typeof Telnet.WILL | typeof Telnet.WONT | typeof Telnet.DO | typeof Telnet.DONT;
