import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Kernel ticks of CPU time a second, on every Linux that Node runs on. */
const TICKS = 100;

/** A hub as users start it, in a process of its own. */
export class HubProcess implements AsyncDisposable {
  readonly publicPort: number;
  readonly adminPort: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  /** @param started is called at once, before anything is measured at the start. @param checkout of the hub to measure, when that is not this one */
  static async start(
    channels: readonly string[],
    started: (pid: number) => void,
    checkout = fileURLToPath(new URL("../..", import.meta.url)),
  ) {
    const folder = mkdtempSync(join(tmpdir(), "lightwell-wall-"));
    const [publicPort, adminPort] = [await freePort(), await freePort()];
    const settings = {
      "hub.logFormat": "silent",
      "http.publicHost": "127.0.0.1",
      "http.publicPort": publicPort,
      "http.adminPort": adminPort,
      "access.adminToken": "bench-admin-token-0123456789",
      "push.openChannels": JSON.stringify(channels),
      "display.port": 0,
      "display.pagePort": 0,
      "ascii-web.port": 0,
      "telnet.port": 0,
      "stats.port": 0,
      "text-scene.enabled": false,
    };
    const set = Object.entries(settings).flatMap(([path, value]) => ["--set", `${path}=${value}`]);
    const args = [join(checkout, "hub/bin/lightwell.mjs"), "all", "--data", folder, ...set];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (child.pid !== undefined) started(child.pid);
    const hub = new HubProcess(child, folder, publicPort, adminPort);
    for (let i = 0; i < 300; i++) {
      if (child.exitCode !== null) throw new Error("the hub did not start");
      const up = await fetch(`http://127.0.0.1:${adminPort}/healthz`).catch(() => undefined);
      if (up?.ok) return hub;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the hub does not answer");
  }

  private constructor(child: ChildProcess, folder: string, publicPort: number, adminPort: number) {
    this.#child = child;
    this.#folder = folder;
    this.publicPort = publicPort;
    this.adminPort = adminPort;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** User and system time so far, in seconds. */
  get cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
