import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "../worker.ts";
import type { HubCommand, HubReport, PeerCommand, PeerReport, Way } from "./messages.ts";

type Row = Record<string, string | number>;

const FPS = 30;
/** As hub/bin/lightwell.mjs starts the hub. */
const AS_STARTED = {
  node: ["--max-semi-space-size=2", "--v8-pool-size=1"],
  env: { MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072", MALLOC_MMAP_THRESHOLD_: "131072" },
};

/**
 * What garbage collection takes of the hub's main thread while it reads cameras (720p, about 100 kB, 30 pictures a
 * second each), every one with a viewer.
 */
export default async function run(args: readonly string[]): Promise<{ table: Row[]; notes: readonly string[] }> {
  const quick = args.includes("--quick");
  const only = args.find((arg) => arg.startsWith("--only="))?.slice(7);
  const dir = mkdtempSync(join(tmpdir(), "lightwell-cameras-"));
  try {
    const table: Row[] = [];
    for (const way of ["pull", "video"] as const)
      for (const cameras of quick ? [16] : [4, 16])
        if (!only || only === way) table.push(await measure(way, cameras, quick ? 8000 : 18_000, dir));
    return {
      table,
      notes: [
        `Each camera gives ${FPS} pictures a second and has one viewer of /video_feed; hub, cameras with viewers, and ffmpeg in processes of their own on one machine, over loopback.`,
        "pull: MJPEG by HTTP with Content-Length. video: an ffmpeg for each camera that passes MJPEG on unchanged, so that what is measured is the hub.",
        "GC: by samples of the V8 profiler, of the time and of the time that the main thread was not idle; the performance entries of Node tell of the pauses only, a quarter of it.",
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(way: Way, cameras: number, measureMs: number, dir: string): Promise<Row> {
  const clip = makeClip(dir);
  await using workers = new AsyncDisposableStack();
  const peers = workers.use(new Worker<PeerCommand>(new URL("peers.ts", import.meta.url), { clip, fps: FPS }));
  const port = await peers.next<number>();
  const hub = workers.use(
    new Worker<HubCommand>(
      new URL("hub.ts", import.meta.url),
      { way, cameras, port, program: join(dir, "ffmpeg") },
      AS_STARTED,
    ),
  );
  const hubPort = await hub.next<number>();
  await wait(2000);
  peers.tell({ watch: hubPort, cameras });
  await wait(3000);
  for (const worker of [peers, hub]) worker.tell("mark");
  await wait(measureMs);
  const [report, seen] = await Promise.all([hub.ask<HubReport>("report"), peers.ask<PeerReport>("report")]);
  const seconds = report.elapsedMs / 1000;
  const percent = (share: number) => (100 * share).toFixed(1);
  return {
    way,
    cameras,
    "pictures/s": (report.published / seconds).toFixed(0),
    "MB/s to viewers": (seen.seenBytes / seconds / 1e6).toFixed(1),
    "GC % of time": percent(report.collectingMs / report.elapsedMs),
    "GC % of busy time": percent(report.collectingMs / (report.elapsedMs - report.idleMs)),
    "mark-compacts/s": (report.markCompacts / seconds).toFixed(2),
    "scavenges/s": (report.scavenges / seconds).toFixed(1),
    "longest pause ms": report.longestPauseMs.toFixed(1),
    "CPU %": percent(report.cpuMs / report.elapsedMs),
    "RSS MB": (report.residentBytes / 1e6).toFixed(0),
  };
}

/** A clip of 50 pictures that differ, and a program that gives it out again and again as ffmpeg would. */
function makeClip(dir: string): string {
  const clip = join(dir, "clip.mjpeg");
  const film = "testsrc2=size=1280x720:rate=25,noise=alls=13:allf=t";
  const make = ["-v", "error", "-y", "-f", "lavfi", "-i", film, "-frames:v", "50", "-q:v", "7", "-f", "mjpeg", clip];
  execFileSync("ffmpeg", make);
  const play = `-v error -nostdin -re -stream_loop -1 -f mjpeg -framerate ${FPS} -i ${clip} -c copy -f mjpeg pipe:1`;
  const program = `#!/bin/sh\n[ "$1" = -version ] && exec ffmpeg -version\nexec ffmpeg ${play}\n`;
  writeFileSync(join(dir, "ffmpeg"), program, { mode: 0o755 });
  return clip;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
