import type { ClientArguments, ClientReport, ServerArguments, ServerCommand, ServerReport } from "./messages.ts";
import { Worker } from "../worker.ts";

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
  await using workers = new AsyncDisposableStack();
  const start = (script: string, argument: object) =>
    workers.use(new Worker<ServerCommand>(new URL(script, import.meta.url), argument));
  const process = start("server.ts", server);
  const viewers: Array<Worker<ServerCommand>> = [];
  const port = await process.next<number>();
  for (const { slow, ...group } of groups) {
    const worker = start(slow ? "slow-clients.ts" : "fast-clients.ts", { ...group, port });
    viewers.push(worker);
    await worker.next();
  }
  await wait(warmMs);
  for (const worker of [...viewers, process]) worker.tell("mark");
  await wait(measureMs);
  const [report, ...clients] = await Promise.all([
    process.ask<ServerReport>("report"),
    ...viewers.map((worker) => worker.ask<ClientReport>("report")),
  ]);
  for (const { ages } of clients) ages.sort((a, b) => a - b);
  return { server: report, clients };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
