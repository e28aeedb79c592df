import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { HubError, messageOf } from "#contract/errors.ts";

/**
 * Have a server listen; gives its port, which is another than asked for when that was 0.
 *
 * @throws {HubError} `port-in-use` or `bad-config`, naming the setting of the port.
 */
export async function listenOn(
  server: Server,
  { host, port, setting }: { readonly host: string; readonly port: number; readonly setting: string },
): Promise<number> {
  // By name Node might bind one of several addresses.
  server.listen({ host: host === "localhost" ? "127.0.0.1" : host, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw refusal(cause, { host, port, setting });
  }
  return (server.address() as AddressInfo).port;
}

function refusal(
  cause: unknown,
  { host, port, setting }: { readonly host: string; readonly port: number; readonly setting: string },
): HubError {
  const remedy = `--set ${setting}=<port>`;
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new HubError("port-in-use", `port ${port} is in use by another program: choose another with ${remedy}`, {
        cause,
      });
    case "EACCES":
      return new HubError(
        "port-in-use",
        `port ${port} is reserved for the system's programs: choose one above 1023 with ${remedy}`,
        { cause },
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new HubError(
        "bad-config",
        `${host} is no address of this machine: see ${setting.replace(/[a-z]*port$/i, "")}host`,
        { cause },
      );
    default:
      return new HubError("internal", `cannot listen on ${host}:${port}: ${messageOf(cause)}`, { cause });
  }
}
