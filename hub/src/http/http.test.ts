import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import access from "#access/module.ts";
import { HubError } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import store from "#store/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import { problem } from "@lightwell/wire/api/monitor.ts";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import http from "./module.ts";
import { connect, talk } from "./raw-peer.fixture.ts";

/** Routes that do what routes of other modules do. */
const probe = defineModule({
  name: "probe",
  summary: "Routes for tests.",
  capability: { role: "service" },
  options: z.strictObject({}),
  needs: ["http"],
  start({ http: service }) {
    const sockets = new WebSocketServer({ noServer: true });
    const greet =
      (word: string) =>
      (request: Parameters<WebSocketServer["handleUpgrade"]>[0], ...rest: unknown[]) => {
        const [socket, head] = rest as [Parameters<WebSocketServer["handleUpgrade"]>[1], Buffer];
        sockets.handleUpgrade(request, socket, head, (client) => client.send(word));
      };
    service.upgrade("watch", "/ws", greet("watch"));
    service.upgrade("watch", "/ws/deep/*", greet("deep"));
    service.upgrade("admin", "/ws/admin", greet("admin"));
    service.upgrade("watch", "/ws/full", () => {
      throw new HubError("full", "no seat left", { retryAfterSeconds: 7 });
    });
    service.upgrade("watch", "/ws/bare", (_request, socket) => {
      socket.write("taken");
      socket.resume();
    });
    service.upgrade("watch", "/ws/broken", () => {
      throw new TypeError("a secret detail");
    });
    service.routes("watch", (plain) => {
      const app = plain.withTypeProvider<ZodTypeProvider>();
      app.get("/page", async () => app.listener);
      app.get("/*", async () => "the app");
      app.post(
        "/echo",
        { schema: { body: z.object({ n: z.int() }), response: { 200: z.object({ n: z.int() }) } } },
        async (r) => r.body,
      );
      app.get("/broken", async () => {
        throw new TypeError("a secret detail");
      });
      app.get("/conflict", async () => {
        throw new HubError("conflict", "it is taken: choose another");
      });
      app.get(
        "/lying",
        { schema: { response: { 200: z.object({ n: z.int() }) } } },
        async () => ({ n: "no number" }) as never,
      );
      app.get("/stream", (_request, reply) => {
        reply.hijack();
        reply.raw.socket?.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npart");
      });
    });
    service.routes("admin", (app) => {
      app.get("/figures", { config: { access: "local" } }, async () => "figures");
      app.get("/secret", async () => "secret");
    });
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});

const boot = (settings: Record<string, unknown> = {}) => bootHub([store, access, http, probe], settings);
const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };

async function problemOf(reply: Response) {
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  const body = problem.parse(await reply.json());
  expect(body.status).toBe(reply.status);
  return body;
}

describe("errors", () => {
  test.each([
    ["/conflict", {}, 409, "conflict", "it is taken: choose another"],
    ["/broken", {}, 500, "internal", "the hub made a mistake; its log says more"],
    ["/lying", {}, 500, "internal", "the hub made a mistake; its log says more"],
    ["/api/nothing?token-ish=1", {}, 404, "not-found", "there is nothing at GET /api/nothing"],
    ["/api/nothing", { method: "PUT" }, 404, "not-found", "there is nothing at PUT /api/nothing"],
    ["/%zz", {}, 400, "bad-request", "'/%zz' is not a valid url component"],
    ["/echo", post('{"n":"x"}'), 400, "bad-request", "body.n: Invalid input: expected number, received string"],
    ["/echo", post("{"), 400, "bad-request", undefined],
    ["/echo", post('{"__proto__":{}}'), 400, "bad-request", undefined],
    ["/echo", post("<n/>", "application/xml"), 415, "unsupported", undefined],
    ["/echo", post(`{"n":1,"pad":"${"x".repeat(1024 * 1024)}"}`), 413, "too-large", undefined],
  ])("%s %j is a problem document with status %i", async (path, init, status, code, detail) => {
    const hub = await boot();
    const body = await problemOf(await fetch(hub.publicUrl + path, init));
    expect([body.status, body.code]).toEqual([status, code]);
    if (detail) expect(body.detail).toBe(detail);
  });

  test("a defect is in the log and in the figures, without the query", async () => {
    const hub = await boot();
    await fetch(`${hub.publicUrl}/broken?token=${ADMIN_TOKEN}`);
    const report = hub.service("report");
    expect(report?.tail()).toContain("a secret detail");
    expect(report?.tail()).not.toContain(ADMIN_TOKEN);
    expect(report?.figures()["last_http_crash"]).toContain("GET /broken: a secret detail");
  });

  test("what scanners provoke is counted, not logged", async () => {
    const hub = await boot();
    const before = hub.service("report")?.tail();
    for (const path of ["/api/wp-login.php", "/%zz"]) await fetch(hub.publicUrl + path);
    await talk(hub.publicUrl, "NONSENSE\r\n\r\n");
    expect(hub.service("report")?.tail()).toBe(before);
    const metrics = await hub.service("report")?.prometheus();
    expect(metrics).toContain('lightwell_http_requests_total{listener="public",status="404"} 1');
    expect(metrics).toContain('lightwell_http_requests_total{listener="public",status="400"} 1');
  });
});

function post(body: string, type = "application/json"): RequestInit {
  return { method: "POST", body, headers: { "content-type": type } };
}

describe("hosts and origins", () => {
  const hosts: Array<[string, number]> = [
    ["127.0.0.1", 200],
    ["127.0.0.1:1978", 200],
    ["localhost:9999", 200],
    ["LOCALHOST", 200],
    ["[::1]:1978", 200],
    ["hub.lan", 401],
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost.evil.example:1978", 403],
    ["localhost@evil.example", 403],
    ["0x7f.1", 200],
    ["10.0.0.1", 403],
    ["", 403],
  ];

  test.each(hosts)("the admin listener called as %j answers %i", async (host, status) => {
    const hub = await boot({ "http.allowedHosts": ["Hub.LAN"] });
    const reply = await talk(hub.adminUrl, `GET /figures HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test("a page whose name was rebound to this machine gets nothing, not even with the token", async () => {
    const hub = await boot();
    for (const path of ["/secret", "/healthz", "/page", "/api/session"]) {
      const request = `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nAuthorization: ${bearer.authorization}\r\nConnection: close\r\n\r\n`;
      expect(await talk(hub.adminUrl, request), `at ${path}`).toMatch(/^HTTP\/1.1 403 /);
    }
    const upgrade = `GET /ws HTTP/1.1\r\nHost: evil.example\r\n${websocketHead}\r\n`;
    expect(await talk(hub.adminUrl, upgrade)).toMatch(/^HTTP\/1.1 403 /);
  });

  test("a request line with a foreign name, and a second Host, are refused like a foreign Host", async () => {
    const hub = await boot();
    const ask = (target: string, ...hosts: string[]) =>
      talk(
        hub.adminUrl,
        `GET ${target} HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join("")}Connection: close\r\n\r\n`,
      );
    expect(await ask("http://127.0.0.1/figures", "127.0.0.1")).toMatch(/^HTTP\/1.1 200 /);
    expect(await ask("http://evil.example/figures", "127.0.0.1")).toMatch(/^HTTP\/1.1 403 /);
    expect(await ask("/figures", "127.0.0.1", "evil.example")).toMatch(/^HTTP\/1.1 400 /);
    expect(await ask("/ws", "127.0.0.1", "127.0.0.1")).toMatch(/^HTTP\/1.1 400 /);
  });

  test("the public listener may be called by any name", async () => {
    const hub = await boot();
    const request = "GET /page HTTP/1.1\r\nHost: wall.example\r\nConnection: close\r\n\r\n";
    expect(await talk(hub.publicUrl, request)).toMatch(/^HTTP\/1.1 200 .*public$/s);
  });

  test.each([
    ["no page", {}, 200],
    ["its own page", { origin: "self", "sec-fetch-site": "same-origin" }, 200],
    ["the address bar", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }, 200],
    ["a link on another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, 200],
    ["a script of another site", { origin: "https://evil.example" }, 403],
    ["a picture in another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, 403],
    ["a listed site", { origin: "https://wall.example" }, 200],
  ])("figures asked for by %s: %#", async (_who, headers: Record<string, string>, status) => {
    const hub = await boot({ "http.allowedOrigins": ["https://wall.example/"] });
    const sent = { ...headers, ...(headers["origin"] === "self" && { origin: hub.adminUrl }) };
    // fetch would not let these headers through.
    const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
    const { host } = new URL(hub.adminUrl);
    const reply = await talk(
      hub.adminUrl,
      `GET /figures HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${head.join("")}\r\n`,
    );
    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test("every reply, errors included, carries the security headers", async () => {
    const hub = await boot();
    for (const url of [`${hub.publicUrl}/page`, `${hub.adminUrl}/secret`, `${hub.adminUrl}/api/nothing`]) {
      const { headers } = await fetch(url);
      expect(headers.get("content-security-policy"), `at ${url}`).toMatch(/default-src 'self'.*frame-ancestors 'self'/);
      expect(headers.get("x-content-type-options"), `at ${url}`).toBe("nosniff");
      expect(headers.get("referrer-policy"), `at ${url}`).toBe("same-origin");
      expect(headers.get("permissions-policy"), `at ${url}`).toContain("camera=()");
      expect(headers.get("access-control-allow-origin"), `at ${url}`).toBeNull();
    }
  });
});

const websocketHead =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/** The first message, or the status with which the upgrade was refused. */
async function firstMessage(url: string, headers: Record<string, string> = {}): Promise<string | number> {
  const socket = new WebSocket(url.replace("http", "ws"), { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.on("message", (data: Buffer) => resolve(data.toString()));
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", reject);
  });
}

describe("WebSockets", () => {
  test("paths go to their handlers, the longest prefix first", async () => {
    const hub = await boot();
    expect(await firstMessage(`${hub.publicUrl}/ws?x=1`)).toBe("watch");
    expect(await firstMessage(`${hub.adminUrl}/ws`)).toBe("watch");
    expect(await firstMessage(`${hub.publicUrl}/ws/deep/a/b`)).toBe("deep");
    expect(await firstMessage(`${hub.publicUrl}/ws/deeper`)).toBe(404);
    expect(await firstMessage(`${hub.publicUrl}/page`)).toBe(404);
  });

  test("those of the admin surface are for operators, on the admin listener", async () => {
    const hub = await boot();
    expect(await firstMessage(`${hub.adminUrl}/ws/admin`)).toBe(401);
    expect(await firstMessage(`${hub.adminUrl}/ws/admin`, bearer)).toBe("admin");
    expect(await firstMessage(`${hub.publicUrl}/ws/admin`, bearer)).toBe(404);
  });

  test("a handler's refusal is a problem document, its defect one without detail", async () => {
    const hub = await boot();
    const full = await talk(hub.publicUrl, `GET /ws/full HTTP/1.1\r\nHost: x\r\n${websocketHead}\r\n`);
    expect(full).toMatch(/^HTTP\/1.1 503 .*Retry-After: 7\r\n.*no seat left/s);
    const broken = await talk(hub.publicUrl, `GET /ws/broken HTTP/1.1\r\nHost: x\r\n${websocketHead}\r\n`);
    expect(broken).toMatch(/^HTTP\/1.1 500 /);
    expect(broken).not.toContain("secret");
  });

  test.each([
    ["no Origin", {}, "watch"],
    ["its own page", { origin: "self" }, "watch"],
    ["a foreign page", { origin: "https://evil.example" }, 403],
    ["a foreign page with the token", { origin: "https://evil.example", ...bearer }, 403],
    ["the same host, another port", { origin: "http://127.0.0.1:1" }, 403],
    ["a sandboxed page", { origin: "null" }, 403],
    ["no address at all", { origin: "::::" }, 403],
    ["a camera with TinyWebsockets", { origin: "https://github.com/gilmaimon/TinyWebsockets" }, "watch"],
    ["a camera with arduinoWebSockets", { origin: "file://", "user-agent": "arduino-WebSocket-Client" }, "watch"],
    ["a local file in a browser", { origin: "file://", "user-agent": "Mozilla/5.0" }, 403],
  ])("opened by %s: %#", async (_who, headers: Record<string, string>, answer) => {
    const hub = await boot();
    const own = headers["origin"] === "self" ? { ...headers, origin: hub.publicUrl } : headers;
    expect(await firstMessage(`${hub.publicUrl}/ws`, own)).toBe(answer);
    if (headers["origin"]?.startsWith("https://github"))
      expect(await firstMessage(`${hub.adminUrl}/ws`, own)).toBe(403);
  });

  test("an offer to upgrade to HTTP/2 is a plain request", async () => {
    const hub = await boot();
    const head =
      "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
    expect(await talk(hub.publicUrl, `GET /page HTTP/1.1\r\nHost: x\r\n${head}\r\n`)).toMatch(/^HTTP\/1.1 200 /);
  });
});

test("what the hub knows is unavailable while it closes, and not nowhere; its health is told on", async () => {
  let release: () => void = () => undefined;
  // What needs the listeners closes before them.
  const slow = defineModule({
    name: "slow",
    summary: "Closes slowly.",
    capability: { role: "service" },
    options: z.strictObject({}),
    needs: ["http"],
    start: () => ({ [Symbol.asyncDispose]: () => new Promise<void>((resolve) => (release = resolve)) }),
  });
  const hub = await bootHub([store, access, http, probe, slow]);
  const closed = hub.close();
  const seen = [];
  for (const path of ["/page", "/api/channels/none", "/nowhere/else", "/healthz", "/readyz"])
    seen.push((await fetch(hub.publicUrl + path)).status);
  const { status, detail } = problem.parse(await (await fetch(`${hub.publicUrl}/page`)).json());
  release();
  await closed;
  expect(seen).toEqual([503, 503, 503, 200, 503]);
  expect({ status, detail }).toEqual({ status: 503, detail: "the hub is closing" });
});

describe("slow and broken peers", () => {
  test("a request head that drips is cut off", async () => {
    const hub = await boot();
    const peer = connect(hub.publicUrl);
    peer.socket.write("GET / HTTP/1.1\r\nHost: x\r\n");
    const drip = setInterval(() => peer.socket.write("X-A: b\r\n"), 200);
    onTestFinished(() => clearInterval(drip));
    await once(peer.socket, "close");
    expect(peer.said()).toMatch(/^HTTP\/1.1 408 /);
  });

  test("bytes that are no HTTP, and heads without end, get one clear answer", async () => {
    const hub = await boot();
    expect(await talk(hub.publicUrl, "\x16\x03\x01\x02\x00\x01\x00")).toMatch(/^HTTP\/1.1 400 .*problem\+json/s);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(64 * 1024)}\r\n\r\n`;
    expect(await talk(hub.publicUrl, long)).toMatch(/^HTTP\/1.1 431 /);
  });

  test("a reset of an upgraded connection that nobody listens to for errors ends that connection only", async () => {
    const hub = await boot();
    const peer = connect(hub.publicUrl);
    peer.socket.write(`GET /ws/bare HTTP/1.1\r\nHost: x\r\n${websocketHead}\r\n`);
    await until("the upgrade", () => peer.said() === "taken");
    const open = async () =>
      /connections\{listener="public"\} (\d+)/.exec((await hub.service("report")?.prometheus()) ?? "")?.[1];
    expect(await open()).toBe("1");
    peer.socket.resetAndDestroy();
    await until("the connection to be gone", async () => (await open()) === "0");
    expect((await fetch(`${hub.publicUrl}/healthz`)).status).toBe(200);
  });

  test("nonsense after a taken-over request puts no error reply inside the stream", async () => {
    const hub = await boot();
    const peer = connect(hub.publicUrl);
    peer.socket.write("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    await until("the stream", () => peer.said().endsWith("part"));
    peer.socket.write("this is no request\r\n\r\n");
    expect((await fetch(`${hub.publicUrl}/healthz`)).status).toBe(200);
    expect(peer.said().match(/HTTP\/1.1/g)).toHaveLength(1);
  });

  test.each(["/../../etc/passwd", "/..%2f..%2fetc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd"])(
    "%s leads nowhere",
    async (path) => {
      const hub = await boot();
      const reply = await talk(hub.publicUrl, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(reply).not.toContain("root:");
    },
  );
});

describe("listeners", () => {
  test("a busy port is one clear line that says what to do", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void blocker.close());
    await once(blocker, "listening");
    const { port } = blocker.address() as AddressInfo;
    const message = `port ${port} is in use by another program: choose another with`;
    await expect(boot({ "http.publicPort": port })).rejects.toMatchObject({
      code: "port-in-use",
      message: `http: ${message} --port`,
    });
    await expect(boot({ "http.adminPort": port })).rejects.toThrow(`${message} --set http.adminPort=<port>`);
    await expect(boot({ "http.publicHost": "192.0.2.1" })).rejects.toThrow("192.0.2.1 is no address of this machine");
  });

  test("without a public listener the watch surface is on the admin one", async () => {
    const hub = await boot({ "http.public": false });
    expect(hub.service("http")?.address("public")).toBeUndefined();
    expect(await (await fetch(`${hub.adminUrl}/page`)).text()).toBe("admin");
  });

  test("people are told an address that they can use", async () => {
    const hub = await boot({ "http.publicHost": "0.0.0.0" });
    expect(hub.publicUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const proxied = await boot({ "http.publicUrl": "https://wall.example" });
    expect(proxied.publicUrl).toBe("https://wall.example");
  });

  test("both listeners say that they live and are ready", async () => {
    const hub = await boot();
    for (const base of [hub.publicUrl, hub.adminUrl])
      for (const path of ["/healthz", "/readyz"]) {
        const reply = await fetch(base + path);
        expect([reply.status, await reply.json()]).toEqual([200, { status: "ok" }]);
      }
  });

  test("closing ends kept-alive, taken-over, upgraded and half-sent connections, within its time", async () => {
    const hub = await boot();
    const report = hub.service("report");
    const peers = await openEverything(hub);
    await hub.close();
    for (const peer of peers) if (!peer.socket.closed) await once(peer.socket, "close");
    expect(report?.tail()).not.toContain("did not close cleanly");
    await expect(fetch(`${hub.publicUrl}/healthz`)).rejects.toThrow();
  });
});

async function openEverything(hub: TestHub) {
  const requests = {
    kept: "GET /page HTTP/1.1\r\nHost: x\r\n\r\n",
    stream: "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n",
    upgraded: `GET /ws HTTP/1.1\r\nHost: x\r\n${websocketHead}\r\n`,
  };
  const peers = Object.values(requests).map((request) => {
    const peer = connect(hub.publicUrl);
    peer.socket.write(request);
    return peer;
  });
  for (const peer of peers) await until("an answer", () => peer.said().includes("\r\n\r\n"));
  const half = connect(hub.publicUrl);
  half.socket.write("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  const silent = connect(hub.publicUrl);
  await once(silent.socket, "connect");
  return [...peers, half, silent];
}

describe("the API's description", () => {
  test("names operations, errors, servers and licence, as programs that read it want", async () => {
    const hub = await boot();
    const document = (await (await fetch(`${hub.adminUrl}/api/openapi.json`)).json()) as {
      info: { license?: { name: string; url: string } };
      servers?: unknown;
      paths: Record<string, Record<string, { operationId?: string; responses: object }>>;
    };
    expect(document.info.license?.url).toMatch(/^https:/);
    expect(document.servers).toEqual([{ url: "/" }]);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId = "" }) => operationId);
    expect(ids).toContain("deleteApiTokensById");
    expect(new Set(ids).size).toBe(ids.length);
    for (const { responses } of operations) expect(Object.keys(responses)).toContain("4XX");
  });

  test("names every route with who may call it; what it says is what happens", async () => {
    const hub = await boot();
    const document = (await (await fetch(`${hub.adminUrl}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { "x-access": string; requestBody?: unknown }>>;
    };
    expect(document.openapi).toMatch(/^3\./);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/api/login", "/api/tokens/{id}", "/healthz", "/secret"]),
    );
    expect(JSON.stringify(document.paths["/echo"]?.["post"]?.requestBody)).toContain('"integer"');
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { "x-access": wanted }] of Object.entries(methods)) {
        if (path === "/stream") continue;
        const { status } = await fetch(hub.adminUrl + path.replace(/\{\w+\}/g, "x"), { method, redirect: "manual" });
        const guarded = wanted !== "open" && wanted !== "local";
        expect(status === 401, `${method} ${path} is ${wanted} and answered ${status}`).toBe(guarded);
      }
  });
});
