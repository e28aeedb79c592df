import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { until } from "../testing/wait.ts";

const main = new URL("../main.ts", import.meta.url).pathname;

/** A hub of its own process that may have this many file descriptors. */
function start(limit: number) {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-descriptors-"));
  const ports = ["http.publicPort", "http.adminPort", "telnet.port", "stats.port", "ascii-web.port", "display.port"];
  const settings = [...ports, "display.pagePort"].map((key) => `--set ${key}=0`).join(" ");
  const command = `ulimit -n ${limit} && exec ${process.execPath} ${main} --data ${dataDir} ${settings}`;
  const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await until("its end", () => child.exitCode !== null || child.signalCode !== null);
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { child, said: () => said };
}

/** What a connection hears that is turned away: nothing while as many others are being told as may be at a time. */
function refusalFrom(port: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
    socket.setEncoding("latin1").on("data", (text: string) => (heard += text));
    socket.on("error", () => undefined).on("close", () => resolve(heard));
  });
}

it("a flood of connections takes no descriptor that the hub needs, and the dashboard can be reached meanwhile", async () => {
  const hub = start(300);
  const url = (use: string) => new RegExp(`  ${use} +(http\\S+)`).exec(hub.said())?.[1];
  const admin = await until("the hub", () => hub.said().includes("^C ends it") && url("dashboard"), 20_000);
  const { port } = new URL(url("watch") ?? "");
  let ended = 0;
  const sockets = Array.from({ length: 600 }, () => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined).on("close", () => ended++);
    socket.resume();
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await until("most to be turned away", () => ended > 300);
  const refusal = await until("a place among those who are told why", () => refusalFrom(Number(port)));
  expect(refusal).toMatch(/^HTTP\/1.1 503 .*Retry-After: 10\r\n.*Server Full$/s);
  for (const path of ["healthz", "data", "metrics"]) {
    const reply = await fetch(`${admin}${path}`, { headers: { connection: "close" } });
    expect(reply.status, `at ${path}`).toBe(200);
    await reply.text();
  }
  for (const socket of sockets) socket.destroy();
  await until("the public listener to be back", async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    return reply?.status === 200;
  });
  expect(hub.child.exitCode).toBeNull();
  expect(hub.said()).not.toContain("EMFILE");
  // Some hundreds were refused within the minute.
  await until("a word in the log", () => hub.said().includes("no file descriptors left"));
  expect(hub.said().match(/no file descriptors left/g)).toHaveLength(1);
}, 60_000);
