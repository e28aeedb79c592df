import { writeSync } from "node:fs";

/** Ends a synchronised update, resets colours and wrapping, shows the cursor. */
const RESTORE = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h";
const LEAVE_ALTERNATE = "\x1b[?1049l";
/** Bytes that may hold the first part of a switch whose rest is still to come. */
const TAIL = 7;

/** The user's own terminal: keys come one by one while it is held, and on every way out it is as it was. */
export class Terminal {
  readonly #onExit = () => this.release();
  #held = false;
  #alternate = false;
  #touched = false;
  #tail = "";

  get size(): { readonly cols: number; readonly rows: number } {
    return { cols: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24 };
  }

  /** Its name with what `COLORTERM` says of it, so that true colours are known over Telnet too. */
  get type(): string {
    const { TERM = "dumb", COLORTERM = "" } = process.env;
    return /truecolor|24bit/i.test(COLORTERM) && !/direct|truecolor/.test(TERM) ? `${TERM}-truecolor` : TERM;
  }

  /** Take the keyboard; `onKeys` gets every byte, ^C included. */
  hold({ onKeys, onResize }: { onKeys(bytes: Buffer): void; onResize(): void }): void {
    this.#held = true;
    if (process.stdin.isTTY) process.stdin.setRawMode(true);
    process.stdin.on("data", onKeys);
    process.stdout.on("resize", onResize);
    process.once("exit", this.#onExit);
  }

  /** Print bytes of the hub; `done` is called when the terminal has taken them. */
  print(bytes: Uint8Array, done?: () => void): void {
    this.#touched = true;
    const text = this.#tail + Buffer.from(bytes).toString("latin1");
    const [entered, left] = [text.lastIndexOf("\x1b[?1049h"), text.lastIndexOf(LEAVE_ALTERNATE)];
    if (entered >= 0 || left >= 0) this.#alternate = entered > left;
    this.#tail = text.slice(-TAIL);
    process.stdout.write(bytes, done);
  }

  /** Call back when all that was printed has been taken. */
  printed(done: () => void): void {
    process.stdout.write("", done);
  }

  /** Back to the user's own screen. */
  restore(): void {
    if (!this.#touched) return;
    const back = this.#alternate ? RESTORE + LEAVE_ALTERNATE : RESTORE;
    this.#alternate = this.#touched = false;
    this.#tail = "";
    try {
      // Written at once: the process may be about to end.
      writeSync(process.stdout.fd, back);
    } catch {
      // There is no terminal any more to be restored.
    }
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.restore();
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
  }
}
