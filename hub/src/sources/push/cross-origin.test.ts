import sharp from "sharp";
import { describe, expect, it } from "vitest";
import access from "../../access/module.ts";
import http from "../../http/module.ts";
import mjpeg from "../../outputs/mjpeg/module.ts";
import store from "../../store/module.ts";
import { ADMIN_TOKEN, bootHub } from "../../testing/boot.ts";
import push from "./module.ts";

const start = (settings: Readonly<Record<string, unknown>> = {}) =>
  bootHub([store, access, http, mjpeg, push], settings);

const origin = "https://studio.example";
const picture = Uint8Array.from(
  await sharp({ create: { width: 32, height: 24, channels: 3, background: "#345" } })
    .jpeg()
    .toBuffer(),
);

const put = (base: string, headers: Record<string, string>, query = "") =>
  fetch(`${base}/ingest/cam${query}`, { method: "PUT", body: picture, headers: { origin, ...headers } });
const ask = (base: string, path = "/ingest/cam") =>
  fetch(base + path, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "authorization" },
  });
const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };

describe("a page of another site", () => {
  it("may push with a token in Authorization, and reads what becomes of it", async () => {
    const hub = await start();
    const asked = await ask(hub.publicUrl);
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-methods")).toBe("PUT, POST");
    expect(asked.headers.get("access-control-allow-headers")).toContain("Authorization");
    const done = await put(hub.publicUrl, bearer);
    expect([done.status, await done.json()]).toEqual([200, { seq: 1 }]);
    const wrong = await put(hub.publicUrl, { authorization: "Bearer nonsense" });
    expect([wrong.status, wrong.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
  });

  it("may push by no cookie, by no token in the address, and into no open channel without one", async () => {
    const hub = await start({ "push.openChannels": ["cam"] });
    const login = await fetch(`${hub.publicUrl}/login?token=${ADMIN_TOKEN}`, { redirect: "manual" });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(cookie).toContain("lightwell_");
    for (const reply of [
      await put(hub.publicUrl, { cookie }),
      await put(hub.publicUrl, {}, `?token=${ADMIN_TOKEN}`),
      await put(hub.publicUrl, {}),
      await put(hub.publicUrl, { cookie, authorization: "Basic Og==" }),
    ])
      expect(reply.status).toBe(403);
    expect((await put(hub.publicUrl, { cookie, authorization: "Bearer nonsense" })).status).toBe(401);
    expect(login.headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("may not use what is not for it: other routes, the admin listener", async () => {
    const hub = await start();
    for (const path of ["/api/login", "/api/logout", "/login"]) {
      const reply = await ask(hub.publicUrl, path);
      expect(reply.headers.get("access-control-allow-origin"), `at ${path}`).toBeNull();
    }
    expect((await ask(hub.adminUrl)).status).toBe(403);
    expect((await put(hub.adminUrl, bearer)).status).toBe(403);
  });

  it("has to be listed when there is a list", async () => {
    const none = await start({ "http.ingestOrigins": [] });
    expect((await ask(none.publicUrl)).headers.get("access-control-allow-origin")).toBeNull();
    expect((await put(none.publicUrl, bearer)).status).toBe(403);
    const hub = await start({ "http.ingestOrigins": ["https://studio.example/"] });
    const asked = await ask(hub.publicUrl);
    expect([asked.headers.get("access-control-allow-origin"), asked.headers.get("vary")]).toEqual([origin, "Origin"]);
    expect((await put(hub.publicUrl, bearer)).status).toBe(200);
    expect((await put(hub.publicUrl, { ...bearer, origin: "https://evil.example" })).status).toBe(403);
  });
});

it("a program, which has no origin, pushes as ever", async () => {
  const hub = await start({ "http.ingestOrigins": [] });
  const reply = await fetch(`${hub.publicUrl}/ingest/cam`, { method: "PUT", body: picture, headers: bearer });
  expect(reply.status).toBe(200);
});
