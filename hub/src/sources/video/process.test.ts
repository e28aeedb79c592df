// needs: ffmpeg
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
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
beforeEach(() => rmSync(pidFile, { force: true }));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const HUB = `
  const at = ${JSON.stringify(fileURLToPath(new URL("../..", import.meta.url)))};
  const { default: video } = await import(at + "sources/video/module.ts");
  const { loadConfig } = await import(at + "config.ts");
  const { startHub } = await import(at + "hub.ts");
  const hub = await startHub([video], loadConfig([video], { flags: JSON.parse(process.argv[1]) }));
  const channel = hub.channels.get("film");
  setInterval(() => console.log(JSON.stringify([channel?.published, [...channel.publishers][0]?.status])), 50);
`;

/** A hub in a process of its own, which plays `input` and says how far it is. */
function startHubProcess(input: string, env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const settings = { "hub.dataDir": join(dir, "data"), "hub.logFormat": "silent" };
  const flags = { ...settings, "video.ffmpeg": program, "video.inputs": [{ channel: "film", input }] };
  const hub = spawn(process.execPath, ["--input-type=module", "-e", HUB, JSON.stringify(flags)], {
    stdio: ["pipe", "pipe", "inherit"],
    env,
  });
  onTestFinished(() => void hub.kill("SIGKILL"));
  return hub;
}

function progressOf({ stdout }: ChildProcess): { published: number; status: string } {
  const progress = { published: 0, status: "" };
  stdout?.setEncoding("utf8").on("data", (text: string) => {
    const [published, status] = JSON.parse(text.trim().split("\n").at(-1) ?? "") as [number, string];
    Object.assign(progress, { published, status });
  });
  return progress;
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

it("a film on standard input is played once, in real time", async () => {
  const hub = startHubProcess("-");
  const progress = progressOf(hub);
  if (!hub.stdin) throw new Error("the hub has no input");
  createReadStream(film).pipe(hub.stdin);
  await until("its end", () => progress.status === "played to its end");
  expect(progress.published).toBe(50);
});

describe.skipIf(process.platform !== "linux")("when the hub is killed", () => {
  it("an ffmpeg that waits for pictures ends with it", async () => {
    // Nothing is sent there: by itself it would wait for ever.
    const server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const hub = startHubProcess(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(server, "connection");
    const pid = await ffmpegPid();
    onTestFinished(() => void (isAlive(pid) && process.kill(pid, "SIGKILL")));
    expect(isAlive(pid)).toBe(true);
    hub.kill("SIGKILL");
    await until("the end of ffmpeg", () => !isAlive(pid));
  });

  it("an ffmpeg that plays ends with it, also where setpriv is missing", async () => {
    const hub = startHubProcess(film, { ...process.env, PATH: dir });
    const progress = progressOf(hub);
    const pid = await ffmpegPid();
    onTestFinished(() => void (isAlive(pid) && process.kill(pid, "SIGKILL")));
    await until("pictures", () => progress.published > 5);
    hub.kill("SIGKILL");
    await once(hub, "close");
    await until("the end of ffmpeg", () => !isAlive(pid));
  });
});
