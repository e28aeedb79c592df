import type { IncomingHttpHeaders } from "node:http";
import { HubError } from "#contract/errors.ts";
import { parseHost } from "./hosts.ts";

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** True for no Origin, the one that was asked, or a configured one. */
function isOwnOrigin({ headers }: Asked, allowed: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  // Behind a proxy that ends TLS the scheme differs; host and port do not.
  return URL.parse(origin)?.host === parseHost(headers.host)?.host && headers.host !== undefined;
}

const foreign = (origin: string | undefined) =>
  new HubError(
    "forbidden",
    `a page of ${origin?.slice(0, 100) ?? "another site"} may not do this: http.allowedOrigins lists those that may`,
  );

/**
 * Refuse what a page of another site sends: changes everywhere, on a strict listener everything but
 * following a link.
 *
 * @throws {HubError} `forbidden`
 */
export function checkOrigin(asked: Asked, { allowed, strict }: { allowed: readonly string[]; strict: boolean }): void {
  const { method, url, headers } = asked;
  const safe = method === "GET" || method === "HEAD" || method === "OPTIONS";
  if (safe && !strict) return;
  if (!isOwnOrigin(asked, allowed)) throw foreign(headers.origin);
  if (headers.origin !== undefined) return;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) {
    const own = site === "same-origin" || site === "none";
    if (!own && !(safe && headers["sec-fetch-mode"] === "navigate")) throw foreign(undefined);
    return;
  }
  // An old browser that says neither would also send the cookie along for another site.
  const explicit = headers.authorization !== undefined || url.includes("token=");
  if (!safe && headers.cookie !== undefined && !explicit)
    throw new HubError("forbidden", "a change in the name of a session needs an Origin header; send a token instead");
}

/**
 * Refuse a WebSocket that a page of another site opens: browsers let every page try, cookies included.
 *
 * @throws {HubError} `forbidden`
 */
export function checkWebSocketOrigin(
  asked: Asked,
  { allowed, strict }: { allowed: readonly string[]; strict: boolean },
): void {
  if (isOwnOrigin(asked, allowed) || (!strict && isDevice(asked.headers))) return;
  throw foreign(asked.headers.origin);
}

/**
 * Microcontroller libraries that send an Origin for no reason: TinyWebsockets its project page (with a path,
 * which no browser's has), arduinoWebSockets `file://`. Without this cameras that use them could not push.
 */
function isDevice({ origin, "user-agent": agent = "" }: IncomingHttpHeaders): boolean {
  if (origin === "https://github.com/gilmaimon/TinyWebsockets") return true;
  return origin === "file://" && !agent.startsWith("Mozilla/");
}
