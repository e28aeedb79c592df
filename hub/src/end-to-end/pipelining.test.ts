import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../testing/wait.ts";

const launcher = new URL("../../bin/lightwell.mjs", import.meta.url).pathname;

/** To each listener. */
const CONNECTIONS = 30;
const REQUESTS = 2400;
const FLOOD_MS = 5000;
/** Unbounded, this flood costs the hub 560 MB and more, and others wait for 95 s. */
const MOST_GROWTH_MB = 150;
/** Much of it is for a machine that is busy with other tests. */
const LONGEST_WAIT_MS = 10_000;

/** A hub of its own process, so that its memory can be read. */
async function start() {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-pipelining-"));
  const keys = ["http.publicPort", "http.adminPort", "telnet.port", "stats.port", "ascii-web.port"];
  const settings = [...keys, "display.port", "display.pagePort", "push.iotPort"].flatMap((key) => [
    "--set",
    `${key}=0`,
  ]);
  const child = spawn(launcher, ["--data", dataDir, ...settings]);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await until("its end", () => child.exitCode !== null || child.signalCode !== null);
    rmSync(dataDir, { recursive: true, force: true });
  });
  await until("the hub", () => said.includes("^C ends it"));
  const portOf = (pattern: RegExp) => Number(pattern.exec(said)?.[1]);
  return {
    ports: {
      public: portOf(/watch +http:\/\/[^:]+:(\d+)/),
      admin: portOf(/dashboard +http:\/\/[^:]+:(\d+)/),
      "the text display's page": portOf(/text display +http:\/\/[^:]+:(\d+)/),
      "the ASCII viewer's page": portOf(/ASCII WebSocket +ws:\/\/[^:]+:(\d+)/),
      "the IoT listener": portOf(/into the channel iot.* port=(\d+)/),
    },
    residentMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
  };
}

/** Many requests at once on many connections, whose replies nobody reads. */
function flood(port: number): void {
  const requests = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(REQUESTS);
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write(requests);
    onTestFinished(() => void socket.destroy());
  }
}

it.skipIf(process.platform !== "linux")(
  "pipelined requests whose replies nobody reads cost no memory, and keep nobody waiting",
  async () => {
    const hub = await start();
    const before = hub.residentMb();
    for (const port of Object.values(hub.ports)) flood(port);
    let [growth, longest] = [0, 0];
    const end = performance.now() + FLOOD_MS;
    while (performance.now() < end) {
      const asked = performance.now();
      const reply = await fetch(`http://127.0.0.1:${hub.ports.admin}/healthz`);
      await reply.text();
      longest = Math.max(longest, performance.now() - asked);
      growth = Math.max(growth, hub.residentMb() - before);
    }
    expect.soft(growth, "MB").toBeLessThan(MOST_GROWTH_MB);
    expect.soft(longest, "ms").toBeLessThan(LONGEST_WAIT_MS);
  },
);
