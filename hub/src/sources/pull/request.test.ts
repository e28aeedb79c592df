// needs: openssl
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer as createTlsServer, Agent as HttpsAgent } from "node:https";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bootHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { camera } from "./camera.fixture.ts";
import { Login } from "./login.ts";
import pull from "./module.ts";
import { get, isOwn } from "./request.ts";

const dir = mkdtempSync(join(tmpdir(), "lightwell-pull-"));
let credentials: { key: Buffer; cert: Buffer };
beforeAll(() => {
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
  credentials = { key: readFileSync(key), cert: readFileSync(cert) };
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A TLS server that answers each request with the path and the authorization of it. */
async function tlsCamera(): Promise<string> {
  const server = createTlsServer(credentials, (request, response) => {
    if (request.headers.authorization) return void response.end(`${request.url} ${request.headers.authorization}`);
    response.writeHead(401, { "www-authenticate": 'Basic realm="a"' }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

it.each([
  ["http://cam/a", "http://cam/b", true],
  ["http://cam/a", "http://cam:8080/b", false],
  ["http://cam/a", "http://other/b", false],
  ["http://cam/a", "https://cam/b", true],
  // What was secret on the way must not become readable.
  ["https://cam/a", "http://cam/b", false],
  ["https://cam/a", "https://cam:8443/b", false],
])("a login for %s may go to %s: %s", (first, target, may) => {
  expect(isOwn(new URL(target), new URL(first))).toBe(may);
});

describe("over TLS", () => {
  it("a login is given, and along with a redirect to the same place", async () => {
    const url = await tlsCamera();
    const agent = new HttpsAgent({ ca: credentials.cert });
    onTestFinished(() => agent.destroy());
    const signal = new AbortController().signal;
    const response = await get({ url: `${url}/shot`, headers: {}, login: new Login("me", "pw"), signal, agent });
    expect(Buffer.concat(await response.toArray()).toString()).toBe("/shot Basic bWU6cHc=");
  });

  it("a redirect from there to plain text is followed, without login and without its connections", async () => {
    let seen: string | undefined = "nothing";
    const plain = await camera((request, response) => {
      seen = request.headers.authorization;
      response.end("here");
    });
    const server = createTlsServer(credentials, (_request, response) => {
      response.writeHead(302, { location: plain.url }).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const agent = new HttpsAgent({ ca: credentials.cert });
    onTestFinished(() => agent.destroy());
    const response = await get({
      url: `https://localhost:${(server.address() as AddressInfo).port}/`,
      headers: { "x-key": "k" },
      login: new Login("me", "pw"),
      signal: new AbortController().signal,
      agent,
    });
    expect(Buffer.concat(await response.toArray()).toString()).toBe("here");
    expect(seen).toBeUndefined();
  });

  it("a camera with a certificate of its own making is named so", async () => {
    const url = await tlsCamera();
    const hub = await bootHub([pull], { "pull.inputs": [{ channel: "cam", url }] });
    const [publisher] = hub.channels.get("cam")?.publishers ?? [];
    await until("the reason", () => publisher?.status.includes("it vouches for its certificate itself"));
  });
});
