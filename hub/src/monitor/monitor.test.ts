import channelMemory from "#channel-memory/module.ts";
import access from "#access/module.ts";
import { createToken } from "#access/tokens.ts";
import { defineModule } from "#contract/module.ts";
import type { Role } from "#contract/services.ts";
import { systemClock } from "#core/clock.ts";
import { Rendition } from "#core/rendition.ts";
import { Viewer, type CloseReason } from "#core/viewer.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import { channelSample, hubSample } from "@lightwell/wire/api/history.ts";
import { channelInfo, hubInfo, logLine, problem, snapshot, viewerInfo } from "@lightwell/wire/api/monitor.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import monitor from "./module.ts";

/** Stands for what a source reports, and for what modules log. */
const probe = defineModule({
  name: "probe",
  summary: "Figures and log lines for tests.",
  capability: { role: "source" },
  options: z.strictObject({}),
  needs: ["report"],
  start({ report, log }) {
    report.add(() => ({ index: 7, latency_state: "Delta synced" }));
    log.debug({}, "a whisper");
    log.info({ user: "\u001b[31mred" }, "a word");
    log.error({}, "a shout");
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});

const modules = [store, channelMemory, access, http, system, probe, monitor];
const boot = (settings: Record<string, unknown> = {}, dataDir?: string) =>
  bootHub(modules, { "hub.logLevel": "debug", ...settings }, dataDir === undefined ? {} : { dataDir });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const asAdmin = { headers: bearer(ADMIN_TOKEN) };

const JPEG = { kind: "image", format: "jpeg", bytes: new Uint8Array(1000), width: 640, height: 480 } as const;

/** A viewer that takes everything, and says why it was closed. */
function watch(hub: TestHub, name: string, width?: number) {
  const live = hub.channels.open(name);
  const channel =
    width === undefined
      ? live
      : Rendition.of(live, `w=${width}`, ({ content }) => ({ ...(content as typeof JPEG), width }));
  const reasons: CloseReason[] = [];
  const info = { output: "test", name: "someone", remote: "192.0.2.7", agent: "a test" };
  const viewer = new Viewer(channel, systemClock, info, { send: () => true, close: (reason) => reasons.push(reason) });
  channel.add(viewer);
  return { viewer, reasons };
}

async function tokenFor(hub: TestHub, role: Role, channels?: readonly string[]): Promise<Record<string, string>> {
  const kept = hub.service("store");
  if (!kept) throw new Error("no store");
  const { secret } = await createToken(kept, systemClock, { name: role, role, channels });
  // A log-in takes up at once what was made behind the hub's back.
  expect((await fetch(`${hub.adminUrl}/login?token=${secret}`, { redirect: "manual" })).status).toBe(303);
  return bearer(secret);
}

const namesAt = async (url: string, headers: Record<string, string> = {}) =>
  z
    .array(channelInfo)
    .parse(await (await fetch(`${url}/api/channels`, { headers })).json())
    .map(({ name }) => name);

test("/data has every key of the original monitor, null where nothing feeds it", async () => {
  const hub = await boot();
  const data = (await (await fetch(`${hub.adminUrl}/data`)).json()) as Record<string, unknown>;
  const nothing = (names: string) => Object.fromEntries(names.split(" ").map((name) => [name, null]));
  expect(data).toEqual({
    index: 7,
    latency_state: "Delta synced",
    ...nothing(
      "displayed delta fps fifo_depth staleness_ms comp_slope successful_frame fifo_miss_count last_fifo_miss",
    ),
    ...nothing("main_folder float_folder rand_mult main_folder_count float_folder_count main_covered float_covered"),
    ...nothing("main_entropy float_entropy main_samples float_samples failed_load_count failed_indices"),
    ...nothing("last_http_crash ascii_width ascii_height"),
    last_error: "a shout",
    cpu_percent: expect.any(Number),
    cpu_per_core: expect.any(Array),
    mem_used: expect.any(Number),
    mem_total: expect.any(Number),
    script_uptime: expect.stringMatching(/^0d 00:00:\d\d$/),
    machine_uptime: expect.stringMatching(/^\d+d \d\d:\d\d:\d\d$/),
    load_avg: expect.any(Array),
    disk_root: expect.any(Number),
    threads: expect.any(Number),
    proc_count: expect.any(Number),
    python_mem_mb: expect.any(Number),
    hostname: expect.any(String),
    platform: expect.any(String),
  });
});

test("/log is plain text of the last lines, at most 64 KB, without control characters", async () => {
  const hub = await boot();
  const reply = await fetch(`${hub.adminUrl}/log`);
  expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  const text = await reply.text();
  expect(text).toMatch(/info {2}\[probe\] a word user=\\u001b\[31mred\n.*error \[probe\] a shout\n/s);
  expect(text.length).toBeLessThanOrEqual(64 * 1024);
});

test("/api/log filters by level and counts from the end", async () => {
  const hub = await boot();
  const lines = async (query: string) =>
    z
      .array(logLine)
      .parse(await (await fetch(`${hub.adminUrl}/api/log?${query}`, asAdmin)).json())
      .filter(({ module }) => module === "probe")
      .map(({ message }) => message.split(" ").slice(0, 2).join(" "));
  expect(await lines("level=debug")).toEqual(["a whisper", "a word", "a shout"]);
  expect(await lines("")).toEqual(["a word", "a shout"]);
  expect(await lines("level=error&limit=1")).toEqual(["a shout"]);
  for (const wrong of ["level=loud", "limit=0", "limit=1e9", "limit=x"])
    expect((await fetch(`${hub.adminUrl}/api/log?${wrong}`, asAdmin)).status, `for ${wrong}`).toBe(400);
});

test("/metrics is what Prometheus reads: every line a sample or a comment, channels by name", async () => {
  const hub = await boot();
  const publisher = hub.channels.open("cam").publisher("test");
  watch(hub, "cam");
  watch(hub, "cam", 320);
  publisher.publish(JPEG);
  const reply = await fetch(`${hub.adminUrl}/metrics`);
  expect(reply.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await reply.text()).trimEnd().split("\n");
  const sample = /^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|NaN|[+-]Inf)$/;
  expect(lines.filter((line) => line !== "" && !line.startsWith("#") && !sample.test(line))).toEqual([]);
  expect(lines).toEqual(
    expect.arrayContaining([
      'lightwell_monitor_channel_published_frames{channel="cam"} 1',
      'lightwell_monitor_channel_published_bytes{channel="cam"} 1000',
      'lightwell_monitor_channel_viewers{channel="cam"} 2',
      'lightwell_monitor_channel_delivered_frames{channel="cam"} 2',
      'lightwell_monitor_channel_skipped_frames{channel="cam"} 0',
      'lightwell_monitor_channel_health{channel="cam",state="live"} 1',
      'lightwell_monitor_channel_health{channel="cam",state="stalled"} 0',
      'lightwell_monitor_viewers{output="test"} 2',
    ]),
  );
  expect(lines.some((line) => line.startsWith('lightwell_monitor_channel_fps{channel="cam"} '))).toBe(true);
  hub.channels.remove("cam");
  expect(await (await fetch(`${hub.adminUrl}/metrics`)).text()).not.toContain('channel="cam"');
});

test("/data, /log and /metrics are not on the public listener, and beyond loopback not without a token", async () => {
  const hub = await boot({ "http.adminHost": "0.0.0.0" });
  for (const path of ["/data", "/log", "/metrics"]) {
    expect((await fetch(hub.publicUrl + path)).status, `public ${path}`).toBe(404);
    expect((await fetch(hub.adminUrl + path)).status, `admin ${path}`).toBe(401);
    expect((await fetch(hub.adminUrl + path, asAdmin)).status, `admin ${path} with a token`).toBe(200);
  }
});

test("/api/hub says which listener answered; strangers do not learn the admin's address", async () => {
  const hub = await boot();
  const [open, admin] = await Promise.all(
    [hub.publicUrl, hub.adminUrl].map(async (url) => hubInfo.parse(await (await fetch(`${url}/api/hub`)).json())),
  );
  expect(open).toMatchObject({ surface: "public", mode: "all", publicUrl: hub.publicUrl });
  expect(open?.adminUrl).toBeUndefined();
  expect(admin).toMatchObject({ surface: "admin", publicUrl: hub.publicUrl, adminUrl: hub.adminUrl });
});

describe("channels", () => {
  async function bootWithChannels() {
    const hub = await boot({ "channels.named": { den: { visibility: "private" }, cam: { visibility: "private" } } });
    for (const name of ["street", "den", "cam"]) hub.channels.open(name).publisher(`camera of ${name}`).publish(JPEG);
    return hub;
  }

  test("everybody sees the public ones, a token those it is good for, an operator all", async () => {
    const hub = await bootWithChannels();
    const limited = await tokenFor(hub, "viewer", ["den"]);
    for (const url of [hub.publicUrl, hub.adminUrl]) {
      expect(await namesAt(url)).toEqual(["street"]);
      expect(await namesAt(url, limited)).toEqual(["street", "den"]);
      expect(await namesAt(url, bearer(ADMIN_TOKEN))).toEqual(["street", "den", "cam"]);
      expect((await fetch(`${url}/api/channels/den`)).status).toBe(404);
      expect((await fetch(`${url}/api/channels/den`, { headers: limited })).status).toBe(200);
      expect((await fetch(`${url}/api/channels/cam`, { headers: limited })).status).toBe(404);
      expect((await fetch(`${url}/api/channels/none`)).status).toBe(404);
    }
  });

  test("only operators learn where pictures come from and who watches", async () => {
    const hub = await bootWithChannels();
    watch(hub, "street", 320);
    const row = async (headers: Record<string, string> = {}) =>
      (await fetch(`${hub.publicUrl}/api/channels/street`, { headers })).text();
    for (const text of [await row(), await row(await tokenFor(hub, "producer"))]) {
      expect(text).not.toMatch(/camera of|192\.0\.2|w=320|settings/);
      expect(channelInfo.parse(JSON.parse(text))).toMatchObject({ viewers: 1, sources: [], renditions: [] });
    }
    expect(channelInfo.parse(JSON.parse(await row(bearer(ADMIN_TOKEN))))).toMatchObject({
      kind: "image",
      format: "jpeg",
      width: 640,
      height: 480,
      health: "live",
      seq: 1,
      published: 1,
      publishedBytes: 1000,
      viewers: 1,
      delivered: 1,
      ageMs: expect.any(Number),
      sources: [{ label: "camera of street", status: "" }],
      renditions: [{ key: "w=320", failures: 0 }],
      settings: { visibility: "public", whenStalled: "hold", fallback: null },
    });
  });

  test("a waiting channel and a text channel have rows too", async () => {
    const hub = await boot();
    hub.channels.open("empty");
    const cells = () => new Uint32Array(12);
    hub.channels
      .open("text")
      .publisher("t")
      .publish({
        kind: "text",
        grid: { cols: 4, rows: 3, glyph: cells(), fg: cells(), bg: cells(), attr: new Uint8Array(12) },
      });
    const rows = z.array(channelInfo).parse(await (await fetch(`${hub.publicUrl}/api/channels`)).json());
    expect(rows).toMatchObject([
      { name: "empty", kind: "none", health: "waiting", seq: 0 },
      { name: "text", kind: "text", width: 4, height: 3 },
    ]);
  });

  const patch = (hub: TestHub, name: string, body: unknown, headers = bearer(ADMIN_TOKEN)) =>
    fetch(`${hub.adminUrl}/api/channels/${name}`, {
      method: "PATCH",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("a change acts at once, closes strangers when it hides the channel, and survives removal and restart", async () => {
    const hub = await bootWithChannels();
    const { reasons } = watch(hub, "street", 320);
    const reply = await patch(hub, "street", { visibility: "private", stallTimeoutMs: 700, fallback: "den" });
    expect(await reply.json()).toMatchObject({
      settings: { visibility: "private", stallTimeoutMs: 700, fallback: "den" },
    });
    expect(reasons).toEqual(["forbidden"]);
    expect(await namesAt(hub.publicUrl)).toEqual([]);
    expect((await patch(hub, "street", { fallback: null })).status).toBe(200);
    hub.channels.remove("street");
    expect(hub.channels.open("street").settings).toMatchObject({ visibility: "private", fallback: undefined });
    await hub.close();
    const again = await boot({}, hub.dataDir);
    expect(again.channels.open("street").settings).toMatchObject({ visibility: "private", stallTimeoutMs: 700 });
  });

  test.each([
    [{ visibility: "secret" }, 400],
    [{ stallTimeoutMs: 1 }, 400],
    [{ fallback: "../x" }, 400],
    [{ fallback: "street" }, 400],
    [{ volume: 11 }, 400],
    [{}, 200],
  ])("the change %j is answered %i", async (body, status) => {
    expect((await patch(await bootWithChannels(), "street", body)).status).toBe(status);
  });

  test("a change that is refused names each field that is not right", async () => {
    const reply = await patch(await bootWithChannels(), "street", { visibility: "secret", stallTimeoutMs: 1 });
    expect(problem.parse(await reply.json()).errors).toEqual([
      { pointer: "#/visibility", detail: expect.any(String) },
      { pointer: "#/stallTimeoutMs", detail: expect.any(String) },
    ]);
  });

  test("operators close channels, others none", async () => {
    const hub = await bootWithChannels();
    const operator = await tokenFor(hub, "operator");
    const remove = async (name: string, headers: Record<string, string>) =>
      (await fetch(`${hub.adminUrl}/api/channels/${name}`, { method: "DELETE", headers })).status;
    expect(await remove("street", await tokenFor(hub, "producer"))).toBe(403);
    expect(await remove("street", {})).toBe(401);
    expect(await remove("den", operator)).toBe(204);
    expect(await remove("den", bearer(ADMIN_TOKEN))).toBe(404);
    expect(hub.channels.list().map(({ name }) => name)).toEqual(["street", "cam"]);
  });
});

test("viewers are listed by channel and closed by their number", async () => {
  const hub = await boot();
  const [a, b] = [watch(hub, "a", 320), watch(hub, "b")];
  const rows = async (query = "") =>
    z.array(viewerInfo).parse(await (await fetch(`${hub.adminUrl}/api/viewers${query}`, asAdmin)).json());
  expect(await rows()).toMatchObject([
    { id: a.viewer.id, channel: "a", output: "test", name: "someone", remote: "192.0.2.7", agent: "a test" },
    { id: b.viewer.id, channel: "b", behind: false },
  ]);
  expect((await rows("?channel=b")).map(({ id }) => id)).toEqual([b.viewer.id]);
  const close = async (id: string) =>
    (await fetch(`${hub.adminUrl}/api/viewers/${id}`, { method: "DELETE", ...asAdmin })).status;
  expect(await close(String(a.viewer.id))).toBe(204);
  expect(await close(String(a.viewer.id))).toBe(404);
  expect(await close("x")).toBe(400);
  expect([a.reasons, b.reasons]).toEqual([["forbidden"], []]);
});

describe("the history", () => {
  const read = async (hub: TestHub, path: string) => (await fetch(hub.adminUrl + path, asAdmin)).json();

  test("is there for those who come later, second by second, of the hub and of each channel", async () => {
    const hub = await boot();
    hub.channels.open("cam").publisher("test").publish(JPEG);
    watch(hub, "cam");
    const rows = await until("three seconds", async () => {
      const found = z.array(hubSample).parse(await read(hub, "/api/history"));
      return found.length > 2 ? found : undefined;
    });
    expect(rows.at(-1)).toMatchObject({ viewers: 1, cpu: expect.any(Number), memory: expect.any(Number) });
    expect(rows.at(-1)?.cores.length).toBeGreaterThan(0);
    expect(rows.map(({ time }) => time)).toEqual(rows.map(({ time }) => time).toSorted((a, b) => a - b));
    const own = z.array(channelSample).parse(await read(hub, "/api/channels/cam/history"));
    expect(own.map(({ time }) => time)).toEqual(expect.arrayContaining(rows.map(({ time }) => time)));
    const now = snapshot.parse(await read(hub, "/api/snapshot"));
    expect(now.sample?.time).toBeGreaterThanOrEqual(rows.at(-1)?.time ?? Infinity);
    expect(now.channelSamples["cam"]?.time).toBe(now.sample?.time);
  });

  test("is for operators, and of channels that there are", async () => {
    const hub = await boot();
    hub.channels.open("cam");
    for (const path of ["/api/history", "/api/channels/cam/history", "/api/snapshot"]) {
      expect((await fetch(hub.publicUrl + path, asAdmin)).status, `public ${path}`).toBe(404);
      expect((await fetch(hub.adminUrl + path)).status, `admin ${path}`).toBe(401);
    }
    expect((await fetch(`${hub.adminUrl}/api/channels/none/history`, asAdmin)).status).toBe(404);
  });
});

describe("events", () => {
  async function listen(hub: TestHub, headers: Record<string, string> = bearer(ADMIN_TOKEN)) {
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const reply = await fetch(`${hub.adminUrl}/api/events`, { headers, signal: abort.signal });
    const events: unknown[] = [];
    const ended = (async () => {
      let text = "";
      for await (const chunk of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const parts = text.split("\n\n");
        text = parts.pop() ?? "";
        for (const part of parts) events.push(JSON.parse(part.replace(/^data: /, "")));
      }
      return "ended";
    })().catch(() => "broken");
    return { reply, events, ended, abort };
  }

  test("come at once and every second, one snapshot for all who listen", async () => {
    const hub = await boot();
    watch(hub, "cam");
    hub.channels.open("cam").publisher("test").publish(JPEG);
    const [one, two] = [await listen(hub), await listen(hub)];
    expect(one.reply.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(one.reply.headers.get("content-security-policy")).not.toBeNull();
    await until("three events each", () => one.events.length > 2 && two.events.length > 2);
    const first = snapshot.parse(one.events[0]);
    expect(first.channels).toMatchObject([{ name: "cam", sources: [{ label: "test" }] }]);
    expect(first.viewers).toMatchObject([{ channel: "cam", remote: "192.0.2.7" }]);
    expect(first.figures).toMatchObject({ index: 7, ascii_width: null });
    const common = one.events.filter((event) =>
      two.events.some((other) => JSON.stringify(other) === JSON.stringify(event)),
    );
    expect(common.length).toBeGreaterThan(0);
  });

  test("end for those who may listen no more, and for all when the hub closes", async () => {
    const hub = await boot();
    const kept = hub.service("store");
    if (!kept) throw new Error("no store");
    const own = await tokenFor(hub, "operator");
    const [stays, goes] = [await listen(hub), await listen(hub, own)];
    const [token] = await kept.collection("tokens").list();
    await fetch(`${hub.adminUrl}/api/tokens/${token?.id}`, { method: "DELETE", ...asAdmin });
    expect(await goes.ended).toBe("ended");
    const count = stays.events.length;
    await until("another event for the one who stays", () => stays.events.length > count);
    await hub.close();
    expect(await stays.ended).toBe("ended");
    expect(hub.service("report")?.tail()).not.toContain("did not close cleanly");
  });

  test("are sent no more to those who have gone", async () => {
    const hub = await boot();
    const listeners = async () =>
      /event_listeners (\d+)/.exec(await (await fetch(`${hub.adminUrl}/metrics`)).text())?.[1];
    const { abort } = await listen(hub);
    expect(await listeners()).toBe("1");
    abort.abort();
    await until("nobody to listen", async () => (await listeners()) === "0");
  });

  test("are for operators", async () => {
    const hub = await boot();
    expect((await fetch(`${hub.adminUrl}/api/events`)).status).toBe(401);
    expect((await fetch(`${hub.publicUrl}/api/events`, asAdmin)).status).toBe(404);
  });
});
