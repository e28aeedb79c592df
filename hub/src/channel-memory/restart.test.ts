import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import access from "#access/module.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import display from "#outputs/display/module.ts";
import mjpeg from "#outputs/mjpeg/module.ts";
import { noisyPicture } from "#picture/testing.ts";
import push from "#sources/push/module.ts";
import standby from "#standby/module.ts";
import store from "#store/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import channelMemory from "./module.ts";

const modules = [store, channelMemory, access, http, standby, mjpeg, display, push, monitor];
const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };
let picture: Buffer;
beforeAll(async () => void (picture = Buffer.from((await noisyPicture(160, 120)).bytes)));

const boot = (settings = {}, dataDir?: string) =>
  bootHub(modules, { "display.listen": false, ...settings }, dataDir === undefined ? {} : { dataDir });

const picturesOf = (dataDir: string) => {
  const folder = join(dataDir, "channel-memory", "pictures");
  return existsSync(folder) ? readdirSync(folder) : [];
};

async function put(hub: TestHub, channel: string, takenAt = Date.now()): Promise<void> {
  const headers = { ...bearer, "x-timestamp": String(takenAt / 1000) };
  const body = Uint8Array.from(picture);
  const reply = await fetch(`${hub.publicUrl}/ingest/${channel}`, { method: "PUT", body, headers });
  expect(reply.status).toBe(200);
}

/** A hub on what is on the disk just now: as after `kill -9`, nobody says goodbye. */
async function bootAfterKill(hub: TestHub, settings = {}): Promise<TestHub> {
  const dataDir = mkdtempSync(join(tmpdir(), "lightwell-killed-"));
  cpSync(hub.dataDir, dataDir, { recursive: true });
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return boot(settings, dataDir);
}

it("a pushed picture is served again after the hub was killed, as old as it is, until its camera comes", async () => {
  const before = await boot();
  const takenAt = Date.now() - 60_000;
  await put(before, "cam", takenAt);
  await until("it is on the disk", () => picturesOf(before.dataDir).includes("cam.picture"));
  const hub = await bootAfterKill(before);
  const snapshot = await fetch(`${hub.publicUrl}/snapshot/cam`);
  expect(Buffer.from(await snapshot.arrayBuffer()).equals(picture)).toBe(true);
  expect(Number(snapshot.headers.get("x-timestamp")) * 1000).toBeCloseTo(takenAt, -1);
  const row = (await (await fetch(`${hub.publicUrl}/api/channels/cam`)).json()) as Record<string, unknown>;
  expect(row).toMatchObject({ health: "waiting", published: 0, substitute: false, fps: 0 });
  expect(row["capturedAt"]).toBeCloseTo(takenAt, -1);
  await put(hub, "cam");
  expect(hub.channels.get("cam")?.health.state).toBe("live");
  expect(hub.channels.get("cam")?.id).not.toBe(before.channels.get("cam")?.id);
});

it("a picture that is overdue is shown with a badge that says since when", async () => {
  const before = await boot();
  await put(before, "cam", Date.now() - 20 * 60_000);
  await before.close();
  const hub = await boot({}, before.dataDir);
  const channel = hub.channels.get("cam");
  await until("its badge", () => channel?.latest?.substitute);
  expect(channel?.health.state).toBe("stalled");
  expect(channel?.latest?.content).toMatchObject({ width: 160, height: 120 });
});

it("a private channel is private before its camera comes, and a producer of text is awaited too", async () => {
  const before = await boot();
  await put(before, "cam");
  const made = await fetch(`${before.adminUrl}/api/channels/cam`, {
    method: "PATCH",
    headers: { ...bearer, "content-type": "application/json" },
    body: JSON.stringify({ visibility: "private" }),
  });
  expect(made.status).toBe(200);
  const words = new WebSocket(
    `${before.publicUrl.replace("http", "ws")}/ws/display?role=producer&channel=words&token=${ADMIN_TOKEN}`,
  );
  await until("the producer", () => before.channels.get("words")?.publishers.size);
  words.close();
  await before.close();
  const hub = await boot({}, before.dataDir);
  expect((await fetch(`${hub.publicUrl}/snapshot/cam`)).status).toBe(404);
  expect((await fetch(`${hub.publicUrl}/snapshot/cam`, { headers: bearer })).status).toBe(200);
  expect(hub.channels.get("words")?.health.state).toBe("waiting");
  expect((await fetch(`${hub.publicUrl}/snapshot/nowhere`)).status).toBe(404);
});

it("a channel that an operator removes is forgotten with its picture", async () => {
  const before = await boot();
  await put(before, "cam");
  await until("it is on the disk", () => picturesOf(before.dataDir).length > 0);
  const gone = await fetch(`${before.adminUrl}/api/channels/cam`, { method: "DELETE", headers: bearer });
  expect(gone.status).toBe(204);
  expect(picturesOf(before.dataDir)).toEqual([]);
  await before.close();
  const hub = await boot({}, before.dataDir);
  expect(hub.channels.get("cam")).toBeUndefined();
});

it("a hub that is to keep no pictures writes none, and still knows the names", async () => {
  const before = await boot({ "channel-memory.lastPictures": 0 });
  await put(before, "cam");
  await before.close();
  expect(picturesOf(before.dataDir)).toEqual([]);
  const hub = await boot({}, before.dataDir);
  expect(hub.channels.get("cam")?.latest).toBeUndefined();
});
