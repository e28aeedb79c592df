import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import access from "#access/module.ts";
import http from "#http/module.ts";
import store from "#store/module.ts";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootHub } from "../testing/boot.ts";
import pages from "./module.ts";
import { OwnFiles } from "./own-files.ts";

const page = "<!doctype html><title>mine</title><script>document.title = 'ran'</script>";
const SECRET = "what nobody may read";
const large = Buffer.alloc(3_000_000, "lightwell ");

/** A folder of own pages, and beside it what is not to be served. */
function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), "lightwell-own-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "own", "static", "deep", ".hidden"), { recursive: true });
  const write = (path: string, content: string | Buffer) => writeFileSync(join(dir, ...path.split("/")), content);
  write("secret.html", SECRET);
  write("secret.txt", SECRET);
  write("own/pagename.html", page);
  write("own/login.html", SECRET);
  write("own/api.html", SECRET);
  write("own/.env.html", SECRET);
  write("own/notes.txt", SECRET);
  write("own/static/app.js", "1;");
  write("own/static/empty.css", "");
  write("own/static/deep/größe 1.bin", large);
  write("own/static/.env", SECRET);
  write("own/static/deep/.hidden/key.txt", SECRET);
  symlinkSync(join(dir, "secret.txt"), join(dir, "own/static/out.txt"));
  symlinkSync(dir, join(dir, "own/static/up"));
  symlinkSync("deep/.hidden/key.txt", join(dir, "own/static/hidden.txt"));
  symlinkSync("app.js", join(dir, "own/static/alias.js"));
  execFileSync("mkfifo", [join(dir, "own/static/pipe.txt")]);
  return join(dir, "own");
}

/** Without `fetch`, which would tidy up the path. */
function get(base: string, path: string, headers: Record<string, string> = {}, method = "GET") {
  const { hostname, port } = new URL(base);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
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

const open = (own: string) => bootHub([store, access, http, pages], { "pages.own": own });

describe("pages of one's own", () => {
  it("are served beside the app, with inline scripts allowed, on both listeners", async () => {
    const hub = await open(folder());
    for (const base of [hub.publicUrl, hub.adminUrl]) {
      const mine = await get(base, "/pagename?x=1");
      expect([mine.status, mine.body.toString(), mine.headers["content-type"]]).toEqual([
        200,
        page,
        "text/html; charset=utf-8",
      ]);
      expect(mine.headers["content-security-policy"]).toMatch(
        /script-src 'self' 'unsafe-inline';.*frame-ancestors 'self'/,
      );
      expect(mine.headers["x-content-type-options"]).toBe("nosniff");
      const script = await get(base, "/static/app.js");
      expect([script.body.toString(), script.headers["content-type"]]).toEqual([
        "1;",
        "text/javascript; charset=utf-8",
      ]);
      expect((await get(base, "/static/alias.js")).body.toString()).toBe("1;");
      const empty = await get(base, "/static/empty.css");
      expect([empty.status, empty.body.length]).toEqual([200, 0]);
      const big = await get(base, "/static/deep/gr%C3%B6%C3%9Fe%201.bin");
      expect([big.headers["content-length"], big.body.equals(large)]).toEqual([String(large.length), true]);
      const head = await get(base, "/pagename", {}, "HEAD");
      expect([head.status, head.body.length, head.headers["content-length"]]).toEqual([200, 0, String(page.length)]);
    }
  });

  it("are not sent again to those who have them", async () => {
    const hub = await open(folder());
    const { etag, "last-modified": modified } = (await get(hub.publicUrl, "/pagename")).headers;
    for (const headers of [{ "if-none-match": String(etag) }, { "if-modified-since": String(modified) }]) {
      const again = await get(hub.publicUrl, "/pagename", headers);
      expect([again.status, again.body.length]).toEqual([304, 0]);
    }
    const other = { "if-none-match": '"other"', "if-modified-since": String(modified) };
    expect((await get(hub.publicUrl, "/pagename", other)).status).toBe(200);
  });

  it.each([
    "/static/../../secret.txt",
    "/static/..%2f..%2fsecret.txt",
    "/static/%2e%2e/%2e%2e/secret.txt",
    "/static/..%5c..%5csecret.txt",
    "/..%2fsecret",
    "/%2e%2e%2fsecret",
    "/static/out.txt",
    "/static/up/secret.txt",
    "/static/hidden.txt",
    "/static/.env",
    "/static/deep/.hidden/key.txt",
    "/.env",
    "/notes.txt",
    "/notes",
    "/static",
    "/static/",
    "/static/deep",
    "/static//app.js",
    "/static/app.js/",
    "/static/app.js%00.txt",
    "/static/%",
    "/static/pipe.txt",
    "/pagename.html",
    "/pagename/",
    "/nothing",
    "/login",
    "/api",
  ])("give nothing at %s", async (path) => {
    const files = new OwnFiles(folder());
    expect(await files.open(path)).toBeUndefined();
  });

  it("give nothing by requests either, and never what is the app's or the API's", async () => {
    const hub = await open(folder());
    for (const path of ["/static/..%2f..%2fsecret.txt", "/static/up/secret.txt", "/static/.env", "/api", "/nothing"]) {
      const reply = await get(hub.publicUrl, path);
      expect([reply.status, reply.body.includes(SECRET)], `at ${path}`).toEqual([404, false]);
    }
    expect((await get(hub.publicUrl, "/login", { accept: "text/html" })).body.toString()).not.toContain(SECRET);
    expect((await get(hub.adminUrl, "/api/hub")).headers["content-type"]).toContain("json");
  });

  it("never lead out of the folder, whatever the address is", async () => {
    const files = new OwnFiles(folder());
    const piece = fc.constantFrom(
      "static",
      "..",
      ".",
      "%2e",
      "%2f",
      "/",
      "up",
      "secret.txt",
      "secret",
      "deep",
      "out.txt",
      "\\",
      "%00",
      ".env",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 8 }), async (parts) => {
        const file = await files.open(`/${parts.join("/")}`);
        if (!file) return;
        const text = await file.handle.readFile("utf8");
        await file.handle.close();
        expect(text).not.toContain(SECRET);
      }),
      { numRuns: 300 },
    );
  });

  it("whose folder is not there are none", async () => {
    const hub = await open("/nowhere/at/all");
    expect((await get(hub.publicUrl, "/pagename")).status).toBe(404);
  });
});
