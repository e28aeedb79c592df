import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub } from "../testing/boot.ts";
import { contentCoding } from "./content-coding.ts";
import pages from "./module.ts";

const html = "<!doctype html><title>app</title>".padEnd(2000);
const script = "console.log(1);".repeat(200);

function build(): string {
  const dir = mkdtempSync(join(tmpdir(), "lightwell-app-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "dist", "assets"), { recursive: true });
  writeFileSync(join(dir, "secret.txt"), "what nobody may read");
  writeFileSync(join(dir, "dist", "index.html"), html);
  writeFileSync(join(dir, "dist", "theme.js"), "1;");
  writeFileSync(join(dir, "dist", "assets", "index-abc.js"), script);
  return join(dir, "dist");
}

const open = (dir: string) => bootHub([store, access, http, pages], { "pages.dir": dir });

interface Reply {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

/** Without any help from `fetch`, which would tidy up the path and undo the coding. */
function get(base: string, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Reply> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .on("error", reject)
      .end();
  });
}

const asBrowser = { accept: "text/html,*/*;q=0.8" };

describe("the app's files", () => {
  it("are served on both listeners, hashed ones for ever, the rest checked each time", async () => {
    const hub = await open(build());
    for (const base of [hub.publicUrl, hub.adminUrl]) {
      const index = await get(base, "/", asBrowser);
      expect([index.status, index.body.toString(), index.headers["cache-control"]]).toEqual([200, html, "no-cache"]);
      expect(index.headers["content-security-policy"]).toContain("default-src 'self'");
      const asset = await get(base, "/assets/index-abc.js");
      expect(asset.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(asset.headers["content-type"]).toBe("text/javascript; charset=utf-8");
      expect((await get(base, "/theme.js")).headers["cache-control"]).toBe("no-cache");
    }
  });

  it("come compressed to those who take it, with a tag per coding", async () => {
    const hub = await open(build());
    const codings: Array<[string, (bytes: Buffer) => Buffer]> = [
      ["br", brotliDecompressSync],
      ["gzip", gunzipSync],
    ];
    const tags = new Set<unknown>();
    for (const [coding, undo] of codings) {
      const reply = await get(hub.publicUrl, "/assets/index-abc.js", { "accept-encoding": coding });
      expect(reply.headers["content-encoding"]).toBe(coding);
      expect(reply.body.length).toBeLessThan(script.length / 2);
      expect(undo(reply.body).toString()).toBe(script);
      expect(reply.headers["vary"]).toBe("accept-encoding");
      tags.add(reply.headers["etag"]);
      const again = await get(hub.publicUrl, "/assets/index-abc.js", {
        "accept-encoding": coding,
        "if-none-match": String(reply.headers["etag"]),
      });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    }
    expect(tags.size).toBe(2);
  });

  it("answer HEAD with the same head and no body", async () => {
    const hub = await open(build());
    const reply = await get(hub.publicUrl, "/", asBrowser, "HEAD");
    expect([reply.status, reply.headers["content-length"], reply.body.length]).toEqual([200, "2000", 0]);
  });

  it("stand for every address that a browser opens, and for nothing that a program asks", async () => {
    const hub = await open(build());
    for (const path of ["/watch/cam.1", "/channels/x", "/login", "/watch/x?y=1"])
      expect((await get(hub.publicUrl, path, asBrowser)).body.toString()).toBe(html);
    for (const [path, accept] of [
      ["/nothing.json", "*/*"],
      ["/watch/x", "application/json"],
      ["/assets/index-old.js", "text/html"],
      ["/api/nothing", "text/html"],
    ] as const)
      expect([path, (await get(hub.publicUrl, path, { accept })).status]).toEqual([path, 404]);
    expect((await get(hub.publicUrl, "/", asBrowser, "POST")).status).toBe(404);
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "//etc/passwd",
    "/%00",
    "/assets/%c0%ae%c0%ae/secret.txt",
    `/${"a/".repeat(2000)}`,
  ])("do not lead out of their folder: %s", async (path) => {
    const hub = await open(build());
    const reply = await get(hub.publicUrl, path);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.body.toString()).not.toContain("what nobody may read");
    expect(reply.body.toString()).not.toContain("root:");
  });
});

describe("the build", () => {
  it("may be missing: the page says what to do, and finds it as soon as it is there", async () => {
    const dir = build();
    const hub = await open(join(dir, "none"));
    const missing = await get(hub.publicUrl, "/", asBrowser);
    expect(missing.status).toBe(503);
    expect(missing.body.toString()).toContain("npm run build --workspace web");
    mkdirSync(join(dir, "none"));
    writeFileSync(join(dir, "none", "index.html"), "<p>here");
    expect((await get(hub.publicUrl, "/", asBrowser)).body.toString()).toBe("<p>here");
  });

  it("is noticed when it is renewed", async () => {
    const dir = build();
    const hub = await open(dir);
    await get(hub.publicUrl, "/", asBrowser);
    writeFileSync(join(dir, "assets", "index-new.js"), "2;");
    writeFileSync(join(dir, "index.html"), "<p>new");
    utimesSync(join(dir, "index.html"), new Date(), new Date(Date.now() + 5000));
    expect((await get(hub.publicUrl, "/", asBrowser)).body.toString()).toBe("<p>new");
    expect((await get(hub.publicUrl, "/assets/index-new.js")).body.toString()).toBe("2;");
  });
});

it.each([
  [undefined, "identity"],
  ["", "identity"],
  ["gzip, deflate, br", "br"],
  ["GZIP", "gzip"],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["br;q=0.0", "identity"],
  ["*", "identity"],
  ["deflate", "identity"],
])("for Accept-Encoding %s the coding is %s", (header, coding) => expect(contentCoding(header)).toBe(coding));
