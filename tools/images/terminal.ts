import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAnsiLines } from "../../wire/src/text/ansi.ts";
import type { TextGrid } from "../../wire/src/text/grid.ts";

/** Until the picture has come and settled. */
const SETTLE_MS = 4000;

/** The screen of a real terminal (tmux) in which `command` runs and `type` has been typed. */
export async function terminalScreen({
  command,
  type,
  cols,
  rows,
}: {
  readonly command: string;
  readonly type: string;
  readonly cols: number;
  readonly rows: number;
}): Promise<TextGrid> {
  // A server of its own, without the user's settings.
  const tmux = (...args: string[]) =>
    execFileSync("tmux", ["-u", "-L", `lightwell-images-${process.pid}`, "-f", "/dev/null", ...args], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
  tmux("new-session", "-d", "-x", String(cols), "-y", String(rows), `TERM=xterm-direct exec ${command}`);
  try {
    tmux("set", "-g", "status", "off");
    await sleep(SETTLE_MS);
    if (type) tmux("send-keys", "-l", type);
    await sleep(SETTLE_MS);
    return parseAnsiLines(tmux("capture-pane", "-e", "-p", "-N").split("\n"), cols, rows);
  } finally {
    tmux("kill-server");
  }
}
