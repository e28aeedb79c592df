import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Role } from "#contract/services.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { modules } from "../modules.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../testing/boot.ts";

type Caller = "nobody" | Role;

const everybody: readonly Caller[] = ["nobody", "viewer", "producer", "operator", "admin"];
const watchers: readonly Caller[] = ["viewer", "producer", "operator", "admin"];
const producers: readonly Caller[] = ["producer", "admin"];
const operators: readonly Caller[] = ["operator", "admin"];
const admins: readonly Caller[] = ["admin"];

/** Who may call what. An operation that is not here fails the first test: say who may before it ships. */
const watchSurface: Readonly<Record<string, readonly Caller[]>> = {
  "GET /api/channels": everybody,
  "GET /api/channels/{name}": everybody,
  "GET /api/hub": everybody,
  "GET /api/session": everybody,
  "GET /healthz": everybody,
  "GET /login": everybody,
  "GET /readyz": everybody,
  "GET /snapshot": everybody,
  "GET /snapshot/{channel}": everybody,
  "GET /stats": everybody,
  "GET /video_feed": everybody,
  "GET /video_feed/{channel}": everybody,
  "HEAD /video_feed": everybody,
  "HEAD /video_feed/{channel}": everybody,
  "POST /api/login": everybody,
  "POST /api/logout": everybody,
  "POST /ingest/{channel}": producers,
  "PUT /ingest/{channel}": producers,
};
const adminSurface: Readonly<Record<string, readonly Caller[]>> = {
  "DELETE /api/channels/{name}": operators,
  "DELETE /api/tokens/{id}": admins,
  "DELETE /api/viewers/{id}": operators,
  "GET /api/channels/{name}/history": operators,
  "GET /api/events": operators,
  "GET /api/history": operators,
  "GET /api/log": operators,
  "GET /api/settings": operators,
  "GET /api/snapshot": operators,
  "GET /api/tokens": admins,
  "GET /api/viewers": operators,
  "GET /ascii/size": everybody,
  "GET /data": everybody,
  "GET /log": everybody,
  "GET /metrics": everybody,
  "PATCH /api/channels/{name}": operators,
  "POST /api/tokens": admins,
  "POST /ascii/size": operators,
};
/** Operations that show a channel: not to everybody when it is private. */
const ofChannels = [
  "GET /api/channels/{name}",
  "GET /snapshot/{channel}",
  "GET /video_feed/{channel}",
  "HEAD /video_feed/{channel}",
];

const boot = (settings: Record<string, unknown> = {}) => {
  const ports = modules.flatMap(({ name, options }) =>
    Object.keys("shape" in options ? (options.shape as object) : {})
      .filter((key) => /^(port|pagePort)$/.test(key))
      .map((key) => [`${name}.${key}`, 0] as const),
  );
  return bootHub(modules, { ...Object.fromEntries(ports), "mjpeg.snapshotTimeoutMs": 0, ...settings });
};

async function tokensOf(hub: TestHub): Promise<ReadonlyMap<Caller, string>> {
  const tokens = new Map<Caller, string>();
  for (const role of watchers) {
    const made = await fetch(`${hub.adminUrl}/api/tokens`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ name: role, role }),
    });
    tokens.set(role, ((await made.json()) as { secret: string }).secret);
  }
  return tokens;
}

const headersFor = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** The status that a call of an operation gets. Names and ids in it are of nothing that exists, but `scene`. */
async function statusOf(base: string, operation: string, token: string | undefined): Promise<number> {
  const [method = "", path = ""] = operation.split(" ");
  const wanted = method === "DELETE" || method === "PATCH" ? "none" : "scene";
  const url = base + path.replace(/\{(name|channel)\}/, wanted).replace(/\{id\}/, "none");
  const reply = await fetch(url, { method, headers: headersFor(token), redirect: "manual" });
  await reply.body?.cancel();
  return reply.status;
}

describe("every operation of the API", () => {
  let hub: TestHub;
  let tokens: ReadonlyMap<Caller, string>;
  beforeEach(async () => {
    hub = await boot();
    tokens = await tokensOf(hub);
  });

  it("is in the table of who may call it", async () => {
    const reply = await fetch(`${hub.adminUrl}/api/openapi.json`);
    const { paths } = (await reply.json()) as { paths: Record<string, Record<string, unknown>> };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual(Object.keys({ ...watchSurface, ...adminSurface }).sort());
  });

  it("lets in each role that may, and no other", async () => {
    for (const [operation, allowed] of Object.entries({ ...watchSurface, ...adminSurface }))
      for (const caller of everybody) {
        const status = await statusOf(hub.adminUrl, operation, tokens.get(caller));
        const refused = caller === "nobody" ? 401 : 403;
        if (allowed.includes(caller)) expect([401, 403], `${caller}: ${operation}`).not.toContain(status);
        else expect(status, `${caller}: ${operation}`).toBe(refused);
      }
  });

  it("is not there on the public listener when it is for the admin one", async () => {
    for (const operation of Object.keys(adminSurface)) {
      const reply = await fetch(hub.publicUrl + operation.split(" ")[1]?.replace(/\{\w+\}/, "scene"), {
        method: operation.split(" ")[0] ?? "",
        headers: { ...headersFor(ADMIN_TOKEN), accept: "application/json" },
      });
      // Every path that is no file is a page of the app for those who read; `/api/channels/{name}` is also there.
      const isPage = reply.headers.get("content-type")?.startsWith("text/html") === true;
      expect(isPage || reply.status === 404 || reply.status === 405, `${operation}: ${reply.status}`).toBe(true);
      await reply.body?.cancel();
    }
  });

  it("takes a WebSocket that publishes from producers only", async () => {
    for (const caller of everybody) {
      const ws = new WebSocket(`${hub.publicUrl.replace("http", "ws")}/ws?channel=cam`, {
        headers: headersFor(tokens.get(caller)),
      });
      ws.on("error", () => undefined);
      const outcome = await Promise.race([
        once(ws, "open").then(() => 101),
        once(ws, "unexpected-response").then(([, response]) => (response as IncomingMessage).statusCode),
      ]);
      expect(outcome, `as ${caller}`).toBe(producers.includes(caller) ? 101 : caller === "nobody" ? 401 : 403);
      ws.terminate();
    }
  });
});

it("a private channel is shown by no operation to those who have no token", async () => {
  const hub = await boot({ "channels.visibility": "private" });
  const tokens = await tokensOf(hub);
  for (const base of [hub.publicUrl, hub.adminUrl])
    for (const operation of ofChannels)
      for (const caller of everybody) {
        const status = await statusOf(base, operation, tokens.get(caller));
        if (watchers.includes(caller)) expect([401, 403, 404], `${caller}: ${operation}`).not.toContain(status);
        else expect(status, `${caller}: ${operation}`).toBe(404);
      }
  for (const path of ["/api/channels", "/stats"])
    expect(await (await fetch(hub.publicUrl + path)).text(), `at ${path}`).not.toContain("scene");
});
