import type { IncomingMessage } from "node:http";
import { HubError } from "#contract/errors.ts";
import type { Credentials } from "#contract/services.ts";

/**
 * What of a request to the WebSocket port may speak for its sender. Browsers let every page open a WebSocket: pages of
 * other hosts are refused, and a session cookie counts only from a page of our own ports, because cookies are shared by
 * all ports of a host.
 *
 * @throws {HubError} `forbidden` for a page of another host
 */
export function trustedCredentials(request: IncomingMessage, ownPorts: readonly (number | undefined)[]): Credentials {
  const { origin, cookie: _cookie, ...rest } = request.headers;
  const withoutCookie: Credentials = { headers: rest, url: request.url, socket: request.socket };
  // Programs say no Origin; they have no cookies either.
  if (origin === undefined) return withoutCookie;
  const page = URL.parse(origin);
  const asked = URL.parse(`http://${request.headers.host ?? ""}`);
  if (!page || !asked || page.hostname !== asked.hostname)
    throw new HubError("forbidden", `a page of ${origin.slice(0, 100)} may not watch here`);
  return ownPorts.includes(Number(page.port)) ? request : withoutCookie;
}
