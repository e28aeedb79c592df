import { createHash, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { OWN_ADDRESS } from "../../testing/own-address.ts";
import { until } from "../../testing/wait.ts";
import { camera } from "./camera.fixture.ts";
import { Login } from "./login.ts";
import { channelOf, start, statusOf } from "./pulling-hub.fixture.ts";

let jpeg: Buffer;
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c33" } })
    .jpeg()
    .toBuffer();
});

/** A camera as RFC 7616 has it, which counts how its nonces are used. Each nonce is good for `uses` requests. */
function digestCamera(password: string, uses = Infinity) {
  const seen = { authorizations: [] as Array<string | undefined>, refused: 0 };
  const counts = new Map<string, number>();
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const listener: RequestListener = (request, response) => {
    const given = request.headers.authorization;
    seen.authorizations.push(given);
    const field = (name: string) => new RegExp(`\\b${name}="?([^",]*)`).exec(given ?? "")?.[1] ?? "";
    const [nonce, nc] = [field("nonce"), field("nc")];
    const known = counts.get(nonce);
    const expected = md5(
      `${md5(`me:cam:${password}`)}:${nonce}:${nc}:${field("cnonce")}:auth:${md5(`GET:${request.url}`)}`,
    );
    const isNext = known !== undefined && Number.parseInt(nc, 16) === known + 1;
    if (isNext && known < uses && field("response") === expected && field("uri") === request.url) {
      counts.set(nonce, known + 1);
      return void response.writeHead(200, { "content-type": "image/jpeg" }).end(jpeg);
    }
    if (given) seen.refused++;
    const fresh = randomBytes(8).toString("hex");
    counts.set(fresh, 0);
    const stale = known === undefined ? "" : ", stale=true";
    response
      .writeHead(401, { "www-authenticate": `Digest realm="cam", qop="auth", nonce="${fresh}"${stale}` })
      .end("<html>Unauthorized</html>");
  };
  return { seen, listener };
}

describe("a camera that asks for Digest", () => {
  it("gets it, with the number of each use, and never the password", async () => {
    const { seen, listener } = digestCamera("s3cret");
    const { port } = await camera(listener);
    const hub = await start({ url: `http://me:s3cret@${OWN_ADDRESS}:${port}/shot?a=1`, intervalMs: 20 });
    await until("five pictures", () => channelOf(hub).published >= 5);
    expect(seen.authorizations[0]).toBeUndefined();
    expect(seen.authorizations.slice(1).every((given) => given?.startsWith("Digest "))).toBe(true);
    expect(seen.refused).toBe(0);
    expect(seen.authorizations.join()).not.toContain("s3cret");
  });

  it("and changes its nonce now and then is answered anew", async () => {
    const { seen, listener } = digestCamera("s3cret", 2);
    const { port } = await camera(listener);
    const hub = await start({ url: `http://me:s3cret@${OWN_ADDRESS}:${port}/`, intervalMs: 20 });
    await until("ten pictures", () => channelOf(hub).published >= 10);
    expect(seen.refused).toBeGreaterThan(2);
    expect(statusOf(hub)).toBe("");
    expect(hub.service("report")?.tail()).not.toContain("lost");
  });

  it("is told a wrong password once in each attempt, so that it locks nobody out", async () => {
    const { seen, listener } = digestCamera("right");
    const { port } = await camera(listener);
    const hub = await start({ url: `http://me:wrong-4711@${OWN_ADDRESS}:${port}/` });
    await until("the remedy", () => statusOf(hub).includes("401 Unauthorized: give user and password"));
    expect(seen.authorizations).toHaveLength(2);
    expect(`${statusOf(hub)} ${hub.service("report")?.tail()}`).not.toMatch(/4711/);
  });
});

describe("a login", () => {
  it("is sent in the clear only to those who ask for that", () => {
    const login = new Login("me", "pw");
    expect(login.authorization("GET", "/")).toBeUndefined();
    expect(login.challenged("Negotiate")).toBe(false);
    expect(login.authorization("GET", "/")).toBeUndefined();
    expect(login.challenged('Digest realm="a", nonce="n", qop="auth", Basic realm="a"')).toBe(true);
    expect(login.authorization("GET", "/")).toMatch(/^Digest /);
    expect(login.challenged('Basic realm="a"')).toBe(true);
    expect(login.authorization("GET", "/")).toBe("Basic bWU6cHc=");
    login.forget();
    expect(login.authorization("GET", "/")).toBeUndefined();
  });

  it("for a Digest that is not known is not sent as Basic", () => {
    const login = new Login("me", "pw");
    expect(login.challenged('Digest realm="a", nonce="n", algorithm=SHA-512-256')).toBe(false);
    expect(login.authorization("GET", "/")).toBeUndefined();
  });
});
