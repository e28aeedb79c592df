import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { Worker } from "../worker.ts";
import { linksFor, type Link, type Protocol } from "./cases.ts";
import { Emulation, hubAddress, whyNoLinks, type LinkFigures } from "./emulation.ts";
import {
  FIRST_SECOND,
  MOST_PER_SECOND,
  capacityOf,
  withLoss,
  failingsOf,
  figuresOf,
  spansOf,
  type Capacity,
  type Figures,
} from "./figures.ts";
import type {
  ClientCommand,
  ClientReport,
  Seen,
  ServerArguments,
  ServerCommand,
  ServerReport,
  ViewerArguments,
} from "./messages.ts";
import { readOptions, type Options } from "./options.ts";

type Row = Record<string, string | number>;
/** Who serves: this commit, another one, plain Node. */
type Subject = "hub" | "before" | "plain";

/** Viewers at a time: on two cores all servers, viewers and the links together must not be what is measured. */
const MOST_VIEWERS = 12;
const MOST_MBIT = 110;
/** MJPEG's part around a picture of 48 kB; that of `/ws/live` is smaller. */
const PICTURE_BYTES = 48_000 + 120;
/** Longer than the longest way. */
const FAREWELL_MS = 500;

interface Case {
  readonly protocol: Protocol;
  readonly link: Link;
  readonly subjects: readonly Subject[];
}

interface Result {
  readonly protocol: Protocol;
  readonly link: Link;
  readonly capacity: Capacity;
  readonly figures: Partial<Record<Subject, Figures>>;
  readonly network: Partial<Record<Subject, LinkFigures>>;
  readonly failings: readonly string[];
  readonly seen: Partial<Record<Subject, readonly Seen[]>>;
}

type Server = Worker<ServerCommand>;

/**
 * Viewers behind links with a distance, in network namespaces of their own: how many pictures they get of those that
 * the link can carry, and how old, beside plain Node on the same links at the same time.
 */
export default async function run(
  args: readonly string[],
): Promise<{ table: Row[]; notes: readonly string[] } | { skipped: string }> {
  const options = readOptions(args);
  const why = whyNoLinks();
  if (why) return { skipped: why };
  using emulation = new Emulation();
  await using workers = new AsyncDisposableStack();
  const servers = await startServers(emulation, options, workers);
  const results: Result[] = [];
  let busiest = 0;
  for (const batch of batchesOf(casesOf(options))) {
    const { done, busy } = await measure(batch, { emulation, servers, options });
    busiest = Math.max(busiest, busy);
    for (const result of done) console.log(wordsOf(rowOf(result)));
    console.log(`(this machine was busy for ${Math.round(100 * busy)} % of the time)`);
    results.push(...done);
  }
  if (options.json) writeFileSync(options.json, JSON.stringify(results, undefined, 1));
  const failed = results.filter(({ failings }) => failings.length > 0).length;
  return {
    table: results.map(rowOf),
    notes: [
      `30 frames/s, all changing: pictures of 48 kB, text of 80 × 24 cells; telnet shows at most 15. Link: Mbit/s / round trip in ms. Ages in ms, p50/p95, from publishing to the last byte read.`,
      `carries: what the link can carry of them; where it loses packets, at most what plain Node got through, which is also what one picture takes there. bound: round trip + 2 × the time of one picture + 150.`,
      `holds: at least 90 % of that, p95 within the bound, never a tenth fewer than plain Node nor older; after an outage both again within 2 s. ${results.length - failed} of ${results.length} hold.`,
      `plain: Node that writes each picture unless writableNeedDrain. At most ${MOST_VIEWERS} links at a time; the machine was busy for at most ${Math.round(100 * busiest)} %.`,
    ],
  };
}

function casesOf({ protocols, only, checkout }: Options): Case[] {
  const cases: Case[] = [];
  for (const protocol of protocols) {
    const isPicture = protocol === "mjpeg" || protocol === "live";
    const subjects: Subject[] = [
      "hub",
      ...(checkout ? (["before"] as const) : []),
      ...(isPicture ? (["plain"] as const) : []),
    ];
    for (const link of linksFor[protocol])
      if (only.length === 0 || only.some((part) => link.name.startsWith(part)))
        cases.push({ protocol, link, subjects });
  }
  return cases;
}

/** Cases that run at the same time: of one protocol and one length. */
function batchesOf(cases: readonly Case[]): Case[][] {
  const batches: Case[][] = [];
  let [viewers, mbit] = [0, 0];
  let kind = "";
  for (const one of cases) {
    const { protocol, link, subjects } = one;
    const load = Math.min(12, ...link.rates.map(([, rate]) => rate || 12)) * subjects.length;
    const kindOf = `${protocol} ${spansOf(link, 0).end}`;
    if (kindOf !== kind || viewers + subjects.length > MOST_VIEWERS || mbit + load > MOST_MBIT) {
      batches.push([]);
      [viewers, mbit, kind] = [0, 0, kindOf];
    }
    viewers += subjects.length;
    mbit += load;
    batches.at(-1)?.push(one);
  }
  return batches;
}

async function startServers(
  { hub }: Emulation,
  { protocols, checkout }: Options,
  workers: AsyncDisposableStack,
): Promise<ReadonlyMap<Subject, { readonly server: Server; readonly ports: Ports }>> {
  const servers = new Map<Subject, { server: Server; ports: Ports }>();
  const kinds = { hub: "hub", before: "hub", plain: "plain" } as const;
  for (const [index, subject] of (["hub", "before", "plain"] as const).entries()) {
    if (subject === "before" && !checkout) continue;
    const ports = { httpPort: 8080 + index, telnetPort: 2323 + index };
    const argument: ServerArguments = {
      kind: kinds[subject],
      checkout: subject === "before" ? checkout : undefined,
      protocols,
      ...ports,
    };
    const server: Server = workers.use(new Worker(new URL("server.ts", import.meta.url), argument, { namespace: hub }));
    await server.next();
    servers.set(subject, { server, ports });
  }
  return servers;
}

interface Ports {
  readonly httpPort: number;
  readonly telnetPort: number;
}

interface Bench {
  readonly emulation: Emulation;
  readonly servers: ReadonlyMap<Subject, { readonly server: Server; readonly ports: Ports }>;
  readonly options: Options;
}

async function measure(
  batch: readonly Case[],
  { emulation, servers, options }: Bench,
): Promise<{ done: Result[]; busy: number }> {
  const runs = batch.flatMap((one) => one.subjects.map((subject) => ({ ...one, subject })));
  const end = Math.max(...batch.map(({ link }) => spansOf(link, options.seconds).end));
  await using connected = await emulation.connect(runs.map(({ link }) => link));
  const viewers = runs.map(({ protocol, subject }, index) => {
    const { httpPort = 0, telnetPort = 0 } = servers.get(subject)?.ports ?? {};
    // Plain Node has MJPEG only, and the same bytes.
    const spoken = subject === "plain" ? "mjpeg" : protocol;
    return { protocol: spoken, host: hubAddress(index), port: protocol === "telnet" ? telnetPort : httpPort };
  });
  for (const { server } of servers.values()) await server.ask<ServerReport>("report");
  const before = cpuTimes();
  const seen = await watch(viewers, emulation.viewers, connected.startedAt + end * 1000);
  const busy = busyShare(before, cpuTimes());
  const published = new Map<Subject, ServerReport["publishedAt"]>();
  for (const [subject, { server }] of servers)
    published.set(subject, (await server.ask<ServerReport>("report")).publishedAt);
  // The servers must hear that the viewers have left.
  await wait(FAREWELL_MS);
  const network = await connected.end();
  const done = batch.map((one) => {
    const mine = new Map<Subject, number>();
    for (const [index, { protocol, link, subject }] of runs.entries())
      if (protocol === one.protocol && link === one.link) mine.set(subject, index);
    const seenBy = Object.fromEntries(
      [...mine].map(([subject, index]) => [
        subject,
        withTimes(seen[index] ?? [], one.protocol, published.get(subject) ?? []),
      ]),
    );
    const networks = Object.fromEntries([...mine].map(([subject, index]) => [subject, network[index]]));
    return resultOf(one, seenBy, networks, { startedAt: connected.startedAt, seconds: options.seconds });
  });
  return { done, busy };
}

async function watch(
  viewers: readonly ViewerArguments[],
  namespace: string,
  until: number,
): Promise<ClientReport["seen"]> {
  await using clients = new Worker<ClientCommand>(new URL("viewers.ts", import.meta.url), { viewers }, { namespace });
  await clients.next();
  await wait(until - Date.now());
  return (await clients.ask<ClientReport>("report")).seen;
}

/** Text frames come with a number: when each was published is what the server says. */
function withTimes(
  seen: readonly Seen[],
  protocol: Protocol,
  publishedAt: ServerReport["publishedAt"],
): readonly Seen[] {
  if (protocol === "mjpeg" || protocol === "live") return seen;
  const times = new Map(publishedAt);
  return seen.flatMap(([at, number, bytes]): Seen[] => {
    const time = times.get(number);
    return time === undefined ? [] : [[at, time, bytes]];
  });
}

function resultOf(
  { protocol, link }: Case,
  seen: Result["seen"],
  network: Result["network"],
  { startedAt, seconds }: { readonly startedAt: number; readonly seconds: number },
): Result {
  const { spans } = spansOf(link, seconds);
  const isPicture = protocol === "mjpeg" || protocol === "live";
  const bytes = isPicture ? PICTURE_BYTES : bytesPerFrame(seen.hub ?? [], startedAt + FIRST_SECOND * 1000);
  let capacity = capacityOf(link, spans, { bytes, mostPerSecond: MOST_PER_SECOND[protocol] });
  const figures: Partial<Record<Subject, Figures>> = {};
  for (const [subject, list] of Object.entries(seen) as Array<[Subject, readonly Seen[]]>)
    figures[subject] = figuresOf(list, { startedAt, link, spans, capacity });
  if (link.lossPercent > 0 && figures.plain) capacity = withLoss(capacity, figures.plain, link.roundTripMs);
  const failings = figures.hub ? failingsOf(figures.hub, capacity, figures.plain) : [];
  const sinceStart = Object.fromEntries(
    Object.entries(seen).map(([subject, list]) => [
      subject,
      list.map(([at, capturedAt]) => [Math.round(at - startedAt), Math.round(at - capturedAt)] as const),
    ]),
  );
  return { protocol, link, capacity, figures, network, failings, seen: sinceStart };
}

/** Mean size of what came from this time on. */
function bytesPerFrame(seen: readonly Seen[], from: number): number {
  const counted = seen.filter(([at]) => at >= from);
  const [first, last] = [counted[0], counted.at(-1)];
  return first && last && first !== last ? (last[2] - first[2]) / (counted.length - 1) : Number.NaN;
}

function rowOf({ protocol, link, capacity, figures, failings }: Result): Row {
  const ages = (of: Figures | undefined) => (of ? `${Math.round(of.ageP50)}/${Math.round(of.ageP95)}` : "");
  const recovery = (of: Figures | undefined) => (of?.recoveryMs === undefined ? "" : (of.recoveryMs / 1000).toFixed(1));
  return {
    protocol,
    link: link.name,
    carries: capacity.perSecond.toFixed(1),
    "frames/s": figures.hub?.perSecond.toFixed(1) ?? "",
    "%": Math.round((100 * (figures.hub?.perSecond ?? 0)) / capacity.perSecond),
    age: ages(figures.hub),
    bound: Math.round(capacity.ageBoundMs),
    "recovery s": recovery(figures.hub),
    ...(figures.plain && {
      plain: figures.plain.perSecond.toFixed(1),
      "plain age": ages(figures.plain),
      "plain recovery s": recovery(figures.plain),
    }),
    ...(figures.before && {
      before: figures.before.perSecond.toFixed(1),
      "before age": ages(figures.before),
      "before recovery s": recovery(figures.before),
    }),
    holds: failings.length === 0 ? "yes" : `no: ${failings.join(", ")}`,
  };
}

function wordsOf(row: Row): string {
  return Object.entries(row)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key} ${value}`)
    .join(" · ");
}

function cpuTimes(): { readonly idle: number; readonly all: number } {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
}

function busyShare(before: ReturnType<typeof cpuTimes>, after: ReturnType<typeof cpuTimes>): number {
  return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
