import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { isPublicAddress } from "./addresses.ts";
import { fetchText, type FetchLimits } from "./fetch-text.ts";

async function serve(answer: RequestListener, host = "127.0.0.1"): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

const limits: FetchLimits = {
  maxBytes: 10_000,
  timeoutMs: 5000,
  isAllowed: () => true,
  signal: new AbortController().signal,
};

describe("fetching text", () => {
  it("gives the body", async () => {
    const url = await serve((_request, response) => response.end("grüße"));
    expect(await fetchText(url, limits)).toBe("grüße");
  });

  it("reads the character set that the header or the document names", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/header") response.setHeader("content-type", "text/plain; charset=iso-8859-1");
      if (request.url === "/unknown") response.setHeader("content-type", "text/plain; charset=klingon");
      const text = request.url === "/document" ? '<?xml version="1.0" encoding="ISO-8859-1"?>ü' : "ü";
      response.end(Buffer.from(text, request.url === "/unknown" ? "utf8" : "latin1"));
    });
    expect(await fetchText(`${url}/header`, limits)).toBe("ü");
    expect(await fetchText(`${url}/document`, limits)).toMatch(/ü$/);
    expect(await fetchText(`${url}/unknown`, limits)).toBe("ü");
  });

  it("follows redirects, but not without end and not out of the web", async () => {
    const url = await serve((request, response) => {
      const to = { "/a": "/b", "/loop": "/loop", "/file": "file:///etc/passwd" }[request.url ?? ""];
      response.writeHead(to ? 302 : 200, to ? { location: to } : {}).end("there");
    });
    expect(await fetchText(`${url}/a`, limits)).toBe("there");
    await expect(fetchText(`${url}/loop`, limits)).rejects.toThrow(/redirects more than 4 times/);
    await expect(fetchText(`${url}/file`, limits)).rejects.toThrow(/only http:\/\/ and https:\/\//);
  });

  it.each([
    "http://127.0.0.1:9/",
    "http://localhost:9/",
    "http://[::1]:9/",
    "http://[::ffff:127.0.0.1]:9/",
    "http://2130706433:9/",
    "http://0x7f.1:9/",
    "http://0.0.0.0:9/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.1.2.3/",
    "http://[fd00::1]/",
    "https://192.168.0.1/",
  ])("refuses %s, which is not on the public internet, before it connects", async (url) => {
    await expect(fetchText(url, { ...limits, isAllowed: isPublicAddress })).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/set text-scene\.newsFromPrivateNetwork/) as string,
    });
  });

  it("refuses a redirect to an address that is not allowed, and asks nothing there", async () => {
    let asked = 0;
    const inside = await serve((_request, response) => {
      asked++;
      response.end("secret");
    }, "127.0.0.2");
    const outside = await serve((_request, response) => response.writeHead(302, { location: inside }).end());
    const isAllowed = (address: string) => address === "127.0.0.1";
    await expect(fetchText(outside, { ...limits, isAllowed })).rejects.toMatchObject({ code: "forbidden" });
    expect(asked).toBe(0);
  });

  it("stops at the byte limit, though the answer has no end", async () => {
    const url = await serve((_request, response) => {
      const more = () => void (response.writable && response.write("x".repeat(4096), () => setImmediate(more)));
      more();
    });
    await expect(fetchText(url, limits)).rejects.toMatchObject({ code: "too-large" });
  });

  it("stops when the answer takes too long, at its head or in its body", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/body") response.write("begun");
    });
    const short = { ...limits, timeoutMs: 150 };
    await expect(fetchText(`${url}/head`, short)).rejects.toMatchObject({ code: "timeout" });
    await expect(fetchText(`${url}/body`, short)).rejects.toMatchObject({ code: "timeout" });
  });

  it("says what is wrong with an answer, a server that is not there, and an address that is none", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/zip") response.setHeader("content-encoding", "gzip");
      else response.statusCode = 404;
      response.end("x");
    });
    await expect(fetchText(url, limits)).rejects.toThrow(/answers 404/);
    await expect(fetchText(`${url}/zip`, limits)).rejects.toThrow(/the encoding gzip/);
    await expect(fetchText("http://127.0.0.1:1/", limits)).rejects.toMatchObject({ code: "unavailable" });
    await expect(fetchText("ftp://example.org/", limits)).rejects.toMatchObject({ code: "bad-config" });
  });
});

describe("an address of the public internet", () => {
  it.each(["1.1.1.1", "8.8.8.8", "193.99.144.85", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8"])(
    "is %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "localhost",
    "",
  ])("is not %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
