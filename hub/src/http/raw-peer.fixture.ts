import { connect as connectTo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface RawPeer {
  readonly socket: Socket;
  /** All that the server has said so far. */
  said(): string;
}

/** A bare connection, for what no HTTP client would send. Closed when the test ends. */
export function connect(url: string): RawPeer {
  const { hostname, port } = new URL(url);
  const socket = connectTo(Number(port), hostname);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  // A reset is one of the ways in which a server ends a connection.
  socket.on("error", () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  return { socket, said: () => text };
}

/** Send these bytes and return all that comes until the server closes. */
export async function talk(url: string, bytes: string): Promise<string> {
  const peer = connect(url);
  peer.socket.write(bytes);
  await new Promise((resolve) => peer.socket.once("close", resolve));
  return peer.said();
}
