import { connect, type Socket } from "node:net";
import { Telnet, TelnetOption, TerminalType, type Verb } from "@lightwell/wire/telnet/codes.ts";
import { negotiation, terminalType, windowSize } from "@lightwell/wire/telnet/encode.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import { HubError } from "#contract/errors.ts";
import { backoffMs } from "#core/backoff.ts";
import type { HubAddress } from "./hub-address.ts";
import { Terminal } from "./terminal.ts";

const { WILL, WONT, DO, DONT } = Telnet;
const { ECHO, SGA, NAWS, TTYPE, TIMING_MARK } = TelnetOption;

const RETRY = { firstMs: 500, mostMs: 10_000 };
/** Words that are not the last within this time are a question. */
const QUESTION_AFTER_MS = 500;
/** A hub that was told to let go and does not is left. */
const LET_GO_MS = 1000;
/** Keys that leave: q, ^C, ^D. */
const LEAVING = /[qQ\x03\x04]/;

/** How one connection ended. */
interface Ending {
  /** The screen was taken over, so that the hub had something to show. */
  readonly shown: boolean;
  /** The last words of the hub when it had nothing to show. */
  readonly words: string;
  readonly error: Error | undefined;
}

/**
 * Shows in this terminal what a hub sends to terminals, until the user leaves; comes back when the hub does. `says` are
 * lines for the hub, told first.
 *
 * @throws {HubError} `unavailable` when there is no hub at first, `forbidden` with its words when it has nothing to show.
 */
export async function showInTerminal(address: HubAddress, says: string): Promise<void> {
  const client = new TerminalClient(address, says);
  try {
    await client.run();
  } finally {
    client.close();
  }
}

class TerminalClient {
  readonly #address: HubAddress;
  readonly #says: string;
  readonly #terminal = new Terminal();
  #socket: Socket | undefined;
  #leaving = false;
  #wake: (() => void) | undefined;

  constructor(address: HubAddress, says: string) {
    this.#address = address;
    this.#says = says;
    this.#terminal.hold({
      onKeys: (bytes) => this.#onKeys(bytes),
      onResize: () => this.#sendSize(),
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => this.#leave());
  }

  async run(): Promise<void> {
    let everShown = false;
    let attempt = 1;
    while (!this.#leaving) {
      const { shown, words, error } = await this.#connection();
      if (this.#leaving) return;
      if (!everShown && !shown) throw this.#refusal(words, error);
      if (shown) {
        this.#terminal.restore();
        process.stderr.write(`lightwell: the hub at ${this.#name} is away: trying again, ^C ends\n`);
        attempt = 1;
      }
      everShown ||= shown;
      await this.#pause(backoffMs(attempt++, RETRY));
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#terminal.release();
    process.stdin.pause();
  }

  get #name(): string {
    return `${this.#address.host}:${this.#address.port}`;
  }

  #refusal(words: string, error: Error | undefined): HubError {
    if (words) return new HubError("forbidden", words);
    const why = error ? ` (${error.message})` : "";
    return new HubError(
      "unavailable",
      `no hub answers at ${this.#name}${why}: start one, or name it with --hub host:port`,
    );
  }

  /** One connection, from its beginning to its end. */
  #connection(): Promise<Ending> {
    const socket = connect({ ...this.#address, noDelay: true });
    this.#socket = socket;
    let shown = false;
    let words = "";
    let error: Error | undefined;
    const parser = new TelnetParser({
      data: (bytes) => {
        // Before it takes the screen over a hub says in words why it does not.
        if (!shown && bytes.includes(0x1b)) {
          shown = true;
          words = "";
        }
        if (shown) this.#terminal.print(bytes);
        else words = (words + Buffer.from(bytes).toString()).slice(0, 1000);
      },
      negotiation: (verb, option) => this.#onNegotiation(socket, verb, option),
      subnegotiation: (option, bytes) => {
        if (option === TTYPE && bytes[0] === TerminalType.SEND) socket.write(terminalType(this.#terminal.type));
      },
    });
    socket.on("data", (bytes: Buffer) => parser.feed(bytes));
    const question = setTimeout(() => {
      process.stderr.write(words);
      words = "";
    }, QUESTION_AFTER_MS);
    socket.on("error", (cause) => (error = cause));
    socket.once("connect", () => {
      // Offered before the hub asks, and to the statistics screen, which asks nothing.
      socket.write(negotiation(WILL, TTYPE));
      socket.write(negotiation(WILL, NAWS));
      this.#sendSize();
      socket.write(this.#says);
    });
    return new Promise((resolve) => {
      socket.once("close", () => {
        clearTimeout(question);
        if (this.#socket === socket) this.#socket = undefined;
        resolve({ shown, words: words.trim(), error });
      });
    });
  }

  #onNegotiation(socket: Socket, verb: Verb, option: number): void {
    if (option === TIMING_MARK && verb === DO) {
      // Only when the terminal has taken all before it: that is what the hub wants to know.
      this.#terminal.printed(() => socket.writable && socket.write(negotiation(WILL, TIMING_MARK)));
    } else if (verb === WILL) {
      socket.write(negotiation(option === ECHO || option === SGA ? DO : DONT, option));
    } else if (verb === DO && option !== TTYPE && option !== NAWS) {
      socket.write(negotiation(WONT, option));
    }
  }

  #sendSize(): void {
    const { cols, rows } = this.#terminal.size;
    if (this.#socket?.writable && !this.#socket.connecting) this.#socket.write(windowSize(cols, rows));
  }

  #onKeys(bytes: Buffer): void {
    const leaves = LEAVING.test(bytes.toString("latin1"));
    if (!this.#socket || this.#socket.connecting) {
      if (leaves) this.#leave();
      return;
    }
    // A byte of 255 would begin a command; no key has it.
    this.#socket.write(bytes.filter((byte) => byte !== Telnet.IAC));
    if (!leaves) {
      this.#leaving = false;
      return;
    }
    // The hub gives the screen back. In a line that is being typed it goes on instead: then ^C is meant for us.
    if (bytes.includes(0x03)) this.#leave();
    else this.#leaving = true;
  }

  /** Leave for good: the hub first, ourselves if it does not. */
  #leave(): void {
    this.#leaving = true;
    this.#wake?.();
    const socket = this.#socket;
    if (!socket) return;
    if (socket.connecting) {
      socket.destroy();
      return;
    }
    socket.write(Buffer.from([Telnet.IAC, Telnet.IP]));
    setTimeout(() => socket.destroy(), LET_GO_MS).unref();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
