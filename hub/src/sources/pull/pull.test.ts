// needs: ffmpeg
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import sharp from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ManualClock } from "#core/manual-clock.ts";
import { describeSource } from "#contract/conformance/source.ts";
import { bootHub } from "../../testing/boot.ts";
import { freePort, OWN_ADDRESS } from "../../testing/own-address.ts";
import { until } from "../../testing/wait.ts";
import { camera, rawCamera } from "./camera.fixture.ts";
import pull from "./module.ts";
import { channelOf, start, statusOf } from "./pulling-hub.fixture.ts";

let jpeg: Buffer;
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c33" } })
    .jpeg()
    .toBuffer();
});

const stream: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "multipart/x-mixed-replace; boundary=frame" });
  const timer = setInterval(() => {
    response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
    response.write(Buffer.concat([jpeg, Buffer.from("\r\n")]));
  }, 40);
  response.on("close", () => clearInterval(timer));
};

describe("an MJPEG stream", () => {
  it("is read as it comes", async () => {
    const { url } = await camera(stream);
    const hub = await start({ url });
    await until("ten pictures", () => channelOf(hub).published >= 10);
    expect(channelOf(hub).latest?.content).toMatchObject({ format: "jpeg", width: 64, height: 48 });
    expect(statusOf(hub)).toBe("");
  });

  it.each<[string, (picture: string) => string]>([
    [
      "the ESP32-CAM's boundary",
      (p) => multipart("123456789000000000000987654321", `\r\n--123456789000000000000987654321\r\n${part(p)}`),
    ],
    ["a missing first boundary", (p) => multipart("x", `${part(p)}\r\n--x\r\n`)],
    ["boundary=--x", (p) => multipart("--x", `--x\r\n${part(p)}`)],
    ["a doubled boundary", (p) => multipart("x", `--x\r\n--x\r\n${part(p)}`)],
    ["no length", (p) => multipart("x", `--x\r\nContent-Type: image/jpeg\r\n\r\n${p}`)],
    ["chunks", (p) => chunked(`--x\r\n${part(p)}`)],
    [
      "HTTP/1.0 and no boundary declared",
      (p) => `HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n--a\r\n${part(p)}`,
    ],
    ["no content type", (p) => `HTTP/1.0 200\r\n\r\n--a\r\n${part(p)}`],
    [
      "bare line feeds in the head",
      (p) => `HTTP/1.0 200 OK\nContent-Type: multipart/x-mixed-replace;boundary=a\n\n--a\n${part(p)}`,
    ],
  ])("is understood with %s", async (_name, write) => {
    const url = await rawCamera(Buffer.from(write(jpeg.toString("latin1")), "latin1"));
    const hub = await start({ url });
    const frame = await until("a picture", () => channelOf(hub).latest);
    expect(frame.content.kind === "image" && Buffer.from(frame.content.bytes).equals(jpeg)).toBe(true);
  });

  it("gives the capture time when a part says it and it can be believed", async () => {
    const taken = Date.now() - 3000;
    const part = `X-Timestamp: ${(taken / 1000).toFixed(6)}\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
    const url = await rawCamera(Buffer.from(multipart("x", `--x\r\n${part}${jpeg.toString("latin1")}`), "latin1"));
    const hub = await start({ url });
    const frame = await until("a picture", () => channelOf(hub).latest);
    expect(Math.abs(frame.capturedAt - taken)).toBeLessThan(1);
  });

  it("from ffmpeg's own server is read, although that calls it a stream of bytes; and again after a kill", async () => {
    const url = `http://${OWN_ADDRESS}:${await freePort()}/`;
    let server = await ffmpegServer(url);
    onTestFinished(() => void server.kill("SIGKILL"));
    const hub = await start({ url });
    await until("pictures", () => channelOf(hub).published >= 5);
    expect(channelOf(hub).latest?.content).toMatchObject({ width: 160, height: 120 });
    server.kill("SIGKILL");
    await until("that it says so", () => statusOf(hub).startsWith("reconnecting in"));
    const before = channelOf(hub).published;
    server = await ffmpegServer(url);
    await until("new pictures", () => channelOf(hub).published > before + 5);
    expect(statusOf(hub)).toBe("");
  });
});

describe("snapshots", () => {
  it("are asked for again and again, over one connection", async () => {
    const ports = new Set<number>();
    let asked = 0;
    const { url } = await camera((request, response) => {
      asked++;
      ports.add(request.socket.remotePort ?? 0);
      response.writeHead(200, { "content-type": "image/jpeg" }).end(jpeg);
    });
    const hub = await start({ url, intervalMs: 20 });
    await until("five pictures", () => channelOf(hub).published >= 5);
    expect(asked).toBeGreaterThanOrEqual(5);
    expect(ports.size).toBe(1);
  });

  it("may be further apart than the time-out", async () => {
    const clock = new ManualClock();
    let asked = 0;
    const { url } = await camera((_request, response) => {
      asked++;
      response.writeHead(200, { "content-type": "image/jpeg" }).end(jpeg);
    });
    const input = { channel: "cam", url, intervalMs: 3000, timeoutMs: 1000 };
    const hub = await bootHub([pull], { "pull.inputs": [input] }, { clock });
    await until("three pictures", () => {
      if (channelOf(hub).published === asked) clock.advance(100);
      return channelOf(hub).published >= 3;
    });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(6000);
    expect(hub.service("report")?.tail()).not.toContain("lost");
  });

  it("that are none are refused with the reason, and the next good one is shown", async () => {
    let body: string | Buffer = "<html>please log in</html>";
    const { url } = await camera((_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end(body),
    );
    const hub = await start({ url, intervalMs: 20 });
    await until("the reason", () => statusOf(hub).includes("HTML"));
    expect(channelOf(hub).published).toBe(0);
    body = jpeg.subarray(0, jpeg.length >> 1);
    await until("another reason", () => statusOf(hub).startsWith("refused") && !statusOf(hub).includes("HTML"));
    body = jpeg;
    await until("a picture", () => channelOf(hub).published > 0);
    expect(statusOf(hub)).toBe("");
  });

  it("beyond the limit are given up without being kept", async () => {
    const { url } = await camera((_request, response) => {
      response.writeHead(200, { "content-type": "image/jpeg" });
      const block = Buffer.alloc(1_000_000, 1);
      const write = () => {
        while (!response.destroyed && response.write(block));
      };
      response.on("drain", write);
      write();
    });
    const hub = await start({ url, kind: "snapshot" });
    await until("the reason", () => statusOf(hub).includes("more than 20000000 bytes"));
  });
});

describe("user and password", () => {
  const secret: RequestListener = (request, response) => {
    const right = request.headers.authorization === `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    response.writeHead(right ? 200 : 401, { "content-type": "image/jpeg" }).end(right ? jpeg : "");
  };

  it("in the address are sent, and shown nowhere", async () => {
    const { port } = await camera(secret);
    const hub = await start({ url: `http://me:p%40ss@${OWN_ADDRESS}:${port}/?key=hidden`, intervalMs: 20 });
    await until("a picture", () => channelOf(hub).published > 0);
    expect([...channelOf(hub).publishers][0]?.label).toBe(`pull http://${OWN_ADDRESS}:${port}/`);
  });

  it("that are missing or wrong are named as the remedy", async () => {
    const { port } = await camera(secret);
    const hub = await start({ url: `http://me:wrong@${OWN_ADDRESS}:${port}/` });
    await until("the remedy", () => statusOf(hub).includes("401 Unauthorized: give user and password"));
    const said = `${statusOf(hub)} ${hub.service("report")?.tail()}`;
    expect(said).not.toMatch(/wrong|me:/);
  });

  it("go to no other host by a redirect, but along on the same", async () => {
    const seen: Array<string | undefined> = [];
    const other = await camera((request, response) => {
      seen.push(request.headers.authorization, request.headers["x-key"] as string | undefined);
      response.writeHead(200, { "content-type": "image/jpeg" }).end(jpeg);
    });
    const { port } = await camera((request, response) => {
      if (request.url === "/") response.writeHead(302, { location: "/next" }).end();
      else if (!request.headers.authorization) response.writeHead(401).end();
      else response.writeHead(302, { location: `${other.url}/` }).end();
    });
    const hub = await start({ url: `http://me:secret@${OWN_ADDRESS}:${port}/`, headers: { "x-key": "k" } });
    await until("a picture", () => channelOf(hub).published > 0);
    expect(seen.slice(0, 2)).toEqual([undefined, undefined]);
  });
});

describe("a peer", () => {
  it("that falls silent is given up and tried again", async () => {
    let connections = 0;
    const { url } = await camera((_request, response) => {
      connections++;
      response.writeHead(200, { "content-type": "multipart/x-mixed-replace; boundary=x" });
      response.write(Buffer.concat([Buffer.from("--x\r\n\r\n"), jpeg]));
    });
    const hub = await start({ url, timeoutMs: 500 });
    await until("the silence", () => statusOf(hub).includes("no picture for 0.5 s"));
    await until("another connection", () => connections >= 2);
  });

  it("that never answers is given up", async () => {
    const { url } = await camera(() => undefined);
    const hub = await start({ url, timeoutMs: 500 });
    await until("the silence", () => statusOf(hub).includes("no picture for 0.5 s"));
  });

  it.each([
    [
      "answers an error",
      (response: Parameters<RequestListener>[1]) => response.writeHead(500).end(),
      "500 Internal Server Error",
    ],
    [
      "sends in circles",
      (response: Parameters<RequestListener>[1]) => response.writeHead(302, { location: "/" }).end(),
      "more than 5 redirects",
    ],
    [
      "sends to a file",
      (response: Parameters<RequestListener>[1]) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "cannot be read",
    ],
  ])("that %s is named in the status", async (_name, answer, words) => {
    const { url } = await camera((_request, response) => void answer(response));
    const hub = await start({ url });
    await until("the words", () => statusOf(hub).includes(words));
  });

  it("is let go at once when the hub closes", async () => {
    let open = 0;
    const { url } = await camera((request, response) => {
      open++;
      request.socket.on("close", () => open--);
      stream(request, response);
    });
    const hub = await start({ url });
    await until("a picture", () => channelOf(hub).published > 0);
    await hub.close();
    await until("the end of the connection", () => open === 0);
  });
});

it("refuses an address that is none before anything starts", async () => {
  await expect(start({ url: "camera.local" })).rejects.toThrow("not an http:// or https:// address");
  await expect(start({ url: "rtsp://camera.local/" })).rejects.toThrow("not an http:// or https:// address");
});

let kept: Awaited<ReturnType<typeof camera>> | undefined;
describeSource("pull", {
  channel: "cam",
  start: async () => {
    kept = await camera(stream);
    return start({ url: kept.url });
  },
  peer: {
    stop: async () => kept?.close(),
    start: async () => {
      kept = await camera(stream, kept?.port);
    },
  },
});

function part(picture: string): string {
  return `Content-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n${picture}`;
}

function multipart(boundary: string, body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=${boundary}\r\n\r\n${body}`;
}

function chunked(body: string): string {
  const chunks = body.match(/[^]{1,100}/g) ?? [];
  const lines = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  return `HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n${lines}`;
}

/** ffmpeg as an MJPEG server. It takes one client, and ends with it. */
async function ffmpegServer(url: string): Promise<ChildProcess> {
  const input = ["-re", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=20"];
  const child = spawn("ffmpeg", ["-hide_banner", "-loglevel", "error", ...input, "-f", "mpjpeg", "-listen", "1", url]);
  await once(child, "spawn");
  return child;
}
