import { createServer, type AddressInfo, type Server } from "node:net";
import { networkInterfaces } from "node:os";

const hasIPv6 = () =>
  Object.values(networkInterfaces()).some((entries) => entries?.some(({ family }) => family === "IPv6"));

/**
 * The address to bind so that a listener is reached by both families: `::` takes IPv4 too, where there is IPv6. Not left
 * to Node where it is a name: that might bind one of several addresses.
 */
export function addressToBind(host: string): string {
  if (host === "localhost") return "127.0.0.1";
  return host === "::" && !hasIPv6() ? "0.0.0.0" : host;
}

/**
 * A server that listens on 127.0.0.1 takes what comes to `::1` and the same port too, until it is closed: `localhost` is
 * either of them, as the client likes. Does nothing for another address, or on a machine without IPv6.
 *
 * Resolves to false when another program has that port of `::1`.
 */
export async function listenOnLoopbackTwin(server: Server): Promise<boolean> {
  const { address, port } = server.address() as AddressInfo;
  if (address !== "127.0.0.1" || !hasIPv6()) return true;
  // Everything that watches over connections hangs on the first server.
  const twin = createServer({ noDelay: true }, (socket) => void server.emit("connection", socket));
  const code = await new Promise<string | undefined>((resolve) => {
    twin.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    twin.listen({ host: "::1", port, ipv6Only: true, backlog: 4096 }, () => resolve(undefined));
  });
  if (code !== undefined) return code !== "EADDRINUSE";
  const close = server.close.bind(server);
  server.close = (done) => {
    // What came in by it belongs to the first.
    if (twin.listening) twin.close();
    return close(done);
  };
  twin.on("error", () => undefined);
  return true;
}
