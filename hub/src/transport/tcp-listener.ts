import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { HubError, messageOf } from "#contract/errors.ts";
import { addressToBind, listenOnLoopbackTwin } from "./both-families.ts";

/** Connections that the kernel holds until they are accepted, where it allows this many: crowds come at once. */
const BACKLOG = 4096;

interface ListenAttempt {
  readonly host: string;
  readonly port: number;
  /** The option that chooses another port. */
  readonly remedy: string;
  readonly hostSetting: string;
}

/**
 * Have a server listen; gives its port, which is another than asked for when that was 0.
 *
 * @throws {HubError} `port-in-use` or `bad-config`, naming the setting of the port.
 */
export async function listenOn(
  server: Server,
  { host, port, setting }: { readonly host: string; readonly port: number; readonly setting: string },
): Promise<number> {
  server.listen({ host: addressToBind(host), port, backlog: BACKLOG });
  try {
    await once(server, "listening");
    await takeLoopbackTwin(server, port);
  } catch (cause) {
    const remedy = `--set ${setting}=<port>`;
    throw listenError(cause, { host, port, remedy, hostSetting: setting.replace(/[a-z]*port$/i, "host") });
  }
  return (server.address() as AddressInfo).port;
}

/** Throws as `listen` would when another program has the port that was asked for on `::1`. */
export async function takeLoopbackTwin(server: Server, asked: number): Promise<void> {
  if ((await listenOnLoopbackTwin(server)) || asked === 0) return;
  server.close();
  throw Object.assign(new Error("the port of ::1 is in use"), { code: "EADDRINUSE" });
}

/** Why a server cannot listen, and what to change. */
export function listenError(cause: unknown, { host, port, remedy, hostSetting }: ListenAttempt): HubError {
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
      return new HubError("bad-config", `${host} is no address of this machine: see ${hostSetting}`, { cause });
    default:
      return new HubError("internal", `cannot listen on ${host}:${port}: ${messageOf(cause)}`, { cause });
  }
}
