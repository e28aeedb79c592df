// needs: curl
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import sharp from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import standby from "#standby/module.ts";
import { systemClock, type Clock } from "#core/clock.ts";
import type { Content } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { inspectPicture } from "#picture/inspect.ts";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import { warningsOfFfmpeg } from "#testing/ffmpeg.ts";
import { until } from "../../testing/wait.ts";
import { MjpegClient } from "./client.fixture.ts";
import mjpeg from "./module.ts";

const run = promisify(execFile);
let bytes: Buffer;

beforeAll(async () => {
  // Noise: of a plain picture of 700 bytes ffmpeg says that its end is missing, wherever it comes from.
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  bytes = await sharp({ create: { width: 320, height: 240, channels: 3, background: "#a33", noise } })
    .jpeg()
    .toBuffer();
});

const jpeg = (): Content => ({ kind: "image", format: "jpeg", bytes, width: 320, height: 240 });

async function start(settings: Record<string, unknown> = {}, wishes = {}, clock: Clock = systemClock) {
  const hub = await bootHub([store, access, http, standby, mjpeg], settings, { clock });
  const channel = hub.channels.open("cam", wishes);
  const source = channel.publisher("test");
  const publish = (capturedAt?: number) => source.publish(jpeg(), capturedAt);
  const watch = (query = "", headers = {}) => {
    const client = new MjpegClient(`${hub.publicUrl}/video_feed/cam${query}`, headers);
    onTestFinished(() => void client.socket.destroy());
    return client;
  };
  const stats = async () => (await (await fetch(`${hub.publicUrl}/stats`)).json()) as Record<string, unknown>;
  return { hub, channel, publish, watch, stats };
}

describe("an MJPEG stream", () => {
  it("has the head and the parts that clients of the originals know", async () => {
    const { watch, publish } = await start();
    publish(1_700_000_000_123.456);
    const client = watch();
    const head = await client.head;
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toMatch(/\r\nContent-Type: multipart\/x-mixed-replace; boundary=frame\r\n/);
    expect(head).toMatch(/\r\nCache-Control: no-store, no-cache, must-revalidate, max-age=0\r\n/);
    expect(head).toMatch(/\r\nPragma: no-cache/);
    // Without it nginx keeps pictures back until its buffers are full.
    expect(head).toMatch(/\r\nX-Accel-Buffering: no\r\n/);
    expect(head).not.toMatch(/transfer-encoding|content-length/i);
    const part = await client.next();
    expect(part.headers).toBe(
      `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${bytes.length}\r\nX-Timestamp: 1700000000.123456`,
    );
    expect(part.body.equals(bytes)).toBe(true);
  });

  it("closes each part in the write that brings it, so that a browser shows it without waiting for the next", async () => {
    const { watch, publish } = await start();
    publish();
    const client = watch();
    await client.next();
    client.socket.destroy();
    expect(await client.closed).toMatch(/^--frame\r\n/);
  });

  it("sends the last picture once more when none follows, and again each second", async () => {
    const { watch, publish, channel } = await start();
    publish();
    const client = watch();
    for (let i = 0; i < 4; i++) expect((await client.next()).body.equals(bytes)).toBe(true);
    expect(channel.published).toBe(1);
    expect([...channel.viewers()].map((viewer) => viewer.skipped)).toEqual([0]);
  });

  it("sends no more than ?fps= wishes, repeated pictures included", async () => {
    const { watch, publish } = await start();
    publish();
    const [five, one] = [watch("?fps=5"), watch("?fps=1")];
    await Promise.all([five.next(), one.next()]);
    const begin = performance.now();
    const stop = systemClock.every(33, () => void publish());
    onTestFinished(stop);
    await until("two more at one a second", () => one.parts.length >= 2);
    const seconds = (performance.now() - begin) / 1000;
    expect(five.parts.length).toBeLessThanOrEqual(5 * seconds + 2);
    expect(one.parts.length).toBeLessThanOrEqual(seconds + 2);
    expect(seconds).toBeGreaterThan(1);
  });

  it("is named by ?id= and shown at the wished width, quality and format", async () => {
    const { watch, publish, channel } = await start();
    publish();
    const client = watch("?id=lobby&width=160&format=webp");
    const part = await client.next();
    expect(part.headers).toContain("Content-Type: image/webp");
    expect(inspectPicture(part.body)).toMatchObject({ format: "webp", width: 160, height: 120 });
    expect([...channel.viewers()].map((viewer) => viewer.info.name)).toEqual(["lobby"]);
  });

  it("shows the first channel when none is named", async () => {
    const { hub, publish } = await start();
    publish();
    for (const path of ["/video_feed", "/video_feed?channel=cam"]) {
      const client = new MjpegClient(hub.publicUrl + path);
      expect((await client.next()).body.equals(bytes)).toBe(true);
      client.socket.destroy();
    }
  });

  it("draws a text channel", async () => {
    const { hub } = await start();
    const grid = {
      cols: 2,
      rows: 1,
      glyph: Uint32Array.of(65, 66),
      fg: new Uint32Array(2).fill(0xffffff),
      bg: new Uint32Array(2),
      attr: new Uint8Array(2),
    };
    hub.channels.open("words").publisher("test").publish({ kind: "text", grid });
    const client = new MjpegClient(`${hub.publicUrl}/video_feed/words`);
    onTestFinished(() => void client.socket.destroy());
    expect(inspectPicture((await client.next()).body).format).toBe("jpeg");
  });

  it.each([
    ["/video_feed/nowhere", 404],
    ["/video_feed?channel=nowhere", 404],
    ["/video_feed/cam?width=wide", 400],
    ["/video_feed/cam?width=100000", 400],
    ["/video_feed/cam?fps=0", 400],
    ["/video_feed/cam?format=gif", 400],
    ["/video_feed/cam?token=wrong", 401],
    ["/snapshot/nowhere", 404],
    ["/snapshot/cam?maxAgeMs=-1", 400],
    ["/video_feed?id=lobby%0aforged", 400],
    ["/video_feed?id=%E2%80%AEybbol", 400],
  ])("answers %s with %i and the reason", async (path, status) => {
    const { hub, publish } = await start();
    publish();
    const reply = await fetch(hub.publicUrl + path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(((await reply.json()) as { detail: string }).detail).toBeTruthy();
  });

  it("answers HEAD without a stream", async () => {
    const { hub, publish } = await start();
    publish();
    const reply = await fetch(`${hub.publicUrl}/video_feed/cam`, { method: "HEAD" });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("multipart/x-mixed-replace; boundary=frame");
  });
});

describe("the cap", () => {
  it("turns away who is too many, with words of the original, and takes the next when one has left", async () => {
    const { hub, watch, publish, stats } = await start({ "mjpeg.maxViewers": 2 });
    publish();
    const [one, two] = [watch(), watch()];
    await Promise.all([one.next(), two.next()]);
    expect(await stats()).toMatchObject({ current: 2, max: 2, full: true });
    const refused = await fetch(`${hub.publicUrl}/video_feed/cam`);
    expect(refused.status).toBe(503);
    expect(await refused.text()).toBe("Server Full");
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    one.reset();
    await until("a free place", async () => (await stats())["full"] === false);
    const next = watch();
    expect((await next.next()).body.equals(bytes)).toBe(true);
  });
});

describe("a stalled channel", () => {
  it("closes its viewers after a whole part when the policy says so, and takes new ones when it is live again", async () => {
    const clock = new ManualClock();
    const { watch, publish, stats } = await start({}, { whenStalled: "close", stallTimeoutMs: 600 }, clock);
    publish();
    const client = watch();
    await client.next();
    clock.advance(1000);
    expect(await client.closed).toMatch(/^--frame(--)?\r\n$/);
    expect(await stats()).toMatchObject({ channels: { cam: { state: "stalled" } } });
    publish();
    expect(await stats()).toMatchObject({ channels: { cam: { state: "live" } } });
    expect((await watch().next()).body.equals(bytes)).toBe(true);
  });
});

describe("a snapshot", () => {
  it("is the latest picture", async () => {
    const { hub, publish } = await start();
    publish(1_700_000_000_000);
    const reply = await fetch(`${hub.publicUrl}/snapshot/cam`);
    expect(reply.headers.get("content-type")).toBe("image/jpeg");
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(Buffer.from(await reply.arrayBuffer()).equals(bytes)).toBe(true);
    const again = await fetch(`${hub.publicUrl}/snapshot/cam`, {
      headers: { "if-none-match": reply.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
  });

  it("waits for a fresh one, or says in time that there is none", async () => {
    const clock = new ManualClock();
    const { hub, channel, publish } = await start({ "mjpeg.snapshotTimeoutMs": 400 }, {}, clock);
    publish(clock.now() - 60_000);
    const late = fetch(`${hub.publicUrl}/snapshot/cam?maxAgeMs=1000`);
    await until("somebody waits", () => channel.watched);
    clock.advance(400);
    expect((await late).status).toBe(504);
    const asked = fetch(`${hub.publicUrl}/snapshot/cam?maxAgeMs=1000`);
    await until("somebody waits", () => channel.watched);
    clock.advance(399);
    publish();
    expect((await asked).status).toBe(200);
    expect(channel.watched).toBe(false);
  });
});

describe("peers that misbehave", () => {
  it.each([
    ["reset the connection", (client: MjpegClient) => client.reset()],
    ["leave without a word", (client: MjpegClient) => void client.socket.destroy()],
    ["send more than they should", (client: MjpegClient) => void client.socket.write("x".repeat(1_000_000))],
    ["half close", (client: MjpegClient) => void client.socket.end()],
  ])("that %s leave the others alone and nothing behind", async (_, misbehave) => {
    const { watch, publish, channel, stats } = await start();
    publish();
    const [rude, other] = [watch(), watch()];
    await Promise.all([rude.next(), other.next()]);
    misbehave(rude);
    for (let i = 0; i < 3; i++) expect((await other.next()).body.equals(bytes)).toBe(true);
    rude.socket.destroy();
    await until("one viewer", async () => (publish(), [...channel.viewers()].length === 1));
    expect(await stats()).toMatchObject({ current: 1 });
  });

  it("that never read are closed after the viewer time-out, and counted", async () => {
    const { hub, watch, channel } = await start({ "hub.viewerTimeoutMs": 1000 });
    const source = channel.publisher("large");
    const large: Content = {
      kind: "image",
      format: "jpeg",
      bytes: Buffer.alloc(2_000_000, bytes),
      width: 320,
      height: 240,
    };
    const client = watch();
    client.socket.pause();
    await until("the viewer", () => [...channel.viewers()].length === 1);
    await until("it is closed", () => (source.publish(large), [...channel.viewers()].length === 0));
    expect(hub.channels.get("cam")?.totals.delivered).toBeGreaterThan(0);
  });

  it("that send half a request take no place", async () => {
    const { hub, stats } = await start();
    const { hostname, port } = new URL(hub.publicUrl);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    socket.write("GET /video_feed/cam HTTP/1.1\r\nHost:");
    expect(await stats()).toMatchObject({ current: 0 });
  });
});

describe("real clients", () => {
  it("ffmpeg decodes the stream without a warning, also when the hub picks the format", async () => {
    const { hub, publish } = await start();
    const timer = setInterval(publish, 50);
    onTestFinished(() => clearInterval(timer));
    const url = `${hub.publicUrl}/video_feed/cam`;
    expect(await warningsOfFfmpeg(url, 10)).toBe("");
  });

  it("curl saves a private snapshot with a token", async () => {
    const { hub, publish } = await start({}, { visibility: "private" });
    const channel = hub.channels.get("cam");
    if (channel) channel.settings = { ...channel.settings, visibility: "private" };
    publish();
    const url = `${hub.publicUrl}/snapshot/cam`;
    expect((await fetch(url)).status).toBe(404);
    const { stdout } = await run("curl", ["-sf", "-H", `Authorization: Bearer ${ADMIN_TOKEN}`, url], {
      encoding: "buffer",
    });
    expect(stdout.equals(bytes)).toBe(true);
  });
});
