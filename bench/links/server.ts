// Process of one server, in the hub's namespace: pictures that change go to whoever watches them by any protocol.
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { startBenchHub } from "../hub.ts";
import { preciseNow, type ServerArguments, type ServerCommand, type ServerReport } from "./messages.ts";
import { numbered, textFrames } from "./text.ts";

const HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n--frame\r\n";

const {
  kind,
  checkout,
  protocols,
  httpPort,
  telnetPort,
  pictureBytes = 48_000,
  framesPerSecond = 30,
} = JSON.parse(process.argv[2] ?? "{}") as ServerArguments;

interface Server {
  publish(): void;
  close(): Promise<void>;
}

let publishedAt: Array<readonly [number: number, at: number]> = [];
let cpu = process.cpuUsage();
const server = await { hub: startHub, plain: startPlain }[kind]();

// Against an absolute time: late ticks must not make a slower stream.
const start = performance.now();
let ticks = 0;
let timer = setTimeout(tick, 0);
function tick(): void {
  server.publish();
  timer = setTimeout(tick, Math.max(0, start + (++ticks * 1000) / framesPerSecond - performance.now()));
}

process.on("message", (command: ServerCommand) => {
  if (command === "report") {
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ cpuMs: (user + system) / 1000, publishedAt } satisfies ServerReport);
    cpu = process.cpuUsage();
    publishedAt = [];
  } else {
    clearTimeout(timer);
    void server.close().then(() => process.exit(0));
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

/** Each is another, as a camera's are. */
function picture(): Uint8Array {
  const bytes = new Uint8Array(pictureBytes).fill(0x55);
  bytes[pictureBytes >> 1] = ticks & 0xff;
  bytes[(pictureBytes >> 1) + 1] = (ticks >> 8) & 0xff;
  return bytes;
}

async function startHub(): Promise<Server> {
  const settings: Record<string, Record<string, unknown>> = {
    mjpeg: { "mjpeg.maxViewers": 1000 },
    live: {},
    display: { "display.listen": false },
    telnet: { "telnet.port": telnetPort, "telnet.defaultChannel": "text" },
  };
  const hub = await startBenchHub(
    protocols,
    Object.assign(
      { "http.publicHost": "0.0.0.0", "http.publicPort": httpPort },
      ...protocols.map((name) => settings[name]),
    ),
    checkout,
  );
  const pictures = hub.channels.open("pictures").publisher("bench");
  const text = hub.channels.open("text").publisher("bench");
  const sendsText = protocols.some((protocol) => protocol === "display" || protocol === "telnet");
  const frames = sendsText ? textFrames() : [];
  let number = 0;
  return {
    publish() {
      const content = { kind: "image", format: "jpeg", bytes: picture(), width: 640, height: 480 } as const;
      pictures.publish(content, preciseNow());
      const grid = frames[number % frames.length];
      if (!grid) return;
      publishedAt.push([++number, preciseNow()]);
      text.publish({ kind: "text", grid: numbered(grid, number) });
    },
    close: hub.close,
  };
}

/** What one writes without a second thought: the next picture, unless the socket still wants to drain. */
async function startPlain(): Promise<Server> {
  const sockets = new Set<Socket>();
  const http = createServer(({ socket }) => {
    socket.setNoDelay(true);
    socket.write(HEAD);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => http.listen(httpPort, "0.0.0.0", resolve));
  return {
    publish() {
      const head = `Content-Type: image/jpeg\r\nContent-Length: ${pictureBytes}\r\nX-Timestamp: ${(preciseNow() / 1000).toFixed(6)}\r\n\r\n`;
      const part = Buffer.concat([Buffer.from(head), picture(), Buffer.from("\r\n--frame\r\n")]);
      for (const socket of sockets) if (!socket.writableNeedDrain) socket.write(part);
    },
    async close() {
      http.closeAllConnections();
    },
  };
}
