import type { ClientCommand, ClientReport, ServerCommand, ServerKind, ServerReport } from "./messages.ts";
import { Worker } from "../worker.ts";

export type Row = Record<string, string | number>;

const FPS = 15;
const WARM_FRAMES = 45;
const STOP_FRAMES = 90;

/** What the server process takes of a core while it sends the pan to this many viewers that read all of it. */
export async function fanOut(kind: ServerKind, viewers: number, { frames = 150, repeats = 3 } = {}): Promise<Row> {
  let best: { readonly server: ServerReport; readonly clients: ClientReport } | undefined;
  for (let i = 0; i < repeats; i++) {
    await using server = new Worker<ServerCommand>(new URL("server.ts", import.meta.url), { kind, fps: FPS });
    const port = await server.next<number>();
    await using clients = new Worker<ClientCommand>(new URL("clients.ts", import.meta.url), { kind, port, viewers });
    await clients.next();
    await server.ask<ServerReport>({ publish: WARM_FRAMES });
    await clients.ask("mark");
    const report = await server.ask<ServerReport>({ publish: frames });
    const seen = await clients.ask<ClientReport>("report");
    // A server that sends less has less to do: cpu counts only between runs that delivered the same.
    const gain = seen.delivered - (best?.clients.delivered ?? -1);
    if (!best || gain > 0 || (gain === 0 && report.cpuUs < best.server.cpuUs)) best = { server: report, clients: seen };
  }
  if (!best) throw new Error("at least one run is needed");
  const { server, clients } = best;
  return {
    sequence: kind === "lightwell" ? "pan 160×45, shared binary delta" : "pan 160×45, JSON runs, permessage-deflate",
    viewers,
    fps: FPS,
    "% of a core": percent(server.cpuUs / 1000 / server.elapsedMs),
    "delivered %": percent(clients.delivered / (frames * viewers)),
    "bytes/frame": Math.round(clients.bytes / Math.max(1, clients.delivered)),
    ...(clients.verified > 0 && { "decoded and equal": clients.verified }),
  };
}

/** What viewers cost that stop reading, and how soon they have the newest frame when they read again. */
export async function stopAndResume(viewers: number, repeats = 3): Promise<Row> {
  const readers = 12;
  const alone: Load[] = [];
  const beside: Load[] = [];
  for (let i = 0; i < repeats; i++) {
    alone.push(await cpuOf(readers, false));
    beside.push(await cpuOf(viewers + readers, true));
  }
  const least = (runs: readonly Load[]) => Math.min(...runs.map(({ share }) => share));
  const resumedMs = beside.flatMap((run) => run.resumedMs).toSorted((a, b) => a - b);
  return {
    sequence: "pan 160×45, viewers that stop",
    viewers: `${viewers} stopped, ${readers} reading`,
    fps: FPS,
    "% of a core": `${percent(least(beside))} (${percent(least(alone))} without them)`,
    resumed: `${resumedMs.length} of ${viewers * repeats}`,
    "newest frame after, ms": `p50 ${Math.round(resumedMs[resumedMs.length >> 1] ?? Number.NaN)}, max ${Math.round(resumedMs.at(-1) ?? Number.NaN)}`,
  };
}

interface Load {
  /** Of a core. */
  readonly share: number;
  readonly resumedMs: readonly number[];
}

async function cpuOf(viewers: number, stops: boolean): Promise<Load> {
  await using server = new Worker<ServerCommand>(new URL("server.ts", import.meta.url), {
    kind: "lightwell",
    fps: FPS,
  });
  const port = await server.next<number>();
  await using clients = new Worker<ClientCommand>(new URL("clients.ts", import.meta.url), {
    kind: "lightwell",
    port,
    viewers,
  });
  await clients.next();
  await server.ask<ServerReport>({ publish: WARM_FRAMES });
  if (stops) {
    clients.tell("hold");
    // Until the bound of what may be under way is reached.
    await server.ask<ServerReport>({ publish: 2 * FPS });
  }
  const { cpuUs, elapsedMs } = await server.ask<ServerReport>({ publish: STOP_FRAMES });
  const share = cpuUs / 1000 / elapsedMs;
  if (!stops) return { share, resumedMs: [] };
  const going = server.ask<ServerReport>({ publish: 2 * FPS });
  await new Promise((resolve) => setTimeout(resolve, 200));
  clients.tell("release");
  await going;
  const { resumedMs } = await clients.ask<ClientReport>("report");
  return { share, resumedMs };
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
