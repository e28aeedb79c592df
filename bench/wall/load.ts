import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { decodeLiveFrame } from "@lightwell/wire/live.ts";
import type { LoadArguments, LoadCommand, LoadReport } from "./messages.ts";

/** Cameras that push, a wall, three who watch one camera each, and on demand a stranger who asks for a lot. */
const { port, cameras, fps, width, pictures } = JSON.parse(process.argv[2] ?? "{}") as LoadArguments;
const WALL = "127.0.0.2";
const STRANGER = "127.0.0.9";
const GREEDY_STREAMS = 18;
const got = { wall: 0, single: 0, greedy: 0 };

const jpegs = readPictures(readFileSync(pictures));
for (let i = 0; i < cameras; i++) setTimeout(() => startCamera(i), (i * 1000) / fps / cameras);
await new Promise((resolve) => setTimeout(resolve, 1500));
watchWall();
for (let i = 0; i < 3; i++) watchStream(`127.0.0.${3 + i}`, `cam-${i}?width=${width}`, () => got.single++);

process.on("message", (command: LoadCommand) => {
  if (command === "greedy") beGreedy();
  else if (command === "mark") got.wall = got.single = got.greedy = 0;
  else if (command === "report") process.send?.({ ...got } satisfies LoadReport);
  else process.exit(0);
});
setTimeout(() => process.send?.("ready"), 1000);

function readPictures(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function startCamera(number: number): void {
  const upload = request({
    port,
    host: "127.0.0.1",
    method: "PUT",
    path: `/ingest/cam-${number}`,
    headers: { "content-type": "multipart/x-mixed-replace; boundary=frame" },
  });
  upload.on("error", () => process.exit(1));
  let count = number;
  setInterval(() => {
    // A camera whose link is full leaves pictures out.
    if (upload.writableLength > 500_000) return;
    const jpeg = jpegs[++count % jpegs.length] ?? Buffer.alloc(0);
    upload.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
    upload.write(jpeg);
    upload.write("\r\n");
  }, 1000 / fps);
}

function watchWall(): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/live`, { localAddress: WALL, perMessageDeflate: false });
  socket.on("open", () => {
    const channels = Array.from({ length: cameras }, (_, i) => ({ name: `cam-${i}`, width, fps }));
    socket.send(JSON.stringify({ type: "watch", channels }));
  });
  socket.on("message", (data: Buffer, binary) => {
    if (!binary) return;
    const frame = decodeLiveFrame(new Uint8Array(data).buffer);
    if (!frame) throw new Error("a binary message that is no frame");
    got.wall++;
    socket.send(JSON.stringify({ type: "ack", channel: frame.channel, seq: frame.seq }));
  });
}

function watchStream(localAddress: string, path: string, onPicture: () => void): void {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => undefined);
  socket.on("data", (bytes) => {
    for (let at = bytes.indexOf("Content-Type: image/"); at >= 0; at = bytes.indexOf("Content-Type: image/", at + 1))
      onPicture();
  });
  socket.write(`GET /video_feed/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
}

function beGreedy(): void {
  for (let i = 0; i < GREEDY_STREAMS; i++) {
    const wish = `width=${200 + 60 * i}&quality=${25 + 4 * i}`;
    watchStream(STRANGER, `cam-${i % cameras}?${wish}`, () => got.greedy++);
  }
}
