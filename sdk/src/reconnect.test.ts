import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { plainPicture } from "../../hub/src/picture/testing.ts";
import { ADMIN_TOKEN } from "../../hub/src/testing/boot.ts";
import { OWN_ADDRESS } from "../../hub/src/testing/own-address.ts";
import { until } from "../../hub/src/testing/wait.ts";
import { connectTo, rowsOf, startHub } from "./hub.fixture.ts";
import { connect, type Lost } from "./index.ts";

/** Hubs come back at the port that they had. */
const own = { "http.publicHost": OWN_ADDRESS };

const main = fileURLToPath(new URL("../../hub/src/main.ts", import.meta.url));

/** A hub in a process of its own, so that it can be killed. */
async function spawnHub(port: number): Promise<ChildProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-sdk-"));
  const settings = {
    "hub.dataDir": dataDir,
    ...own,
    "http.publicPort": port,
    "http.adminPort": 0,
    "display.listen": false,
  };
  const hub = spawn(
    process.execPath,
    [main, "web", ...Object.entries(settings).flatMap(([path, value]) => ["--set", `${path}=${value}`])],
    { env: { ...process.env, LIGHTWELL_ADMIN_TOKEN: ADMIN_TOKEN }, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  hub.stderr.on("data", (data) => (said += String(data)));
  onTestFinished(() => {
    hub.kill("SIGKILL");
    rmSync(dataDir, { recursive: true, force: true });
  });
  const url = `http://${OWN_ADDRESS}:${port}/readyz`;
  await until("the hub to be ready", () => {
    if (hub.exitCode !== null) throw new Error(`the hub ended with ${hub.exitCode}: ${said}`);
    return fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return hub;
}

test("a producer and a viewer come back when the hub does, with the newest frame and state", async () => {
  const first = await startHub(own);
  const port = new URL(first.publicUrl).port;
  const client = connectTo(first);
  const channel = client.channel("a", { cols: 30, rows: 6 });
  const lost: Lost[] = [];
  let connections = 0;
  channel.on("disconnected", (why) => lost.push(why));
  channel.on("connected", () => connections++);
  const state = { stages: {}, preset: "one", presets: ["one"], selected_stage: null };
  channel.broadcastState(state);
  channel.showLines(["before"]);
  await channel.flush();

  const seen: string[] = [];
  const watch = client.watch("a");
  watch.on("disconnected", () => undefined);
  watch.on("refused", () => undefined);
  const watching = (async () => {
    for await (const { grid } of watch) seen.push(rowsOf(grid)[0]?.trim() ?? "");
  })();
  await until("the first frame", () => seen.includes("before"));

  await first.close();
  await until("the loss to be noticed", () => lost.length > 0);
  expect(lost[0]?.reason).toContain("the hub is closing");
  expect(lost[0]?.retryInMs).toBeGreaterThanOrEqual(150);
  expect([channel.connected, channel.viewerCount]).toEqual([false, 0]);
  for (let k = 0; k < 100; k++) channel.showLines([`while away ${k}`]);

  const second = await startHub({ ...own, "http.publicPort": Number(port) });
  await channel.flush();
  expect(connections).toBe(2);
  await until("the newest frame", () => seen.includes("while away 99"));
  // Nothing was queued.
  expect(second.channels.get("a")?.published).toBe(1);
  expect(seen.filter((line) => line.startsWith("while"))).toEqual(["while away 99"]);
  expect(await client.state("a")).toEqual(state);
  client.close();
  await watching;
});

test("a frame that was shown before the hub was lost is shown again by the next hub", async () => {
  const first = await startHub(own);
  const port = Number(new URL(first.publicUrl).port);
  const client = connectTo(first);
  const text = client.channel("text");
  const picture = client.channel("picture");
  const lost: Lost[] = [];
  // Listening connects: then a picture too is sent again.
  for (const channel of [text, picture]) channel.on("disconnected", (why) => lost.push(why));
  text.showLines(["still here"]);
  picture.showImage(new Uint8Array((await plainPicture(20, 10)).bytes));
  await Promise.all([text.flush(), picture.flush()]);
  await until("both connections", () => text.connected && picture.connected);
  await first.close();
  const second = await startHub({ ...own, "http.publicPort": port });
  await until("the text", () => second.channels.get("text")?.latest?.content.kind === "text");
  await until("the picture", () => second.channels.get("picture")?.latest?.content.kind === "image");
});

test("pictures that could not be sent are tried again, the newest only", async () => {
  const first = await startHub(own);
  const port = Number(new URL(first.publicUrl).port);
  const client = connectTo(first);
  await first.close();
  const channel = client.channel("cam");
  const codes: string[] = [];
  channel.on("refused", ({ code }) => codes.push(code));
  const pictures = await Promise.all([10, 20, 30].map((width) => plainPicture(width, 10)));
  for (const { bytes } of pictures) channel.showImage(new Uint8Array(bytes));
  await until("the news", () => codes.includes("unreachable"));
  const second = await startHub({ ...own, "http.publicPort": port });
  await channel.flush();
  expect(second.channels.get("cam")?.published).toBe(1);
  expect(second.channels.get("cam")?.latest?.content).toMatchObject({ width: 30 });
});

test("a hub that is killed and started again gets the pictures, and is watched, as before", async () => {
  const probe = await startHub(own);
  const port = Number(new URL(probe.publicUrl).port);
  await probe.close();
  const first = await spawnHub(port);
  const client = connect(`http://${OWN_ADDRESS}:${port}`, { token: ADMIN_TOKEN });
  onTestFinished(() => client.close());
  const channel = client.channel("cam");
  channel.on("refused", () => undefined);
  channel.showImage(new Uint8Array((await plainPicture(100, 50)).bytes));
  await channel.flush();
  const widths: number[] = [];
  const watch = client.watchPictures("cam");
  const reasons: string[] = [];
  watch.on("disconnected", ({ reason }) => reasons.push(reason));
  watch.on("refused", () => undefined);
  const watching = (async () => {
    for await (const { width } of watch) widths.push(width);
  })();
  await until("the first picture", () => widths.includes(100));
  first.kill("SIGKILL");
  await until("the loss", () => reasons.length > 0);
  channel.showImage(new Uint8Array((await plainPicture(200, 50)).bytes));
  await spawnHub(port);
  await channel.flush();
  await until("the second picture", () => widths.includes(200));
  client.close();
  await watching;
});

test("a program whose client is closed ends by itself, connected or not", async () => {
  const hub = await startHub();
  const run = async (url: string, wait: string) => {
    const program = `
      import { connect } from "@lightwell/sdk";
      const hub = connect(${JSON.stringify(url)}, { token: ${JSON.stringify(ADMIN_TOKEN)} });
      const channel = hub.channel("a");
      channel.setFrameDelay(60_000);
      channel.showLines(["one"]);
      channel.showLines(["two"]);
      hub.channel("cam").showImage(new Uint8Array(10));
      const watch = hub.watch("a");
      const pictures = hub.watchPictures("a");
      const both = Promise.all([watch.next(), pictures.next()]);
      ${wait}
      const asked = hub.state("a").catch(() => undefined);
      hub.close();
      await Promise.all([asked, both]);
      console.log(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length, "timers");
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let out = "";
    child.stdout.on("data", (data) => (out += String(data)));
    const code = await new Promise((resolve) => child.on("close", resolve));
    return { code, out };
  };
  expect(await run(hub.publicUrl, "await both;")).toEqual({ code: 0, out: "0 timers\n" });
  const away = 'await new Promise((resolve) => channel.on("disconnected", resolve));';
  expect(await run("http://127.0.0.1:9", away)).toEqual({ code: 0, out: "0 timers\n" });
});
