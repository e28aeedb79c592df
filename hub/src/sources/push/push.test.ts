import { once } from "node:events";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { describeSource } from "#contract/conformance/source.ts";
import access from "../../access/module.ts";
import http from "../../http/module.ts";
import mjpeg from "../../outputs/mjpeg/module.ts";
import store from "../../store/module.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { Bucket } from "./bucket.ts";
import push from "./module.ts";

let small: Buffer;
let vga: Buffer;
let png: Buffer;
let webp: Buffer;
beforeAll(async () => {
  const noise = (width: number, height: number) =>
    sharp({
      create: { width, height, channels: 3, background: "#888", noise: { type: "gaussian", mean: 128, sigma: 40 } },
    });
  small = await noise(32, 24).jpeg().toBuffer();
  vga = await noise(640, 480).jpeg({ quality: 60 }).toBuffer();
  png = await noise(32, 24).png().toBuffer();
  webp = await noise(32, 24).webp().toBuffer();
});

const start = (settings: Readonly<Record<string, unknown>> = {}) =>
  bootHub([store, access, http, mjpeg, push], { "push.iotHost": "127.0.0.1", ...settings });

const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };

const put = (hub: TestHub, channel: string, body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}) =>
  fetch(`${hub.publicUrl}/ingest/${channel}`, {
    method: "PUT",
    body,
    ...init,
    headers: { ...bearer, ...init.headers },
  });

const bytesOf = (buffer: Buffer) => Uint8Array.from(buffer);

/** A WebSocket client that keeps what it hears. */
async function device(url: string, options: ConstructorParameters<typeof WebSocket>[2] = {}) {
  const ws = new WebSocket(url.replace("http:", "ws:"), options);
  onTestFinished(() => ws.terminate());
  const heard: string[] = [];
  const closed = { code: 0, reason: "" };
  ws.on("message", (data) => heard.push(String(data)));
  ws.on("close", (code, reason) => Object.assign(closed, { code, reason: String(reason) }));
  ws.on("error", () => undefined);
  await once(ws, "open");
  return { ws, heard, closed };
}

/** The status and words with which an upgrade is refused. */
async function refusedUpgrade(url: string): Promise<{ status: number; text: string }> {
  const ws = new WebSocket(url.replace("http:", "ws:"));
  ws.on("error", () => undefined);
  const [, response] = (await once(ws, "unexpected-response")) as [unknown, IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, text };
}

async function metric(hub: TestHub, line: string): Promise<number> {
  const text = (await hub.service("report")?.prometheus()) ?? "";
  const found = text.split("\n").find((one) => one.startsWith(`lightwell_push_${line} `));
  return Number(found?.split(" ").at(-1) ?? 0);
}

/** As the log names it. */
function iotPortOf(hub: TestHub): number {
  const found = /may push into the channel iot.* port=(\d+)/.exec(hub.service("report")?.tail() ?? "");
  return Number(found?.[1]);
}

const shows = (hub: TestHub, channel: string, picture: Buffer) => {
  const content = hub.channels.get(channel)?.live?.content;
  return content?.kind === "image" && Buffer.from(content.bytes).equals(picture);
};

describe("a microcontroller", () => {
  /** As the ESP32-CAM client of the original does: a line of text, then pictures; it never reads. */
  const esp32 = async (url: string, frames: number, path = "/ws") => {
    const { ws } = await device(`${url}${path}`);
    ws.send("ESP32-CAM connected, 640x480");
    for (let i = 0; i < frames; i++) {
      ws.send(vga);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return ws;
  };

  it("pushes without a token on its own port, and its viewers see it there", async () => {
    const hub = await start({ "push.iotPort": 0 });
    const port = iotPortOf(hub);
    await esp32(`http://127.0.0.1:${port}`, 5);
    await until("its picture", () => shows(hub, "iot", vga));
    expect(hub.channels.get("iot")?.settings).toMatchObject({ whenStalled: "placeholder", frozenTimeoutMs: 60_000 });
    expect(hub.service("report")?.tail()).toContain("ESP32-CAM connected, 640x480");
    const viewer = requestHttp(`http://127.0.0.1:${port}/`).end();
    onTestFinished(() => void viewer.destroy());
    const [response] = (await once(viewer, "response")) as [IncomingMessage];
    expect(response.headers["content-type"]).toBe("multipart/x-mixed-replace; boundary=frame");
    const [chunk] = (await once(response, "data")) as [Buffer];
    expect(chunk.toString("latin1")).toContain("--frame\r\nContent-Type: image/jpeg");
    viewer.destroy();
  });

  it.each(["/", "/ws", "/anything/at/all?x=1", "/?id=7"])("finds its WebSocket at %s of its own port", async (path) => {
    const hub = await start({ "push.iotPort": 0 });
    await esp32(`http://127.0.0.1:${iotPortOf(hub)}`, 1, path);
    await until("its picture", () => shows(hub, "iot", vga));
  });

  it("pushes without a token on the public port when its channel is open, and not otherwise", async () => {
    const open = await start({ "push.openChannels": ["iot"] });
    await esp32(open.publicUrl, 2);
    await until("its picture", () => shows(open, "iot", vga));
    const closed = await start();
    expect(await refusedUpgrade(`${closed.publicUrl}/ws`)).toMatchObject({ status: 401 });
  });

  it("has pictures of 5000 bytes or less refused in the channel iot, and nowhere else", async () => {
    const hub = await start({ "push.openChannels": ["iot", "cam"] });
    const iot = await device(`${hub.publicUrl}/ws`);
    iot.ws.send(small);
    await until("the reason", () => iot.heard[0]?.includes("above 5000"));
    const cam = await device(`${hub.publicUrl}/ws?channel=cam`);
    cam.ws.send(small);
    await until("the picture", () => shows(hub, "cam", small));
    expect(hub.channels.get("iot")?.published).toBe(0);
  });

  it("cannot be played by a page of another site", async () => {
    const port = iotPortOf(await start({ "push.iotPort": 0 }));
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`, {
      origin: "https://elsewhere.example",
      headers: { "user-agent": "Mozilla/5.0" },
    });
    ws.on("error", () => undefined);
    const [, response] = (await once(ws, "unexpected-response")) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(403);
    response.destroy();
  });

  it("finds its port taken: the hub says which and ends", async () => {
    const port = iotPortOf(await start({ "push.iotPort": 0 }));
    await expect(start({ "push.iotPort": port })).rejects.toThrow(`push: port ${port} on 127.0.0.1 is in use`);
  });
});

describe("one channel", () => {
  it("is the same by WebSocket and by PUT", async () => {
    const hub = await start();
    const { ws } = await device(`${hub.publicUrl}/ws?channel=cam&token=${ADMIN_TOKEN}`);
    ws.send(vga);
    await until("the first picture", () => shows(hub, "cam", vga));
    const reply = await put(hub, "cam", bytesOf(small));
    expect([reply.status, await reply.json()]).toEqual([200, { seq: 2 }]);
    expect(shows(hub, "cam", small)).toBe(true);
    expect([...(hub.channels.get("cam")?.publishers ?? [])].map(({ label }) => label)).toEqual([
      "push WebSocket 127.0.0.1",
      "push PUT 127.0.0.1",
    ]);
    ws.close();
    await until("that it left", () => hub.channels.get("cam")?.publishers.size === 1);
  });

  it("takes JPEG, PNG and WebP, bare or in an envelope", async () => {
    const hub = await start();
    for (const [body, picture] of [
      [small, small],
      [png, png],
      [webp, webp],
      [Buffer.concat([Buffer.from("j"), small]), small],
      [Buffer.concat([Buffer.from("w"), webp]), webp],
    ] as const) {
      expect((await put(hub, "cam", bytesOf(body))).status).toBe(200);
      expect(shows(hub, "cam", picture)).toBe(true);
    }
  });

  it("takes pictures as curl and others send them", async () => {
    const hub = await start();
    for (const type of ["image/jpeg", "application/octet-stream", "application/x-www-form-urlencoded"]) {
      const reply = await put(hub, "cam", bytesOf(small), { method: "POST", headers: { "content-type": type } });
      expect(reply.status).toBe(200);
    }
  });

  it("has the capture time that a trusted header says", async () => {
    const hub = await start();
    const taken = Date.now() - 5000;
    await put(hub, "cam", bytesOf(small), { headers: { "x-timestamp": (taken / 1000).toFixed(3) } });
    expect(hub.channels.get("cam")?.live?.capturedAt).toBeCloseTo(taken, 0);
    const before = Date.now();
    await put(hub, "cam", bytesOf(small), { headers: { "x-timestamp": "12.5" } });
    expect(hub.channels.get("cam")?.live?.capturedAt).toBeGreaterThanOrEqual(before);
  });

  it("comes back when it was removed while somebody pushes into it", async () => {
    const hub = await start();
    const { ws } = await device(`${hub.publicUrl}/ws?channel=cam&token=${ADMIN_TOKEN}`);
    ws.send(vga);
    await until("a picture", () => shows(hub, "cam", vga));
    hub.channels.remove("cam");
    ws.send(small);
    await until("another", () => shows(hub, "cam", small));
  });
});

describe("a multipart body", () => {
  const boundary = "123456789000000000000987654321";
  const part = (picture: Buffer) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`),
      picture,
      Buffer.from("\r\n"),
    ]);
  const open = (hub: TestHub) => {
    const request = requestHttp(`${hub.publicUrl}/ingest/cam`, {
      method: "POST",
      headers: { ...bearer, "content-type": `multipart/x-mixed-replace; boundary=${boundary}` },
    });
    request.on("error", () => undefined);
    onTestFinished(() => void request.destroy());
    return request;
  };

  it("is published part by part while it comes, and counted at its end", async () => {
    const hub = await start();
    const request = open(hub);
    for (let i = 1; i <= 3; i++) {
      request.write(part(i === 2 ? vga : small));
      await until("the picture", () => hub.channels.get("cam")?.published === i);
    }
    request.write(part(small.subarray(0, 100)));
    request.end(`--${boundary}--\r\n`);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(String((await once(response, "data"))[0]))).toEqual({ accepted: 3, refused: 1 });
    expect(hub.channels.get("cam")?.publishers.size).toBe(0);
  });

  it("that is cut off leaves nothing behind and nothing in the log", async () => {
    const hub = await start();
    const request = open(hub);
    request.write(part(small));
    await until("a picture", () => hub.channels.get("cam")?.published === 1);
    request.destroy();
    await until("its end", () => hub.channels.get("cam")?.publishers.size === 0);
    expect(hub.service("report")?.tail()).not.toContain("defect");
  });

  it("of nothing but rubbish is ended", async () => {
    const hub = await start();
    const request = open(hub);
    const rubbish = Buffer.concat(Array.from({ length: 100 }, () => part(Buffer.from("none"))));
    const response = once(request, "response") as Promise<[IncomingMessage]>;
    const timer = setInterval(() => request.write(rubbish), 5);
    onTestFinished(() => clearInterval(timer));
    expect((await response)[0].statusCode).toBe(429);
    clearInterval(timer);
    expect(await metric(hub, "abuse_closed_total")).toBe(1);
  });
});

describe("bad ingest", () => {
  const bomb = () => {
    const bytes = Buffer.from(small);
    // The size stands in the frame header, behind FF C0, length and precision.
    const at = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    bytes.writeUInt16BE(30_000, at + 5);
    bytes.writeUInt16BE(30_000, at + 7);
    return bytes;
  };
  const damaged = () => {
    const bytes = Buffer.from(vga);
    const at = bytes.length >> 1;
    for (let i = 0; i < 4000; i++) bytes[at + i] = 0xff;
    return bytes;
  };
  const cases: ReadonlyArray<readonly [string, () => Buffer, number, RegExp]> = [
    ["nothing", () => Buffer.alloc(0), 400, /empty/],
    ["a picture without its end", () => small.subarray(0, small.length - 60), 422, /./],
    ["the head of a picture only", () => small.subarray(0, 20), 422, /./],
    ["a picture whose pixels do not decode", damaged, 422, /./],
    ["the wrong magic", () => Buffer.concat([Buffer.from([0]), small]), 422, /no JPEG, WebP or PNG/],
    ["text", () => Buffer.from("hello".repeat(2000)), 422, /no JPEG, WebP or PNG/],
    ["an envelope that lies", () => Buffer.concat([Buffer.from("w"), small]), 422, /envelope "w"/],
    ["a bomb of 30,000 × 30,000 pixels", bomb, 413, /30000×30000/],
    ["too many bytes", () => Buffer.concat([small, Buffer.alloc(200_000)]), 413, /more than 100000 bytes/],
  ];

  it.each(cases)(
    "of %s is refused with the reason, and viewers notice nothing",
    async (_name, body, status, reason) => {
      const hub = await start({ "push.maxBytes": 100_000 });
      await put(hub, "cam", bytesOf(small));
      const channel = hub.channels.get("cam");
      const seen: number[] = [];
      channel?.add({ offer: (frame) => void seen.push(frame.seq), close: () => seen.push(-1) });

      // By another producer than the one before: its first picture is decoded.
      const ws = await device(`${hub.publicUrl}/ws?channel=cam&token=${ADMIN_TOKEN}`);
      const big = body().length > 100_000;
      ws.ws.send(body());
      if (big) await until("the end", () => ws.closed.code === 1009);
      else
        await until(
          "the reason",
          () => ws.heard[0]?.startsWith('{"type":"refused","reason":"') && ws.heard[0].endsWith(',"seq":1}'),
        );

      const fresh = await start({ "push.maxBytes": 100_000 });
      const reply = await put(fresh, "cam", bytesOf(body()));
      expect(reply.status).toBe(status);
      expect(reply.headers.get("content-type")).toContain("application/problem+json");
      expect(((await reply.json()) as { detail: string }).detail).toMatch(reason);
      expect(fresh.channels.get("cam")).toBeUndefined();
      expect(seen).toEqual([1]);
    },
  );

  it("without a token, or with a wrong one, is refused before its body is read", async () => {
    const hub = await start();
    for (const [headers, words] of [
      [[], "needs a token"],
      [["Authorization: Bearer wrong"], "token"],
    ] as const) {
      const { said, socket } = await talkTo(hub, [
        "PUT /ingest/cam HTTP/1.1",
        "Host: x",
        "Content-Length: 1000000",
        ...headers,
      ]);
      await until("the refusal", () => said().includes("401") && said().includes(words));
      socket.destroy();
    }
    expect((await refusedUpgrade(`${hub.publicUrl}/ws?channel=cam`)).status).toBe(401);
    const wrong = await refusedUpgrade(`${hub.publicUrl}/ws?channel=cam&token=wrong`);
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain("token");
    expect(hub.channels.list()).toEqual([]);
  });

  it("of a gigabyte is refused when it is announced, and when it is not, at the limit", async () => {
    const hub = await start();
    const authorization = `Authorization: Bearer ${ADMIN_TOKEN}`;
    const announced = await talkTo(hub, [
      "PUT /ingest/cam HTTP/1.1",
      "Host: x",
      authorization,
      "Content-Length: 1000000000",
    ]);
    await until("the refusal", () => announced.said().includes("413"));

    const chunked = await talkTo(hub, [
      "PUT /ingest/cam HTTP/1.1",
      "Host: x",
      authorization,
      "Transfer-Encoding: chunked",
    ]);
    const block = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(0x100000), Buffer.from("\r\n")]);
    let sent = 0;
    while (!chunked.said().includes("413") && sent < 64) {
      sent++;
      if (!chunked.socket.write(block))
        await Promise.race([once(chunked.socket, "drain"), once(chunked.socket, "close")]);
      await new Promise(setImmediate);
    }
    await until("the refusal", () => chunked.said().includes("413"));
    expect(sent).toBeLessThan(64);
  });

  it("under a name that is none is refused", async () => {
    const hub = await start();
    expect((await put(hub, "No%20Name", bytesOf(small))).status).toBe(400);
    expect((await refusedUpgrade(`${hub.publicUrl}/ws?channel=..&token=${ADMIN_TOKEN}`)).status).toBe(400);
  });

  it("as something else than a picture is refused by its content type", async () => {
    const hub = await start();
    const reply = await put(hub, "cam", "{}", { headers: { "content-type": "application/json" } });
    expect(reply.status).toBe(415);
  });

  it("of 10,000 tiny messages a second is borne, then ended and counted, and others notice nothing", async () => {
    const hub = await start({ "push.openChannels": ["cam"] });
    const good = await device(`${hub.publicUrl}/ws?channel=cam`);
    good.ws.send(vga);
    await until("a picture", () => shows(hub, "cam", vga));
    const bad = await device(`${hub.publicUrl}/ws?channel=cam`);
    const timer = setInterval(() => {
      if (bad.ws.readyState === WebSocket.OPEN) for (let i = 0; i < 50; i++) bad.ws.send(Buffer.from([1, 2, 3]));
    }, 5);
    onTestFinished(() => clearInterval(timer));
    await until("its end", () => bad.closed.code === 1008);
    expect(bad.closed.reason).toBe("too many messages that are no pictures");
    expect(bad.heard.length).toBeLessThan(5);
    expect(await metric(hub, "abuse_closed_total")).toBe(1);
    expect(await metric(hub, 'refused_total{reason="too-many-requests"}')).toBeGreaterThan(500);
    good.ws.send(small);
    await until("the next good picture", () => shows(hub, "cam", small));
  });

  it("of text without end is logged in part and then ended", async () => {
    const hub = await start({ "push.openChannels": ["iot"] });
    const { ws, closed } = await device(`${hub.publicUrl}/ws`);
    const timer = setInterval(() => {
      if (ws.readyState === WebSocket.OPEN) for (let i = 0; i < 100; i++) ws.send("x".repeat(5000));
    }, 5);
    onTestFinished(() => clearInterval(timer));
    await until("its end", () => closed.code === 1008);
    const lines = hub.service("report")?.lines() ?? [];
    const said = lines.filter(({ message }) => message.includes("a device says"));
    expect(said.length).toBeGreaterThan(0);
    expect(said.length).toBeLessThan(15);
    expect(Math.max(...said.map(({ message }) => message.length))).toBeLessThan(400);
  });

  it("faster than allowed is thinned, with a word about it once a second", async () => {
    const hub = await start({ "push.maxFps": 10 });
    const replies = [];
    for (let i = 0; i < 20; i++) replies.push((await put(hub, "cam", bytesOf(small))).status);
    expect(replies.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(replies).toContain(429);
  });

  it("beyond the number of producers is refused", async () => {
    const hub = await start({ "push.maxConnections": 1, "push.openChannels": ["cam"] });
    const { ws } = await device(`${hub.publicUrl}/ws?channel=cam`);
    expect((await refusedUpgrade(`${hub.publicUrl}/ws?channel=cam`)).status).toBe(503);
    ws.close();
    await until("room", () => metric(hub, "connections").then((count) => count === 0));
    await device(`${hub.publicUrl}/ws?channel=cam`);
  });

  it("of any bytes never brings the hub down", async () => {
    const hub = await start({ "push.openChannels": ["cam"], "push.maxFps": 10_000 });
    await put(hub, "cam", bytesOf(small));
    const before = hub.channels.get("cam")?.published;
    let { ws } = await device(`${hub.publicUrl}/ws?channel=cam`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, 1, 2),
        async (edits, kind) => {
          const bytes = Buffer.from([small, png, webp][kind] ?? small).subarray(0, -1);
          for (const [at, values] of edits) Buffer.from(values).copy(bytes, at % bytes.length);
          if (ws.readyState !== WebSocket.OPEN) ({ ws } = await device(`${hub.publicUrl}/ws?channel=cam`));
          ws.send(bytes);
        },
      ),
      { numRuns: 300 },
    );
    expect((await put(hub, "cam", bytesOf(small))).status).toBe(200);
    expect(hub.channels.get("cam")?.published).toBeGreaterThan(before ?? 0);
    expect(hub.service("report")?.tail()).not.toContain("defect");
  });
});

it("counts pictures and bytes by how they came", async () => {
  const hub = await start();
  await put(hub, "cam", bytesOf(small));
  await put(hub, "cam", bytesOf(small));
  expect(await metric(hub, 'accepted_total{transport="PUT"}')).toBe(2);
  expect(await metric(hub, 'accepted_bytes_total{transport="PUT"}')).toBe(2 * small.length);
});

describe("a bucket", () => {
  it("lets through no more than its burst and rate allow, however the takes are spread", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 50 }),
        (gaps, rate, burst) => {
          const bucket = new Bucket(rate, burst);
          let [now, taken] = [0, 0];
          for (const gap of gaps) {
            now += gap;
            if (bucket.take(now)) taken++;
          }
          expect(taken).toBeLessThanOrEqual(burst + (now * rate) / 1000 + 1e-6);
        },
      ),
    );
  });
});

describeSource("push", {
  channel: "cam",
  start: async () => {
    const hub = await start({ "push.openChannels": ["cam"] });
    const { ws } = await device(`${hub.publicUrl}/ws?channel=cam`);
    const timer = setInterval(() => ws.readyState === WebSocket.OPEN && ws.send(small), 40);
    onTestFinished(() => clearInterval(timer));
    return hub;
  },
});

/** A bare connection that has sent a head. */
async function talkTo(hub: TestHub, head: readonly string[]): Promise<{ socket: Socket; said: () => string }> {
  const { hostname, port } = new URL(hub.publicUrl);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(socket, "connect");
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  return { socket, said: () => text };
}
