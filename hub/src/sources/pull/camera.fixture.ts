import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { OWN_ADDRESS } from "../../testing/own-address.ts";

/** A camera on a free port, or on the one that it had before. */
export async function camera(
  listener: RequestListener,
  port = 0,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server: Server = createServer(listener).listen(port, OWN_ADDRESS);
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  onTestFinished(close);
  const at = (server.address() as AddressInfo).port;
  return { url: `http://${OWN_ADDRESS}:${at}`, port: at, close };
}

/** A peer that speaks bytes, not HTTP as Node would write it. */
export async function rawCamera(reply: string | Buffer): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => socket.write(reply));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
