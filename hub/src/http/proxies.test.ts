import access from "#access/module.ts";
import { defineModule } from "#contract/module.ts";
import store from "#store/module.ts";
import { ADMIN_TOKEN, bootHub } from "#testing/boot.ts";
import { cameByTls, peerAddress } from "#transport/peer-address.ts";
import fc from "fast-check";
import { isIP } from "node:net";
import { describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import http from "./module.ts";
import { isAddressRange, Proxies } from "./proxies.ts";
import { talk } from "./raw-peer.fixture.ts";

const trusting = new Proxies(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);

describe("X-Forwarded-For", () => {
  test.each([
    ["127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "203.0.113.7:4711", "203.0.113.7"],
    ["127.0.0.1", "[2001:db9::1]:4711", "2001:db9::1"],
    ["127.0.0.1", "2001:db9::1", "2001:db9::1"],
    ["127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"],
    // What a client sends itself stands before what the proxies append.
    ["127.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7"],
    ["127.0.0.1", "1.1.1.1, 203.0.113.7, 2001:db8::5, 10.1.2.3", "203.0.113.7"],
    ["127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"],
    ["127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"],
    ["127.0.0.1", "evil\u0000, 10.1.2.3", "10.1.2.3"],
    ["127.0.0.1", "", "127.0.0.1"],
  ])("from %s: %j is %s", (remote, header, client) => {
    expect(trusting.forwardedBy(remote, { "x-forwarded-for": header })?.address).toBe(client);
  });

  test("of a peer that is no trusted proxy counts for nothing", () => {
    const headers = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" };
    for (const remote of ["203.0.113.9", "127.0.0.2", "2001:db9::1", undefined, ""])
      expect(trusting.forwardedBy(remote, headers), `from ${remote}`).toBeUndefined();
    expect(new Proxies([]).forwardedBy("127.0.0.1", headers)).toBeUndefined();
  });

  test("is always an address, whatever it says", () => {
    const part = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.constantFrom("10.0.0.1", "[::1]:1", ":1", "[]", "1.2.3.4:"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const found = trusting.forwardedBy("127.0.0.1", { "x-forwarded-for": parts.join(",") });
        expect(isIP(found?.address ?? "")).not.toBe(0);
      }),
    );
  });
});

test.each([
  ["127.0.0.1", true],
  ["10.0.0.0/8", true],
  ["::1", true],
  ["fd00::/8", true],
  ["10.0.0.0/33", false],
  ["::/129", false],
  ["10.0.0.0/8/8", false],
  ["10.0.0.0/", false],
  ["10.0.0/8", false],
  ["loopback", false],
  ["", false],
])("%j is an address or a range: %j", (text, is) => expect(isAddressRange(text)).toBe(is));

/** Says for whom it takes who asks. */
const probe = defineModule({
  name: "probe",
  summary: "Routes for tests.",
  capability: { role: "service" },
  options: z.strictObject({}),
  needs: ["http"],
  start({ http: service }) {
    const sockets = new WebSocketServer({ noServer: true });
    service.upgrade("watch", "/ws", (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (client) => client.send(peerAddress(request.socket) ?? "")),
    );
    service.routes("watch", (app) => {
      app.get("/who", async ({ socket }) => `${peerAddress(socket)} ${cameByTls(socket)}`);
      if (app.listener === "admin") app.get("/figures", { config: { access: "local" } }, async () => "figures");
    });
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});

const boot = (settings: Record<string, unknown> = {}) => bootHub([store, access, http, probe], settings);
const from = (client: string) => ({ "x-forwarded-for": client, "x-forwarded-proto": "https" });

describe("behind a proxy", () => {
  test("a request and a WebSocket count for the client when the proxy is trusted, and for the proxy when not", async () => {
    for (const [settings, request, socket] of [
      [{ "http.trustProxy": ["127.0.0.1"] }, "203.0.113.7 true", "203.0.113.8"],
      [{}, "127.0.0.1 false", "127.0.0.1"],
    ] as const) {
      const hub = await boot(settings);
      expect(await (await fetch(`${hub.publicUrl}/who`, { headers: from("203.0.113.7") })).text()).toBe(request);
      const client = new WebSocket(hub.publicUrl.replace("http", "ws") + "/ws", { headers: from("203.0.113.8") });
      const said = await new Promise((resolve, reject) => {
        client.once("message", (data: Buffer) => resolve(data.toString()));
        client.once("error", reject);
      });
      expect(said).toBe(socket);
      client.terminate();
    }
  });

  test("requests of several clients on one connection are told apart", async () => {
    const hub = await boot({ "http.trustProxy": ["127.0.0.1"] });
    const ask = (head: string) => `GET /who HTTP/1.1\r\nHost: x\r\n${head}\r\n`;
    const said = await talk(
      hub.publicUrl,
      ask("X-Forwarded-For: 203.0.113.7\r\n") + ask("X-Forwarded-For: 203.0.113.8\r\n") + ask("Connection: close\r\n"),
    );
    expect(said.match(/^\d+\.\d+\.\d+\.\d+ (true|false)/gm)).toEqual([
      "203.0.113.7 false",
      "203.0.113.8 false",
      "127.0.0.1 false",
    ]);
  });

  test("one client's wrong tokens lock out that client, not the others nor the proxy", async () => {
    const hub = await boot({ "http.trustProxy": ["127.0.0.1"] });
    const ask = async (client: string, token: string) =>
      (await fetch(`${hub.publicUrl}/api/session`, { headers: { ...from(client), authorization: `Bearer ${token}` } }))
        .status;
    for (let i = 0; i < 10; i++) expect(await ask("203.0.113.7", `wrong-${i}`)).toBe(401);
    expect(await ask("203.0.113.7", ADMIN_TOKEN)).toBe(429);
    expect(await ask("203.0.113.8", ADMIN_TOKEN)).toBe(200);
  });

  test("the cookie is for TLS only when the client came by TLS", async () => {
    const hub = await boot({ "http.trustProxy": ["127.0.0.1"] });
    const cookie = async (headers: Record<string, string>) =>
      (await fetch(`${hub.publicUrl}/login?token=${ADMIN_TOKEN}`, { redirect: "manual", headers })).headers.get(
        "set-cookie",
      );
    expect(await cookie(from("203.0.113.7"))).toMatch(/; Secure$/);
    expect(await cookie({ "x-forwarded-proto": "http" })).not.toContain("Secure");
    const trustless = await boot();
    const plain = await fetch(`${trustless.publicUrl}/login?token=${ADMIN_TOKEN}`, {
      redirect: "manual",
      headers: from("203.0.113.7"),
    });
    expect(plain.headers.get("set-cookie")).not.toContain("Secure");
  });

  test.each([
    ["X-Forwarded-For", "X-Forwarded-For: 127.0.0.1"],
    ["Forwarded", "Forwarded: for=127.0.0.1"],
    ["X-Real-IP", "X-Real-IP: 127.0.0.1"],
    ["Via", "Via: 1.1 wall"],
  ])("figures that are open on this machine are not open to what a proxy on it passes on: %s", async (_, header) => {
    const hub = await boot({ "http.allowedHosts": ["hub.example"] });
    const ask = (host: string, ...headers: string[]) =>
      talk(
        hub.adminUrl,
        `GET /figures HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`,
      );
    expect(await ask("127.0.0.1")).toMatch(/^HTTP\/1.1 200 /);
    expect(await ask("127.0.0.1", header)).toMatch(/^HTTP\/1.1 401 /);
    expect(await ask("hub.example")).toMatch(/^HTTP\/1.1 401 /);
    expect(await ask("hub.example", `Authorization: Bearer ${ADMIN_TOKEN}`, header)).toMatch(/^HTTP\/1.1 200 /);
  });
});

test("figures are not open to a proxy that says nothing, as nginx with no more than proxy_pass", async () => {
  const hub = await boot();
  expect(await talk(hub.adminUrl, "GET /figures HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")).toMatch(
    /^HTTP\/1.1 401 /,
  );
});

test("a setting that is no address is named", async () => {
  await expect(boot({ "http.trustProxy": ["the proxy"] })).rejects.toThrow(/http\.trustProxy\.0: is no address/);
});
