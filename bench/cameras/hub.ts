import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { weighPictures } from "../../hub/src/cli/weigh-pictures.ts";
import { loadConfig } from "../../hub/src/config.ts";
import { startHub } from "../../hub/src/hub.ts";
import { modules } from "../../hub/src/modules.ts";
import { watchMainThread } from "./main-thread.ts";
import { nameOf, type HubArguments, type HubCommand, type HubReport } from "./messages.ts";

/** Process of a whole hub, as the heap that is collected is all of it, that reads cameras. */
const { way, cameras, port, program } = JSON.parse(process.argv[2] ?? "{}") as HubArguments;
const channels = Array.from({ length: cameras }, (_, camera) => nameOf(camera));
const inputs =
  way === "pull"
    ? { "pull.inputs": channels.map((channel) => ({ channel, url: `http://127.0.0.1:${port}/${channel}` })) }
    : {
        "video.ffmpeg": program,
        "video.inputs": channels.map((channel) => ({ channel, input: `rtsp://127.0.0.1/${channel}` })),
      };
weighPictures();
const flags = {
  "hub.dataDir": mkdtempSync(join(tmpdir(), "lightwell-bench-")),
  "hub.logFormat": "silent",
  "access.adminToken": "bench-admin-token-0123456789",
  "http.publicHost": "127.0.0.1",
  "http.publicPort": 0,
  "http.adminPort": 0,
  "ascii-web.port": 0,
  "display.listen": false,
  "telnet.port": 0,
  "stats.port": 0,
  ...inputs,
};
const hub = await startHub(modules, loadConfig(modules, { flags }));
const published = () => hub.channels.list().reduce((sum, channel) => sum + channel.published, 0);
let before = 0;
let cpu = process.cpuUsage();
let stopWatching: Awaited<ReturnType<typeof watchMainThread>> | undefined;

async function answer(command: HubCommand): Promise<void> {
  if (command === "mark") {
    stopWatching = await watchMainThread();
    before = published();
    cpu = process.cpuUsage();
  } else if (command === "report") {
    const { user, system } = process.cpuUsage(cpu);
    const pictures = published() - before;
    const residentBytes = process.memoryUsage.rss();
    const seen = await stopWatching?.();
    if (!seen) throw new Error("there is no report without a mark");
    process.send?.({ ...seen, published: pictures, cpuMs: (user + system) / 1000, residentBytes } satisfies HubReport);
  } else {
    await hub.close();
    rmSync(flags["hub.dataDir"], { recursive: true, force: true });
    process.exit(0);
  }
}

process.on("message", (command: HubCommand) => void answer(command));
process.on("disconnect", () => process.exit(0));
process.send?.(Number(new URL(hub.service("http")?.address("public") ?? "").port));
