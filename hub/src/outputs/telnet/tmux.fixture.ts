// needs: tmux
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { until } from "../../testing/wait.ts";

const run = promisify(execFile);
let count = 0;

/** A real terminal: one pane of a tmux server of its own, with a shell in it. */
export class Tmux {
  readonly #server: string;

  static async open(cols: number, rows: number): Promise<Tmux> {
    const tmux = new Tmux(`lightwell-${process.pid}-${++count}`);
    // The prompt is all that the shell prints, and no start-up file of this machine is read.
    const size = ["-x", String(cols), "-y", String(rows)];
    await tmux.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      ...size,
      "env -i PATH=\"$PATH\" LC_ALL=C.UTF-8 TERM=$TERM PS1='ready> ' sh",
    );
    onTestFinished(async () => {
      await tmux.#tmux("kill-server").catch(() => undefined);
    });
    await tmux.#tmux("set", "-g", "status", "off");
    await tmux.resize(cols, rows);
    await tmux.shows("ready>");
    return tmux;
  }

  private constructor(server: string) {
    this.#server = server;
  }

  async resize(cols: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(cols), "-y", String(rows));
    await until("the size", async () => (await this.ask("#{pane_width}x#{pane_height}")) === `${cols}x${rows}`);
  }

  /** Type a line and Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux("send-keys", "-l", line);
    await this.#tmux("send-keys", "Enter");
  }

  /** Press one key. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** The lines of the pane with all their spaces; with their SGR sequences when `colours`. */
  async lines({ colours = false }: { colours?: boolean } = {}): Promise<string[]> {
    const { stdout } = await this.#tmux("capture-pane", "-p", "-N", ...(colours ? ["-e"] : []));
    return stdout.replace(/\n$/, "").split("\n");
  }

  /** The lines without what is blank at their ends and below. */
  async text(): Promise<string> {
    return (await this.lines())
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** What tmux knows of the pane, in its format language. */
  async ask(format: string): Promise<string> {
    return (await this.#tmux("display-message", "-p", format)).stdout.trim();
  }

  shows(what: string | RegExp): Promise<unknown> {
    return until(`the pane shows ${what}`, async () => {
      const text = await this.text();
      return typeof what === "string" ? text.includes(what) : what.test(text);
    });
  }

  #tmux(...args: string[]): Promise<{ stdout: string }> {
    return run("tmux", ["-u", "-L", this.#server, ...args], { env: { ...process.env, TERM: "xterm-256color" } });
  }
}
