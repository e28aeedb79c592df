import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/**
 * A loopback address that only this process uses. A port of it that a test gives up is free when the test wants it
 * back; those of 127.0.0.1 are given out all the time to the tests that run beside it.
 */
export const OWN_ADDRESS = process.platform === "linux" ? addressOf(process.pid) : "127.0.0.1";

function addressOf(pid: number): string {
  return `127.${1 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
}

/** A port of {@link OWN_ADDRESS} for another program to listen on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, OWN_ADDRESS);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
