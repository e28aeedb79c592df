import { request } from "node:http";
import { defineModule } from "#contract/module.ts";
import type { Access, Role } from "#contract/services.ts";
import { systemClock } from "#core/clock.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "#testing/boot.ts";
import { until } from "#testing/wait.ts";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import access from "./module.ts";
import { createToken, deleteToken, listTokens } from "./tokens.ts";

/** Routes of every kind of access, as another module would add them. */
const probe = defineModule({
  name: "probe",
  summary: "Routes for tests.",
  capability: { role: "service" },
  options: z.strictObject({}),
  needs: ["http"],
  start({ http: service }) {
    service.routes("admin", (app) => {
      app.get("/default", async () => "ok");
      for (const wanted of ["open", "local", "viewer", "producer", "operator", "admin"] as const)
        app.get(`/${wanted}`, { config: { access: wanted } }, async () => "ok");
      app.post("/change", { config: { access: "viewer" } }, async () => "changed");
    });
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});

const roles: readonly Role[] = ["viewer", "producer", "operator", "admin"];

async function boot(settings: Record<string, unknown> = {}, dataDir?: string) {
  return bootHub([store, access, http, probe], settings, dataDir === undefined ? {} : { dataDir });
}

async function tokenFor(hub: TestHub, role: Role, channels?: readonly string[]): Promise<string> {
  const made = await fetch(`${hub.adminUrl}/api/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name: `a ${role}`, role, channels }),
  });
  expect(made.status).toBe(201);
  return ((await made.json()) as { secret: string }).secret;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const serviceOf = (hub: TestHub): Access => {
  const service = hub.service("access");
  if (!service) throw new Error("no access service");
  return service;
};

function codeOf(run: () => unknown): string {
  try {
    run();
    return "allowed";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("who may call what", () => {
  const allowed: Record<string, readonly (Role | "nobody")[]> = {
    "/open": ["nobody", ...roles],
    "/local": ["nobody", ...roles],
    "/viewer": roles,
    "/producer": ["producer", "admin"],
    "/operator": ["operator", "admin"],
    "/default": ["operator", "admin"],
    "/admin": ["admin"],
    "/api/tokens": ["admin"],
    "/api/session": ["nobody", ...roles],
  };

  test("every role reaches its routes and no other", async () => {
    const hub = await boot();
    for (const caller of ["nobody", ...roles] as const) {
      const init = caller === "nobody" ? {} : bearer(await tokenFor(hub, caller));
      for (const [path, who] of Object.entries(allowed)) {
        const { status } = await fetch(hub.adminUrl + path, init);
        const refused = caller === "nobody" ? 401 : 403;
        expect(status, `${caller} at ${path}`).toBe(who.includes(caller) ? 200 : refused);
      }
    }
  });

  test("the public listener has none of the admin's routes", async () => {
    const hub = await boot();
    for (const path of ["/open", "/admin", "/api/tokens"])
      expect((await fetch(hub.publicUrl + path, bearer(ADMIN_TOKEN))).status, `at ${path}`).toBe(404);
  });

  test("beyond loopback even local routes need an operator", async () => {
    const hub = await boot({ "http.adminHost": "0.0.0.0" });
    expect((await fetch(`${hub.adminUrl}/local`)).status).toBe(401);
    expect((await fetch(`${hub.adminUrl}/local`, bearer(await tokenFor(hub, "viewer")))).status).toBe(403);
    expect((await fetch(`${hub.adminUrl}/local`, bearer(ADMIN_TOKEN))).status).toBe(200);
  });

  test("channels: private ones need a fitting token, publishing a producer's", async () => {
    const hub = await boot();
    const service = serviceOf(hub);
    const open = hub.channels.open("open");
    const [cam, den] = [hub.channels.open("cam"), hub.channels.open("den")];
    for (const channel of [cam, den]) channel.settings = { ...channel.settings, visibility: "private" };
    const limited = { id: "1", name: "limited", role: "viewer", channels: ["cam"] } as const;
    const producer = { ...limited, role: "producer" } as const;
    const admin = { id: "2", name: "boss", role: "admin" } as const;
    const operator = { ...admin, role: "operator" } as const;

    expect([
      codeOf(() => service.requireWatch(undefined, open)),
      codeOf(() => service.requireWatch(undefined, cam)),
      codeOf(() => service.requireWatch(limited, cam)),
      codeOf(() => service.requireWatch(limited, den)),
      codeOf(() => service.requireWatch(operator, den)),
    ]).toEqual(["allowed", "not-found", "allowed", "not-found", "allowed"]);
    expect([
      codeOf(() => service.requirePublish(undefined, "cam")),
      codeOf(() => service.requirePublish(limited, "cam")),
      codeOf(() => service.requirePublish(producer, "cam")),
      codeOf(() => service.requirePublish(producer, "den")),
      codeOf(() => service.requirePublish(operator, "cam")),
      codeOf(() => service.requirePublish(admin, "anything")),
    ]).toEqual(["unauthorized", "forbidden", "allowed", "forbidden", "forbidden", "allowed"]);
  });
});

describe("tokens", () => {
  test("a secret is shown once and is in no list and no file", async () => {
    const hub = await boot();
    const secret = await tokenFor(hub, "producer", ["cam"]);
    expect(secret).toMatch(/^lw_[\w-]{43}$/);
    const list = await (await fetch(`${hub.adminUrl}/api/tokens`, bearer(ADMIN_TOKEN))).text();
    expect(JSON.parse(list)).toMatchObject([{ name: "a producer", role: "producer", channels: ["cam"] }]);
    expect(list).not.toContain(secret);
    expect(list).not.toContain("hash");
    const kept = await hub.service("store")?.collection("tokens").list();
    expect(JSON.stringify(kept)).not.toContain(secret.slice(3));
  });

  test("a token works by header, by query and by POST /api/login, and a wrong one by none", async () => {
    const hub = await boot();
    const session = async (path: string, init: RequestInit = {}) =>
      (await fetch(hub.publicUrl + path, { method: "GET", ...init })).status;
    const login = (token: string) => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    expect(await session("/api/session", bearer(ADMIN_TOKEN))).toBe(200);
    expect(await session(`/api/session?x=1&token=${ADMIN_TOKEN}`)).toBe(200);
    expect(await session("/api/login", login(ADMIN_TOKEN))).toBe(200);
    for (const wrong of [`${ADMIN_TOKEN}x`, ADMIN_TOKEN.slice(1), "x".repeat(513)]) {
      expect(await session("/api/session", bearer(wrong))).toBe(401);
      expect(await session(`/api/session?token=${wrong}`)).toBe(401);
    }
    expect(await session("/api/login", login("nope"))).toBe(401);
  });

  test("a revoked token is worthless at once, and so are its sessions", async () => {
    const hub = await boot();
    const secret = await tokenFor(hub, "operator");
    const cookie = await logIn(hub, secret);
    expect((await fetch(`${hub.adminUrl}/operator`, { headers: { cookie } })).status).toBe(200);
    const [{ id }] = (await (await fetch(`${hub.adminUrl}/api/tokens`, bearer(ADMIN_TOKEN))).json()) as [
      { id: string },
    ];
    const remove = () => fetch(`${hub.adminUrl}/api/tokens/${id}`, { method: "DELETE", ...bearer(ADMIN_TOKEN) });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect((await fetch(`${hub.adminUrl}/operator`, bearer(secret))).status).toBe(401);
    expect((await fetch(`${hub.adminUrl}/operator`, { headers: { cookie } })).status).toBe(401);
  });

  test("what another process does to the store is taken up", async () => {
    const hub = await boot();
    const kept = hub.service("store");
    if (!kept) throw new Error("no store");
    const { token, secret } = await createToken(kept, systemClock, { name: "by hand", role: "operator" });
    const cookie = await logIn(hub, secret);
    expect((await fetch(`${hub.adminUrl}/operator`, bearer(secret))).status).toBe(200);
    expect((await listTokens(kept)).map(({ name }) => name)).toEqual(["by hand"]);
    await deleteToken(kept, token.id);
    const status = async () => (await fetch(`${hub.adminUrl}/operator`, { headers: { cookie } })).status;
    await until("the token to be gone", async () => (await status()) === 401);
    expect((await fetch(`${hub.adminUrl}/operator`, bearer(secret))).status).toBe(401);
  });

  test("a token that another process has made is good at once, by header and by query", async () => {
    const hub = await boot();
    const kept = hub.service("store");
    if (!kept) throw new Error("no store");
    for (let i = 0; i < 5; i++) {
      const { secret } = await createToken(kept, systemClock, { name: `${i}`, role: "operator" });
      const reply = await (i % 2 === 0
        ? fetch(`${hub.adminUrl}/operator`, bearer(secret))
        : fetch(`${hub.adminUrl}/operator?token=${secret}`));
      expect(reply.status).toBe(200);
    }
  });

  test("a limit to channels is for viewers and producers: others act beyond it", async () => {
    const hub = await boot();
    const kept = hub.service("store");
    if (!kept) throw new Error("no store");
    for (const role of ["operator", "admin"] as const) {
      const reply = await fetch(`${hub.adminUrl}/api/tokens`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
        body: JSON.stringify({ name: "x", role, channels: ["cam"] }),
      });
      expect(reply.status).toBe(400);
      expect(await reply.text()).toContain("good for all channels");
      await expect(createToken(kept, systemClock, { name: "x", role, channels: ["cam"] })).rejects.toMatchObject({
        code: "bad-request",
      });
    }
    // One that was made when it could be.
    const { token, secret } = await createToken(kept, systemClock, { name: "old", role: "viewer", channels: ["cam"] });
    const { id, ...record } = token;
    await kept.collection("tokens").put(id, { ...record, role: "operator" });
    expect((await fetch(`${hub.adminUrl}/operator`, bearer(secret))).status).toBe(403);
    expect(await (await fetch(`${hub.adminUrl}/api/session`, bearer(secret))).json()).toMatchObject({ role: "viewer" });
    expect(hub.service("report")?.tail()).toContain("a token is limited to channels");
  });

  test.each([
    [{ name: "x", role: "emperor" }, "body.role"],
    [{ name: "", role: "viewer" }, "body.name"],
    [{ name: "x", role: "viewer", channels: ["../etc"] }, "body.channels.0"],
    [{ name: "x", role: "viewer", chanels: [] }, "chanels"],
    [[], "body"],
  ])("a wish for a token that is not right is refused by its path: %j", async (body, path) => {
    const hub = await boot();
    const reply = await fetch(`${hub.adminUrl}/api/tokens`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(reply.status).toBe(400);
    expect(((await reply.json()) as { detail: string }).detail).toContain(path);
  });
});

test("a link on a page of another site logs nobody in without a click, and so swaps no session", async () => {
  const hub = await boot();
  const follow = (headers: Record<string, string>, token = ADMIN_TOKEN) =>
    talk(hub.publicUrl, `/login?token=${encodeURIComponent(token)}`, headers);
  for (const headers of [
    { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" },
    { "Sec-Fetch-Site": "same-site" },
    { Referer: "http://evil.example/" },
    { Referer: "http://127.0.0.1:4321/" },
  ]) {
    const { status, cookie, text } = await follow(headers);
    expect([status, cookie]).toEqual([200, undefined]);
    expect(text).toContain(`href="/login?token=${ADMIN_TOKEN}"`);
  }
  expect((await follow({ "Sec-Fetch-Site": "cross-site" }, '"><script>')).text).not.toContain("<script>");
  const own = new URL(hub.publicUrl).origin;
  for (const headers of [
    {},
    { "Sec-Fetch-Site": "none" },
    { "Sec-Fetch-Site": "same-origin" },
    { Referer: `${own}/login` },
  ]) {
    const { status, cookie } = await follow(headers);
    expect([status, typeof cookie]).toEqual([303, "string"]);
  }
});

/** A GET with headers that `fetch` would not send. */
function talk(url: string, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; cookie: string | undefined; text: string }>((resolve, reject) => {
    request(url + path, { headers }, (reply) => {
      const { statusCode: status, headers: answered } = reply;
      reply.setEncoding("utf8");
      let text = "";
      reply.on("data", (chunk: string) => (text += chunk));
      reply.on("end", () => resolve({ status, cookie: answered["set-cookie"]?.[0], text }));
    })
      .on("error", reject)
      .end();
  });
}

async function logIn(hub: TestHub, token: string): Promise<string> {
  const reply = await fetch(`${hub.adminUrl}/login?token=${token}`, { redirect: "manual" });
  expect([reply.status, reply.headers.get("location")]).toEqual([303, "/"]);
  const [cookie, ...flags] = (reply.headers.get("set-cookie") ?? "").split("; ");
  expect(flags).toEqual(["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=2592000"]);
  expect(cookie).not.toContain(token);
  return cookie ?? "";
}

describe("sessions", () => {
  test("a log-in lasts over a restart and ends with the log-out", async () => {
    const first = await boot();
    const cookie = await logIn(first, ADMIN_TOKEN);
    const dataDir = first.dataDir;
    await first.close();
    const hub = await boot({}, dataDir);
    const who = async () => (await fetch(`${hub.adminUrl}/api/session`, { headers: { cookie } })).json();
    expect(await who()).toEqual({ role: "admin", name: "configured" });
    const out = await fetch(`${hub.adminUrl}/api/logout`, {
      method: "POST",
      headers: { cookie, origin: hub.adminUrl },
    });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect(await who()).toEqual({ role: "anonymous" });
  });

  test("logging out everywhere ends all sessions of the same token, and no other", async () => {
    const hub = await boot();
    const [one, two] = [await logIn(hub, ADMIN_TOKEN), await logIn(hub, ADMIN_TOKEN)];
    const other = await logIn(hub, await tokenFor(hub, "admin"));
    const out = (cookie: string, query = "") =>
      fetch(`${hub.adminUrl}/api/logout${query}`, { method: "POST", headers: { cookie, origin: hub.adminUrl } });
    const statusOf = async (cookie: string) => (await fetch(`${hub.adminUrl}/admin`, { headers: { cookie } })).status;
    expect((await out(one)).status).toBe(200);
    expect(await statusOf(two)).toBe(200);
    expect((await out(two, "?everywhere=true")).status).toBe(200);
    expect([await statusOf(two), await statusOf(other)]).toEqual([401, 200]);
    const fresh = await logIn(hub, ADMIN_TOKEN);
    await fetch(`${hub.adminUrl}/api/logout?everywhere=true`, { method: "POST", ...bearer(ADMIN_TOKEN) });
    expect(await statusOf(fresh)).toBe(401);
  });

  test("another configured token ends the sessions begun with the former", async () => {
    const first = await boot();
    const cookie = await logIn(first, ADMIN_TOKEN);
    await first.close();
    const hub = await boot({ "access.adminToken": "another-token-0123456789" }, first.dataDir);
    expect((await fetch(`${hub.adminUrl}/admin`, { headers: { cookie } })).status).toBe(401);
  });

  test("an invented or foreign cookie is nobody, not an error", async () => {
    const hub = await boot();
    const name = (await logIn(hub, ADMIN_TOKEN)).split("=")[0];
    for (const cookie of [`${name}=lw_invented`, `${name}=`, "other=1; =; ;;", `x${name}=1`])
      expect(
        await (await fetch(`${hub.adminUrl}/api/session`, { headers: { cookie } })).json(),
        `with ${cookie}`,
      ).toEqual({
        role: "anonymous",
      });
  });

  test("two hubs of one host do not take each other's cookies", async () => {
    const [one, two] = [await boot(), await boot()];
    const [a, b] = [await logIn(one, ADMIN_TOKEN), await logIn(two, ADMIN_TOKEN)];
    const headers = { cookie: `${a}; ${b}` };
    for (const hub of [one, two]) expect((await fetch(`${hub.adminUrl}/admin`, { headers })).status).toBe(200);
  });

  test.each([
    ["its own page, by Origin", { origin: "self" }, 200],
    ["its own page, by Sec-Fetch-Site", { "sec-fetch-site": "same-origin" }, 200],
    ["a page of another site", { origin: "https://evil.example" }, 403],
    ["another port of this host", { origin: "http://127.0.0.1:1" }, 403],
    ["a sandboxed page", { origin: "null" }, 403],
    ["another site, without Origin", { "sec-fetch-site": "cross-site" }, 403],
    ["another port, without Origin", { "sec-fetch-site": "same-site" }, 403],
    ["a browser that says neither", {}, 403],
  ])("a change by cookie from %s is answered %#", async (_from, headers: Record<string, string>, status) => {
    const hub = await boot();
    const cookie = await logIn(hub, ADMIN_TOKEN);
    const sent = { ...headers, ...(headers["origin"] === "self" && { origin: hub.adminUrl }), cookie };
    expect((await fetch(`${hub.adminUrl}/change`, { method: "POST", headers: sent })).status).toBe(status);
  });

  test.each(["?xtoken=1", "?token=", "?token=&token=x", "?x=token=1"])(
    "a cookie is not made good by an address that only looks as if it had a token: %s",
    async (query) => {
      const hub = await boot();
      const cookie = await logIn(hub, ADMIN_TOKEN);
      for (const headers of [{ cookie }, { cookie, authorization: "Basic Og==" }])
        expect((await fetch(`${hub.adminUrl}/change${query}`, { method: "POST", headers })).status).toBe(403);
    },
  );

  test("a log-in ends the session that it takes the place of", async () => {
    const hub = await boot();
    const before = await logIn(hub, ADMIN_TOKEN);
    await fetch(`${hub.adminUrl}/login?token=${ADMIN_TOKEN}`, { redirect: "manual", headers: { cookie: before } });
    expect((await fetch(`${hub.adminUrl}/admin`, { headers: { cookie: before } })).status).toBe(401);
  });

  test("a change by token needs no Origin", async () => {
    const hub = await boot();
    expect((await fetch(`${hub.adminUrl}/change`, { method: "POST", ...bearer(ADMIN_TOKEN) })).status).toBe(200);
  });
});

test("after ten wrong tokens the address must wait, even with a right one, but who works there goes on", async () => {
  const hub = await boot();
  const cookie = await logIn(hub, ADMIN_TOKEN);
  const unused = await tokenFor(hub, "admin");
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++)
    statuses.push((await fetch(`${hub.publicUrl}/api/session`, bearer(`wrong-${i}`))).status);
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  const late = await fetch(`${hub.adminUrl}/admin`, bearer(unused));
  expect(late.status).toBe(429);
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await fetch(`${hub.adminUrl}/admin`, { headers: { cookie } })).status).toBe(200);
  expect((await fetch(`${hub.adminUrl}/admin`, bearer(ADMIN_TOKEN))).status).toBe(200);
});

describe("the first start", () => {
  let said = "";
  beforeEach(() => {
    said = "";
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    });
    onTestFinished(() => write.mockRestore());
  });

  test("prints a link that logs in, once; the log does not have it; the next start prints none", async () => {
    const first = await boot({ "access.adminToken": undefined });
    const link = /http:\/\/127\.0\.0\.1:\d+\/login\?token=(\S+)/.exec(said);
    expect(link?.[0]).toContain(first.adminUrl);
    const secret = link?.[1] ?? "";
    expect((await fetch(link?.[0] ?? "", { redirect: "manual" })).status).toBe(303);
    expect((await fetch(`${first.adminUrl}/admin`, bearer(secret))).status).toBe(200);
    expect(first.service("report")?.tail()).not.toContain(secret);
    await first.close();

    said = "";
    const second = await boot({ "access.adminToken": undefined }, first.dataDir);
    expect(said).not.toContain("token=");
    expect(second.service("report")?.tail()).toContain("lightwell token create");
    expect((await fetch(`${second.adminUrl}/admin`, bearer(secret))).status).toBe(200);
  });

  test("takes LIGHTWELL_ADMIN_TOKEN instead, and refuses a short one", async () => {
    vi.stubEnv("LIGHTWELL_ADMIN_TOKEN", "from-the-environment");
    onTestFinished(() => void vi.unstubAllEnvs());
    const hub = await boot({ "access.adminToken": undefined });
    expect(said).not.toContain("token=");
    expect((await fetch(`${hub.adminUrl}/admin`, bearer("from-the-environment"))).status).toBe(200);
    await hub.close();
    vi.stubEnv("LIGHTWELL_ADMIN_TOKEN", "short");
    await expect(boot({ "access.adminToken": undefined })).rejects.toThrow(/LIGHTWELL_ADMIN_TOKEN/);
  });
});
