import { once } from "node:events";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { ManualClock } from "#core/manual-clock.ts";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import access from "../../access/module.ts";
import http from "../../http/module.ts";
import mjpeg from "../../outputs/mjpeg/module.ts";
import store from "../../store/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import push from "./module.ts";

const picture = Uint8Array.from(
  await sharp({ create: { width: 32, height: 24, channels: 3, background: "#345" } })
    .jpeg()
    .toBuffer(),
);

const start = (settings: Readonly<Record<string, unknown>> = {}, clock?: ManualClock) =>
  bootHub([store, access, http, mjpeg, push], settings, clock ? { clock } : {});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const asAdmin = { ...bearer(ADMIN_TOKEN), "content-type": "application/json" };

async function producer(hub: TestHub): Promise<{ readonly id: string; readonly secret: string }> {
  const body = JSON.stringify({ name: "camera", role: "producer" });
  const made = await fetch(`${hub.adminUrl}/api/tokens`, { method: "POST", headers: asAdmin, body });
  return (await made.json()) as { id: string; secret: string };
}

const revoke = async (hub: TestHub, id: string) =>
  expect(
    (await fetch(`${hub.adminUrl}/api/tokens/${id}`, { method: "DELETE", headers: bearer(ADMIN_TOKEN) })).status,
  ).toBe(204);

const put = (hub: TestHub, channel: string, token: string, body = picture) =>
  fetch(`${hub.publicUrl}/ingest/${channel}`, { method: "PUT", headers: bearer(token), body });

function endless(hub: TestHub, token: string): ClientRequest {
  const headers = { ...bearer(token), "content-type": "multipart/x-mixed-replace; boundary=f" };
  const request = requestHttp(`${hub.publicUrl}/ingest/b`, { method: "PUT", headers });
  onTestFinished(() => void request.destroy());
  request.on("error", () => undefined);
  return request;
}

const part = () =>
  Buffer.concat([Buffer.from("--f\r\nContent-Type: image/jpeg\r\n\r\n"), picture, Buffer.from("\r\n")]);

describe("a token that is revoked", () => {
  it("ends what is being pushed and watched with it", async () => {
    const clock = new ManualClock();
    const hub = await start({ "channels.visibility": "private" }, clock);
    const { id, secret } = await producer(hub);

    const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=a&token=${secret}`);
    onTestFinished(() => ws.terminate());
    let closed: number | undefined;
    ws.on("close", (code) => (closed = code));
    await once(ws, "open");
    ws.send(picture);
    await until("the first picture", () => hub.channels.get("a")?.published === 1);

    const upload = endless(hub, secret);
    let answer: IncomingMessage | undefined;
    upload.on("response", (response) => (answer = response));
    upload.write(part());
    upload.write(part());
    await until("a part", () => (hub.channels.get("b")?.published ?? 0) > 0);

    const watching = requestHttp(`${hub.publicUrl}/video_feed/a`, { headers: bearer(secret) }).end();
    onTestFinished(() => void watching.destroy());
    const [stream] = (await once(watching, "response")) as [IncomingMessage];
    let ended = false;
    stream.resume().on("close", () => (ended = true));
    stream.on("error", () => undefined);

    await revoke(hub, id);
    await until("all to be ended", () => {
      clock.advance(1000);
      if (!answer) upload.write(part());
      return closed !== undefined && answer !== undefined && ended;
    });
    expect(closed).toBe(1008);
    expect(answer?.statusCode).toBe(401);
  });
});

describe("one token", () => {
  it("brings this many channels into being and no more, others have theirs", async () => {
    const hub = await start({ "push.maxChannelsPerToken": 2 });
    const { secret } = await producer(hub);
    for (const [name, status] of [
      ["a", 200],
      ["b", 200],
      ["c", 503],
      ["a", 200],
    ] as const)
      expect((await put(hub, name, secret)).status, `at ${name}`).toBe(status);
    const refused = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=c&token=${secret}`);
    refused.on("error", () => undefined);
    const [, response] = (await once(refused, "unexpected-response")) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(503);
    expect((await put(hub, "c", (await producer(hub)).secret)).status).toBe(200);
    hub.channels.remove("b");
    expect((await put(hub, "d", secret)).status).toBe(200);
  });

  it("makes no more by connecting first and sending afterwards", async () => {
    const hub = await start({ "push.maxChannelsPerToken": 1 });
    const { secret } = await producer(hub);
    const said: string[] = [];
    const sockets = ["a", "b"].map((name) => {
      const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=${name}&token=${secret}`);
      onTestFinished(() => ws.terminate());
      ws.on("message", (data: Buffer) => said.push(data.toString()));
      return ws;
    });
    await Promise.all(sockets.map((ws) => once(ws, "open")));
    for (const ws of sockets) ws.send(picture);
    await until("the refusal", () => said.some((line) => line.includes("has made 1 channels already")));
    expect(hub.channels.list()).toHaveLength(1);
  });

  it("that makes up names for what is no picture fills no memory and keeps nobody out", async () => {
    const hub = await start({ "push.maxConnections": 5 });
    const rubbish = Uint8Array.from([1, 2, 3]);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await put(hub, `name-${i}`, ADMIN_TOKEN, rubbish)).status);
    expect(statuses).toEqual(Array<number>(7).fill(422));
    expect(hub.channels.list()).toEqual([]);
    for (let i = 0; i < 5; i++) expect((await put(hub, `good-${i}`, ADMIN_TOKEN)).status).toBe(200);
    expect((await put(hub, "one-too-many", ADMIN_TOKEN)).status).toBe(503);
    expect((await put(hub, "good-0", ADMIN_TOKEN)).status).toBe(200);
  });

  it("has only this many bodies without end under way", async () => {
    const hub = await start({ "push.maxConnections": 1 });
    const first = endless(hub, ADMIN_TOKEN);
    first.write(part());
    first.write(part());
    await until("a part", () => (hub.channels.get("b")?.published ?? 0) > 0);
    const second = endless(hub, ADMIN_TOKEN);
    second.write(part());
    const [answer] = (await once(second, "response")) as [IncomingMessage];
    expect(answer.statusCode).toBe(503);
  });
});

it("half pictures are cut off when they take too much memory together, whole ones go on", async () => {
  const hub = await start({ "push.maxBytes": 100_000, "push.openChannels": ["cam"] });
  const sockets = await Promise.all(
    Array.from({ length: 80 }, async () => {
      const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=cam`);
      onTestFinished(() => ws.terminate());
      ws.on("error", () => undefined);
      await once(ws, "open");
      return ws;
    }),
  );
  for (const ws of sockets) ws.send(new Uint8Array(99_000), { fin: false });
  const open = () => sockets.filter((ws) => ws.readyState === WebSocket.OPEN);
  await until("some to be cut off", () => open().length <= 64);
  expect(open().length).toBeGreaterThan(50);
  const good = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=cam`);
  onTestFinished(() => good.terminate());
  await once(good, "open");
  good.send(picture);
  await until("its picture", () => hub.channels.get("cam")?.published === 1);
});

it("refusals of many producers are logged a few times, not once each", async () => {
  const hub = await start();
  for (let i = 0; i < 60; i++) await put(hub, `name-${i}`, ADMIN_TOKEN, Uint8Array.from([1, 2, 3]));
  const lines = hub.service("report")?.lines() ?? [];
  const refusals = lines.filter(({ message }) => message.includes("a picture was refused"));
  expect(refusals.length).toBeGreaterThan(0);
  expect(refusals.length).toBeLessThan(40);
});
