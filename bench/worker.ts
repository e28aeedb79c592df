import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Longest run, and something. */
const ANSWER_TIMEOUT_MS = 60_000;

/** A process of the benchmark, asked by messages. */
export class Worker<Command extends string | object> implements AsyncDisposable {
  readonly #child: ChildProcess;

  /** `namespace`: of the network that it runs in, made by `ip netns`; `node`: options of Node; `env`: beside this one's. */
  constructor(
    script: URL,
    argument: object,
    {
      namespace,
      node = [],
      env = {},
    }: { readonly namespace?: string; readonly node?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
  ) {
    const inside = namespace && { execPath: "ip", execArgv: ["netns", "exec", namespace, process.execPath, ...node] };
    const options = { execArgv: [...node], env: { ...process.env, ...env }, ...inside };
    this.#child = fork(fileURLToPath(script), [JSON.stringify(argument)], options);
  }

  /** The next message of the process; rejects when it ends or is silent. */
  next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => done(() => reject(new Error("a process of the benchmark does not answer"))),
        ANSWER_TIMEOUT_MS,
      );
      const onMessage = (message: unknown) => done(() => resolve(message as T));
      const onExit = (code: number | null) =>
        done(() => reject(new Error(`a process of the benchmark ended: ${code}`)));
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.#child.off("message", onMessage).off("exit", onExit);
        settle();
      };
      this.#child.once("message", onMessage).once("exit", onExit);
    });
  }

  tell(command: Command): void {
    this.#child.send(command);
  }

  ask<T>(command: Command): Promise<T> {
    const answer = this.next<T>();
    this.tell(command);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    if (this.#child.connected) this.#child.send("stop");
    await exited;
    clearTimeout(timer);
  }
}
