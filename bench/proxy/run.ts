import { execFileSync } from "node:child_process";
import { linksFor } from "../links/cases.ts";
import { Emulation, hubAddress, whyNoLinks } from "../links/emulation.ts";
import { capacityOf, figuresOf } from "../links/figures.ts";
import type { ClientCommand, ClientReport, ServerArguments, ServerCommand } from "../links/messages.ts";
import { Worker } from "../worker.ts";
import { HUB_PORT, PROXIES, startProxy, whyNoProxies } from "./proxies.ts";

type Row = Record<string, string | number>;

/** 62.5 kB/s, of which 60 kB/s are what TCP carries. */
const LINK = "0.5M/40";
const PICTURES = { pictureBytes: 20_000, framesPerSecond: 10 } as const;
const PROTOCOLS = ["mjpeg", "live"] as const;
/** Buffers that grow have grown by then. */
const WARM_SECONDS = 15;
const MEASURE_SECONDS = 15;
/** Debian's; machines differ, and how much a proxy reads ahead depends on them. */
const KERNEL_SETTINGS = ["net.ipv4.tcp_rmem=4096 131072 6291456", "net.ipv4.tcp_wmem=4096 16384 4194304"];

/** Pictures through a proxy to a slow link: how many a viewer gets, and how old. */
export default async function run(): Promise<{ table: Row[]; notes: readonly string[] } | { skipped: string }> {
  const why = whyNoLinks() ?? whyNoProxies();
  if (why) return { skipped: why };
  return {
    table: await measure(),
    notes: [
      `Pictures of ${PICTURES.pictureBytes / 1000} kB, ${PICTURES.framesPerSecond} a second; each viewer behind a link of its own of 60 kB/s and a round trip of 40 ms, emulated as by \`npm run bench links\`. Proxy and hub on one machine, without TLS.`,
      `carries: pictures a second that the link can carry. Age: from publishing to the last byte read. ${MEASURE_SECONDS} s measured after ${WARM_SECONDS} s; all ways at the same time.`,
      "live: `/ws/live`, by a client that acknowledges as the pages do. As in the guide: the settings are read from docs/guides/reverse-proxy.md. Socket buffers of the kernel: Debian's.",
    ],
  };
}

async function measure(): Promise<Row[]> {
  using emulation = new Emulation();
  for (const setting of KERNEL_SETTINGS) execFileSync("ip", ["netns", "exec", emulation.hub, "sysctl", "-qw", setting]);
  await using started = new AsyncDisposableStack();
  const startWorker = <Command extends string>(script: string, argument: object, namespace: string) =>
    started.use(new Worker<Command>(new URL(`../links/${script}`, import.meta.url), argument, { namespace }));
  const served: ServerArguments = { kind: "hub", protocols: PROTOCOLS, httpPort: HUB_PORT, telnetPort: 0, ...PICTURES };
  await startWorker<ServerCommand>("server.ts", served, emulation.hub).next();
  for (const proxy of PROXIES) if (proxy.program) started.use(await startProxy(proxy, emulation.hub));

  const link = linksFor.mjpeg.find(({ name }) => name === LINK);
  if (!link) throw new Error(`there is no link ${LINK}`);
  const ways = PROXIES.flatMap((proxy) => PROTOCOLS.map((protocol) => ({ proxy, protocol })));
  const { startedAt } = started.use(await emulation.connect(ways.map(() => link)));
  const viewers = ways.map(({ proxy, protocol }, index) => ({ protocol, host: hubAddress(index), port: proxy.port }));
  const clients = startWorker<ClientCommand>("viewers.ts", { viewers }, emulation.viewers);
  await clients.next();
  const end = WARM_SECONDS + MEASURE_SECONDS;
  await new Promise((resolve) => setTimeout(resolve, startedAt + end * 1000 - Date.now()));
  const { seen } = await clients.ask<ClientReport>("report");

  const spans = [[WARM_SECONDS, end]] as const;
  const capacity = capacityOf(link, spans, {
    // With what MJPEG writes around a picture.
    bytes: PICTURES.pictureBytes + 120,
    mostPerSecond: PICTURES.framesPerSecond,
  });
  return ways.map(({ proxy, protocol }, index) => {
    const figures = figuresOf(seen[index] ?? [], { startedAt, link, spans, capacity });
    return {
      way: proxy.name,
      protocol,
      carries: capacity.perSecond.toFixed(1),
      "pictures/s": figures.perSecond.toFixed(1),
      "age p50 s": (figures.ageP50 / 1000).toFixed(2),
      "age p95 s": (figures.ageP95 / 1000).toFixed(2),
    };
  });
}
