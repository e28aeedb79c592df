import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "../fanout/messages.ts";
import { Worker } from "../worker.ts";
import { controlGroup, peakMemory } from "./control-group.ts";
import { HubProcess } from "./hub-process.ts";
import type { LoadArguments, LoadCommand, LoadReport } from "./messages.ts";

type Row = Record<string, string | number>;

interface Machine {
  readonly name: string;
  readonly cores?: number;
  readonly bytes?: number;
  readonly cameras: number;
  readonly fps: number;
}

const MACHINES: readonly Machine[] = [
  { name: "this machine", cameras: 30, fps: 15 },
  { name: "a quarter of a core, 256 MB", cores: 0.25, bytes: 256 * 2 ** 20, cameras: 6, fps: 5 },
];
const WIDTH = 320;

/**
 * A wall of pushed 720p cameras in small, three who watch one of them each, and the same beside 18 large streams of one
 * stranger: what everybody gets, and how long the admin page takes. `--checkout=<folder>` measures the hub of another one.
 */
export default async function run(args: readonly string[]): Promise<{ table: Row[]; notes: readonly string[] }> {
  const measureMs = args.includes("--quick") ? 4000 : 8000;
  const checkout = args.find((arg) => arg.startsWith("--checkout="))?.slice(11);
  const only = args.find((arg) => arg.startsWith("--only="))?.slice(7);
  const folder = mkdtempSync(join(tmpdir(), "lightwell-wall-"));
  const table: Row[] = [];
  const notes = [
    `720p JPEGs of 12 moving test pictures, pushed as multipart; tiles ${WIDTH} pixels wide over /ws/live, acknowledged at once; 3 viewers of /video_feed?width=${WIDTH}.`,
    "greedy: 18 streams of one other address, widths from 200 to 1220 and qualities from 25 to 93, each of another camera where there are this many.",
    "pictures/s: of the whole wall, and of each single viewer. kept: against the line without the stranger. CPU: user and system time of the hub's process; cameras and viewers run on the same cores.",
    "admin page: `/` of the admin listener, every 100 ms over new connections.",
  ];
  try {
    const pictures = makePictures(folder);
    for (const machine of MACHINES) {
      if (only && !machine.name.includes(only)) continue;
      const rows = await measure(machine, { pictures, checkout, measureMs });
      if (typeof rows === "string") notes.push(`${machine.name}: skipped, ${rows}.`);
      else table.push(...rows);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { table, notes };
}

async function measure(
  { name, cores, bytes, cameras, fps }: Machine,
  { pictures, checkout, measureMs }: { pictures: string; checkout: string | undefined; measureMs: number },
): Promise<Row[] | string> {
  const group = cores !== undefined && bytes !== undefined ? controlGroup(cores, bytes) : undefined;
  if (typeof group === "string") return group;
  try {
    const channels = Array.from({ length: cameras }, (_, i) => `cam-${i}`);
    await using hub = await HubProcess.start(channels, (pid) => group?.add(pid), checkout);
    const load: LoadArguments = { port: hub.publicPort, cameras, fps, width: WIDTH, pictures };
    await using worker = new Worker<LoadCommand>(new URL("load.ts", import.meta.url), load);
    await worker.next();
    const rows: Row[] = [];
    let alone: LoadReport | undefined;
    for (const greedy of [false, true]) {
      if (greedy) worker.tell("greedy");
      await new Promise((resolve) => setTimeout(resolve, 3000));
      worker.tell("mark");
      const [cpu, began] = [hub.cpuSeconds, performance.now()];
      const waits = await probe(`http://127.0.0.1:${hub.adminPort}/`, measureMs);
      const seconds = (performance.now() - began) / 1000;
      const cpuShare = (hub.cpuSeconds - cpu) / seconds;
      const report = await worker.ask<LoadReport>("report");
      alone ??= report;
      const kept = (figure: "wall" | "single") => `${Math.round((100 * report[figure]) / (alone?.[figure] ?? 1))} %`;
      rows.push({
        machine: name,
        asked: `${cameras} × ${fps}${greedy ? " + 18 greedy" : ""}`,
        "wall pictures/s": (report.wall / seconds).toFixed(0),
        kept: kept("wall"),
        "single pictures/s": (report.single / 3 / seconds).toFixed(1),
        "kept by singles": kept("single"),
        "greedy pictures/s": greedy ? (report.greedy / seconds).toFixed(0) : "",
        "CPU %": (100 * cpuShare).toFixed(0),
        "CPU ms/picture": ((1000 * cpuShare * seconds) / (report.wall + report.single + report.greedy)).toFixed(2),
        "admin page p95 ms": quantile(waits, 0.95).toFixed(0),
        "peak MB": (peakMemory(hub.pid) / 2 ** 20).toFixed(0),
      });
    }
    return rows;
  } finally {
    group?.remove();
  }
}

/** ms that the page takes, sorted. One that fails counts with the time that it took. */
async function probe(url: string, forMs: number): Promise<number[]> {
  const waits: Promise<number>[] = [];
  for (const end = performance.now() + forMs; performance.now() < end;) {
    waits.push(visit(url));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return (await Promise.all(waits)).toSorted((a, b) => a - b);
}

async function visit(url: string): Promise<number> {
  const began = performance.now();
  const reply = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(10_000) }).catch(
    () => undefined,
  );
  await reply?.arrayBuffer().catch(() => undefined);
  return performance.now() - began;
}

/** Length-prefixed JPEGs of 720p, in one file. */
function makePictures(folder: string): string {
  const source = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=4"];
  execFileSync("ffmpeg", [
    "-v",
    "error",
    ...source,
    "-vf",
    "noise=alls=6",
    "-frames:v",
    "12",
    "-pix_fmt",
    "yuvj420p",
    "-q:v",
    "5",
    join(folder, "%02d.jpg"),
  ]);
  const parts = readdirSync(folder)
    .filter((name) => name.endsWith(".jpg"))
    .toSorted()
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    });
  const file = join(folder, "pictures.bin");
  writeFileSync(file, Buffer.concat(parts));
  console.log(`pictures of ${Math.round(parts.reduce((sum, part) => sum + part.length, 0) / 12_000)} kB`);
  return file;
}
