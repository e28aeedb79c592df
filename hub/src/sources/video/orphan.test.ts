import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../testing/wait.ts";

const dir = mkdtempSync(join(tmpdir(), "lightwell-orphan-"));
const film = join(dir, "film.avi");
const pidFile = join(dir, "pid");
const program = join(dir, "ffmpeg-with-pid");

beforeAll(() => {
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=2", film]);
  const ffmpeg = execFileSync("sh", ["-c", "command -v ffmpeg"], { encoding: "utf8" }).trim();
  writeFileSync(program, `#!/bin/sh\n[ "$1" = -version ] || echo $$ > ${pidFile}\nexec ${ffmpeg} "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const HUB = `
  const at = ${JSON.stringify(fileURLToPath(new URL("../..", import.meta.url)))};
  const { default: video } = await import(at + "sources/video/module.ts");
  const { loadConfig } = await import(at + "config.ts");
  const { startHub } = await import(at + "hub.ts");
  const hub = await startHub([video], loadConfig([video], { flags: JSON.parse(process.argv[1]) }));
  setInterval(() => console.log(hub.channels.get("film")?.published), 50);
`;

/** A hub in a process of its own, which plays `input`. */
function startHubProcess(input: string, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const settings = { "hub.dataDir": join(dir, "data"), "hub.logFormat": "silent" };
  const flags = { ...settings, "video.ffmpeg": program, "video.inputs": [{ channel: "film", input }] };
  const hub = spawn(process.execPath, ["--input-type=module", "-e", HUB, JSON.stringify(flags)], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  onTestFinished(() => void hub.kill("SIGKILL"));
  return hub;
}

const ffmpegPid = () =>
  until("ffmpeg", () => {
    try {
      return Number(readFileSync(pidFile, "utf8"));
    } catch {
      return 0;
    }
  });

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    // Nobody collects the orphans of a container without an init.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe.skipIf(process.platform !== "linux")("when the hub is killed", () => {
  it("an ffmpeg that waits for pictures ends with it", async () => {
    // Nobody sends anything there: by itself it would wait for ever.
    const hub = startHubProcess("udp://127.0.0.1:59?localport=0");
    const pid = await ffmpegPid();
    onTestFinished(() => void (isAlive(pid) && process.kill(pid, "SIGKILL")));
    expect(isAlive(pid)).toBe(true);
    hub.kill("SIGKILL");
    await until("the end of ffmpeg", () => !isAlive(pid));
  });

  it("an ffmpeg that plays ends with it, also where setpriv is missing", async () => {
    rmSync(pidFile, { force: true });
    const hub = startHubProcess(film, { ...process.env, PATH: dir });
    const output = hub.stdout;
    if (!output) throw new Error("the hub has no output");
    let published = 0;
    output.setEncoding("utf8").on("data", (text: string) => (published = Number(text.trim().split("\n").at(-1))));
    const pid = await ffmpegPid();
    onTestFinished(() => void (isAlive(pid) && process.kill(pid, "SIGKILL")));
    await until("pictures", () => published > 5);
    hub.kill("SIGKILL");
    await once(hub, "close");
    await until("the end of ffmpeg", () => !isAlive(pid));
  });
});
