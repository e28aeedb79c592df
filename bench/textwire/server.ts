// Process of one server that sends the panning clip to all its viewers.
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { startBenchHub } from "../hub.ts";
import { jsonRuns } from "./measure.ts";
import { type ServerArguments, type ServerCommand, type ServerReport } from "./messages.ts";
import { textSequences } from "./sequences.ts";

/** After the last frame, so that what it costs to send it is counted. */
const SETTLE_MS = 500;
/** A viewer of the plain server that has so much waiting is left out, as anybody would do. */
const MAX_WAITING_BYTES = 1024 * 1024;

interface Sender {
  readonly port: number;
  publish(grid: TextGrid): void;
  close(): Promise<void>;
}

const { kind, fps } = JSON.parse(process.argv[2] ?? "{}") as ServerArguments;
const frames = textSequences().find(({ name }) => name.startsWith("pan"))?.frames ?? [];
const sender = await { lightwell: startLightwell, "json-deflate": startJson }[kind]();
let published = 0;

process.on("message", (command: ServerCommand) => {
  if (command === "stop") void sender.close().then(() => process.exit(0));
  else void run(command.publish).then((report) => process.send?.(report));
});
process.on("disconnect", () => process.exit(0));
process.send?.(sender.port);

async function run(count: number): Promise<ServerReport> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (let n = 0; n < count; n++) {
    const grid = frames[published++ % frames.length];
    if (grid) sender.publish(grid);
    // Against an absolute time: late ticks must not make a slower stream.
    await wait(start + ((n + 1) * 1000) / fps - performance.now());
  }
  const elapsedMs = performance.now() - start;
  await wait(SETTLE_MS);
  const { user, system } = process.cpuUsage(cpu);
  return { cpuUs: user + system, elapsedMs };
}

async function startLightwell(): Promise<Sender> {
  const settings = { "display.listen": false, "display.maxViewers": 5000 };
  const { port, channels, close } = await startBenchHub(["display"], settings);
  const source = channels.open("bench").publisher("bench");
  return { port, publish: (grid) => void source.publish({ kind: "text", grid }), close };
}

/** What is used of the package that the hub depends on. */
interface WsPackage {
  readonly WebSocketServer: new (options: { readonly server: Server; readonly perMessageDeflate: boolean }) => {
    readonly clients: ReadonlySet<{ readonly bufferedAmount: number; send(text: string): void; terminate(): void }>;
  };
}

/** Rows of runs as JSON, compressed for each viewer by the WebSocket library: what one does without a protocol. */
async function startJson(): Promise<Sender> {
  const { WebSocketServer } = createRequire(new URL("../../hub/package.json", import.meta.url))("ws") as WsPackage;
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    publish(grid) {
      const text = JSON.stringify(jsonRuns(grid));
      for (const socket of sockets.clients) if (socket.bufferedAmount < MAX_WAITING_BYTES) socket.send(text);
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
