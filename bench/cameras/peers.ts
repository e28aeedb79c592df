import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket, connect } from "node:net";
import { JpegSplitter } from "../../hub/src/sources/video/splitter.ts";
import { nameOf, type PeerArguments, type PeerCommand, type PeerReport } from "./messages.ts";

/** Process of the cameras (one port, a stream for each connection) and of the hub's viewers. */
const { clip, fps } = JSON.parse(process.argv[2] ?? "{}") as PeerArguments;
const pictures = new JpegSplitter().push(readFileSync(clip)).map(asPart);
const streams = new Set<Socket>();

function asPart(picture: Uint8Array): Buffer {
  const head = `Content-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), picture, Buffer.from("\r\n--frame\r\n")]);
}

const server = createServer((socket) => {
  socket.on("error", () => socket.destroy()).on("close", () => streams.delete(socket));
  socket.once("data", () => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n--frame\r\n");
    streams.add(socket);
  });
}).listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));

// Cameras do not take their pictures at the same moment: each stream has its own turn within a period.
const begin = performance.now();
let turn = 0;
function tick(): void {
  for (const due = (performance.now() - begin) * fps; turn * 1000 < due * TURNS; turn++)
    for (const [i, socket] of [...streams].entries())
      if (i % TURNS === turn % TURNS) socket.write(pictures[(i + Math.floor(turn / TURNS)) % pictures.length] ?? "");
}
const TURNS = 8;
setInterval(tick, 2);

let seenBytes = 0;
const buffer = Buffer.allocUnsafe(256 * 1024);

function watch(port: number, cameras: number): void {
  for (let camera = 0; camera < cameras; camera++) {
    const onread = { buffer, callback: (length: number) => (seenBytes += length) > 0 };
    connect({ port, host: "127.0.0.1", onread }).write(
      `GET /video_feed/${nameOf(camera)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    );
  }
}

process.on("message", (command: PeerCommand) => {
  if (command === "stop") process.exit(0);
  if (typeof command === "object") watch(command.watch, command.cameras);
  else if (command === "report") process.send?.({ seenBytes } satisfies PeerReport);
  if (command === "mark") seenBytes = 0;
});
process.on("disconnect", () => process.exit(0));
