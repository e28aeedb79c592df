import { spawn } from "node:child_process";
import { until } from "../../hub/src/testing/wait.ts";

/** A command line at work, as in a terminal of its own. */
export interface Job {
  /** Standard output and error so far. */
  readonly said: string;
  /** Exit status; null while it runs, -1 when a signal ended it. */
  readonly status: number | null;
  type(keys: string): void;
  /** The status at its end. */
  ended(): Promise<number>;
  kill(): void;
}

/** Start lines of bash; the first that fails ends them. */
export function startJob(lines: string, { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Job {
  // A group of its own, so that ^C reaches everything that the lines have started, as from a terminal.
  const child = spawn("bash", ["-ec", lines], { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  let status: number | null = null;
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  child.stdin.on("error", () => undefined);
  child.on("close", (code) => (status = code ?? -1));
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // All of it has ended.
    }
  };
  return {
    get said() {
      return said;
    },
    get status() {
      return status;
    },
    type: (keys) => (keys === "^C" ? signal("SIGINT") : void child.stdin.write(keys)),
    ended: () =>
      until("the end of the command", () => (status === null ? undefined : { status })).then((end) => end.status),
    kill: () => signal("SIGKILL"),
  };
}
