import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ClientArguments, ClientReport, ServerArguments, ServerCommand, ServerReport } from "./messages.ts";

const START_TIMEOUT_MS = 30_000;

/** A process of the benchmark, asked by messages. */
class Worker<Report> {
  readonly #child: ChildProcess;

  constructor(script: string, argument: ServerArguments | ClientArguments) {
    this.#child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(argument)]);
  }

  /** The next message of the process; rejects when it ends or is silent. */
  next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => done(() => reject(new Error("a process of the benchmark does not answer"))),
        START_TIMEOUT_MS,
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

  send(command: ServerCommand): void {
    this.#child.send(command);
  }

  report(): Promise<Report> {
    const answer = this.next<Report>();
    this.send("report");
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    if (this.#child.connected) this.send("stop");
    await exited;
    clearTimeout(timer);
  }
}

export interface GroupOfViewers extends Omit<ClientArguments, "port"> {
  readonly slow?: boolean;
}

export interface Measured {
  readonly server: ServerReport;
  /** In the order of the groups; ages sorted. */
  readonly clients: ClientReport[];
}

/** Start a server, connect the groups of viewers, let it run in, and measure. */
export async function measure(
  server: ServerArguments,
  groups: readonly GroupOfViewers[],
  { warmMs, measureMs }: { readonly warmMs: number; readonly measureMs: number },
): Promise<Measured> {
  const process = new Worker<ServerReport>("server.ts", server);
  const workers: Array<Worker<ClientReport>> = [];
  try {
    const port = await process.next<number>();
    for (const { slow, ...group } of groups) {
      const worker = new Worker<ClientReport>(slow ? "slow-clients.ts" : "fast-clients.ts", { ...group, port });
      workers.push(worker);
      await worker.next();
    }
    await wait(warmMs);
    for (const worker of [...workers, process]) worker.send("mark");
    await wait(measureMs);
    const [report, ...clients] = await Promise.all([process.report(), ...workers.map((worker) => worker.report())]);
    for (const { ages } of clients) ages.sort((a, b) => a - b);
    return { server: report, clients };
  } finally {
    for (const worker of [...workers, process]) await worker.stop();
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
