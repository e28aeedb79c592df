import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { camera, rawCamera } from "./camera.fixture.ts";
import { channelOf, start, statusOf } from "./pulling-hub.fixture.ts";

const pictureOf = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer();

let red: Buffer;
let blue: Buffer;
/** Its structure is whole, but half of the scan is missing. */
let broken: Buffer;
beforeAll(async () => {
  [red, blue] = await Promise.all([pictureOf("#c33"), pictureOf("#33c")]);
  const noise = await sharp({
    create: {
      width: 320,
      height: 240,
      channels: 3,
      noise: { type: "gaussian", mean: 128, sigma: 30 },
      background: "#000",
    },
  })
    .jpeg()
    .toBuffer();
  broken = Buffer.concat([noise.subarray(0, noise.length >> 1), Buffer.from([0xff, 0xd9])]);
});

const shown = (hub: TestHub) => {
  const content = channelOf(hub).latest?.content;
  return content?.kind === "image" ? Buffer.from(content.bytes) : undefined;
};

/** A peer that writes without end, `write` each time that there is room. */
async function endless(write: (socket: Socket) => boolean): Promise<string> {
  const server = createServer((socket) => {
    const fill = () => {
      while (!socket.destroyed && write(socket));
    };
    socket.on("error", () => socket.destroy()).on("drain", fill);
    socket.once("data", fill);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a picture that is whole by its structure only", () => {
  it("is refused with the reason as a snapshot, and the next good one is shown", async () => {
    let body = broken;
    const { url } = await camera((_request, response) =>
      response.writeHead(200, { "content-type": "image/jpeg" }).end(body),
    );
    const hub = await start({ url, intervalMs: 20 });
    await until("the reason", () => statusOf(hub).startsWith("refused: the JPEG does not decode"));
    expect(channelOf(hub).published).toBe(0);
    body = red;
    await until("the picture", () => shown(hub)?.equals(red));
    expect(statusOf(hub)).toBe("");
  });

  it("at the beginning of a stream lets none through until one decodes", async () => {
    const { url } = await camera((_request, response) => {
      response.writeHead(200, { "content-type": "multipart/x-mixed-replace; boundary=x" });
      for (const picture of [broken, broken, broken, blue])
        response.write(Buffer.concat([Buffer.from("--x\r\nContent-Type: image/jpeg\r\n\r\n"), picture]));
    });
    const hub = await start({ url });
    await until("the picture", () => shown(hub)?.equals(blue));
    expect(channelOf(hub).published).toBe(1);
  });

  it("is the reason in the status when nothing else comes", async () => {
    const { url } = await camera((_request, response) => {
      response.writeHead(200, { "content-type": "multipart/x-mixed-replace; boundary=x" });
      const timer = setInterval(() => response.write(Buffer.concat([Buffer.from("--x\r\n\r\n"), broken])), 40);
      response.on("close", () => clearInterval(timer));
    });
    const hub = await start({ url, timeoutMs: 500 });
    await until("the reason", () => statusOf(hub).includes("no good picture for 0.5 s: the JPEG does not decode"));
  });
});

describe("a packed reply", () => {
  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("in %s is unpacked, although it was not asked for", async (encoding, pack) => {
    const { url } = await camera((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      response.writeHead(200, { "content-type": "image/jpeg", "content-encoding": encoding }).end(pack(red));
    });
    const hub = await start({ url });
    await until("the picture", () => shown(hub)?.equals(red));
  });

  it("that unpacks beyond the limit is given up", async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    const { url } = await camera((_request, response) =>
      response.writeHead(200, { "content-type": "image/jpeg", "content-encoding": "gzip" }).end(bomb),
    );
    const hub = await start({ url });
    await until("the reason", () => statusOf(hub).includes("more than 20000000 bytes"));
  });

  it.each([
    ["that is cut off", "gzip", (packed: Buffer) => packed.subarray(0, packed.length - 20), "unexpected end of file"],
    ["that is none", "gzip", () => Buffer.from("no gzip at all"), "incorrect header check"],
    ["in a way that is not known", "zstd", (packed: Buffer) => packed, "packed in a way that is not read (zstd)"],
  ])("%s is named so", async (_name, encoding, damage, reason) => {
    const { url } = await camera((_request, response) =>
      response
        .writeHead(200, { "content-type": "image/jpeg", "content-encoding": encoding })
        .end(damage(gzipSync(red))),
    );
    const hub = await start({ url });
    await until("the reason", () => statusOf(hub).includes(reason));
  });
});

describe("a snapshot that the server has a name for", () => {
  it("is fetched again only when it has changed, and counts as alive meanwhile", async () => {
    let [picture, etag] = [red, '"1"'];
    const answers: number[] = [];
    const { url } = await camera((request, response) => {
      const same = request.headers["if-none-match"] === etag;
      answers.push(same ? 304 : 200);
      response.writeHead(same ? 304 : 200, { "content-type": "image/jpeg", etag }).end(same ? "" : picture);
    });
    const hub = await start({ url, intervalMs: 20 });
    await until("ten pictures", () => channelOf(hub).published >= 10);
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(channelOf(hub).health.state).toBe("live");
    [picture, etag] = [blue, '"2"'];
    await until("the new picture", () => shown(hub)?.equals(blue));
  });

  it("is fetched whole after one that was refused", async () => {
    const conditions: Array<string | undefined> = [];
    const { url } = await camera((request, response) => {
      conditions.push(request.headers["if-none-match"]);
      response.writeHead(200, { "content-type": "image/jpeg", etag: '"1"' }).end(broken);
    });
    const hub = await start({ url, intervalMs: 20 });
    await until("three requests", () => conditions.length >= 3);
    expect(statusOf(hub)).toContain("refused");
    expect(conditions.every((condition) => condition === undefined)).toBe(true);
  });

  it("by its time only is fetched each time: a second may hold two pictures", async () => {
    const conditions: Array<string | undefined> = [];
    const { url } = await camera((request, response) => {
      conditions.push(request.headers["if-modified-since"], request.headers["if-none-match"]);
      response
        .writeHead(200, { "content-type": "image/jpeg", "last-modified": "Sat, 21 Nov 2026 03:00:00 GMT" })
        .end(red);
    });
    const hub = await start({ url, intervalMs: 20 });
    await until("three pictures", () => channelOf(hub).published >= 3);
    expect(conditions.every((condition) => condition === undefined)).toBe(true);
  });

  it("gets no belief for a 304 that nobody asked for", async () => {
    const { url } = await camera((_request, response) => response.writeHead(304).end());
    const hub = await start({ url });
    await until("the reason", () => statusOf(hub).includes("it answers 304"));
  });
});

describe("a server without manners", () => {
  it("that sends headers without end is given up", async () => {
    let number = 0;
    const url = await endless((socket) =>
      socket.write(number++ === 0 ? "HTTP/1.1 200 OK\r\n" : `X-${number}: ${"x".repeat(1000)}\r\n`),
    );
    const hub = await start({ url });
    await until("the reason", () => statusOf(hub).includes("its headers are too long"));
  });

  it("that says to wait without end is given up", async () => {
    const url = await endless((socket) => {
      // With pauses, as the parser would keep the loop busy otherwise.
      setTimeout(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 20);
      return false;
    });
    const hub = await start({ url, timeoutMs: 500 });
    await until("the reason", () => statusOf(hub).includes("no picture for 0.5 s"));
  });

  it.each<[string, string]>([
    ["a stream", "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\n\r\n--x\r\n\r\n"],
    ["a snapshot", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n"],
    ["a head", `HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(1000)}`],
  ])("that lets %s drip is given up", async (_name, head) => {
    const server = createServer((socket) => {
      let at = 0;
      const bytes = Buffer.concat([Buffer.from(head), Buffer.alloc(100_000, "x")]);
      const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), 20);
      socket.on("error", () => undefined).on("close", () => clearInterval(timer));
      socket.write(bytes.subarray(at, (at = Math.min(head.length, 100))));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const hub = await start({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 500 });
    await until("the reason", () => /no (good )?picture for 0\.5 s/.test(statusOf(hub)));
  });

  it.each([
    ["a boundary in quotes", '"a b"', "--a b"],
    ["a quoted boundary with its dashes", '"--a"', "--a"],
    ["a declared boundary without the dashes that are sent", "a", "--a"],
    ["a semicolon behind it", "a; charset=x", "--a"],
  ])("that sends %s is understood", async (_name, declared, sent) => {
    const part = (picture: Buffer) => `${sent}\r\nContent-Type: image/jpeg\r\n\r\n${picture.toString("latin1")}\r\n`;
    const head = `HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=${declared}\r\n\r\n`;
    const url = await rawCamera(Buffer.from(head + part(red) + part(blue) + sent, "latin1"));
    const hub = await start({ url });
    await until("both pictures", () => channelOf(hub).published >= 2);
    expect(shown(hub)?.equals(blue)).toBe(true);
  });

  it("that answers an error page with 200 is refused for what it sent", async () => {
    const page: RequestListener = (_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Camera offline</html>");
    const { url } = await camera(page);
    const hub = await start({ url, intervalMs: 20 });
    await until("the reason", () => statusOf(hub).includes("it is HTML, XML or SVG text"));
  });
});
