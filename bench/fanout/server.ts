import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { startBenchHub } from "../hub.ts";
import { preciseNow, type ServerArguments, type ServerCommand, type ServerReport } from "./messages.ts";

/** Process of one server that sends the same pictures to all its viewers. */
const { kind, bytes, fps } = JSON.parse(process.argv[2] ?? "{}") as ServerArguments;

const picture = new Uint8Array(bytes).fill(0x55);
const HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n--frame\r\n";

interface Sender {
  readonly port: number;
  publish(): void;
  close(): Promise<void>;
}

const sender = await { raw: startRaw, res: startRes, lightwell: startLightwell }[kind]();
let published = 0;
let cpu = process.cpuUsage();

// Against an absolute time: late ticks must not make a slower stream.
const start = performance.now();
let ticks = 0;
let timer = setTimeout(tick, 0);
function tick(): void {
  sender.publish();
  published++;
  timer = setTimeout(tick, Math.max(0, start + (++ticks * 1000) / fps - performance.now()));
}

process.on("message", (command: ServerCommand) => {
  if (command === "mark") {
    published = 0;
    cpu = process.cpuUsage();
  } else if (command === "report") {
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ cpuUs: user + system, published } satisfies ServerReport);
  } else {
    clearTimeout(timer);
    void sender.close().then(() => process.exit(0));
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.(sender.port);

/** What the module sends, built once per picture. */
function part(): Buffer {
  const head = `Content-Type: image/jpeg\r\nContent-Length: ${bytes}\r\nX-Timestamp: ${(preciseNow() / 1000).toFixed(6)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), picture, Buffer.from("\r\n--frame\r\n")]);
}

/** The floor: nothing but a write of one shared Buffer. */
async function startRaw(): Promise<Sender> {
  const sockets = new Set<Socket>();
  const server = createServer(({ socket }) => {
    socket.write(HEAD);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    sockets.add(socket);
  });
  return {
    port: await listen(server),
    publish() {
      const buffer = part();
      for (const socket of sockets) socket.write(buffer);
    },
    async close() {
      server.closeAllConnections();
    },
  };
}

/** What a handler would do without thinking: `response.write`, chunked. */
async function startRes(): Promise<Sender> {
  const responses = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "multipart/x-mixed-replace; boundary=frame" });
    response.write("--frame\r\n");
    response.on("error", () => response.destroy());
    response.on("close", () => responses.delete(response));
    responses.add(response);
  });
  return {
    port: await listen(server),
    publish() {
      const buffer = part();
      for (const response of responses) response.write(buffer);
    },
    async close() {
      server.closeAllConnections();
    },
  };
}

/** The hub with its MJPEG output. */
async function startLightwell(): Promise<Sender> {
  const { port, channels, close } = await startBenchHub(["mjpeg"], { "mjpeg.maxViewers": 5000 });
  const source = channels.open("bench").publisher("bench");
  return {
    port,
    publish() {
      source.publish({ kind: "image", format: "jpeg", bytes: picture, width: 640, height: 480 }, preciseNow());
    },
    close,
  };
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", 4096, () => resolve((server.address() as AddressInfo).port)),
  );
}
