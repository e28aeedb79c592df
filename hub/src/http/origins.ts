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
  const host = parseHost(headers.host)?.host;
  return host !== undefined && URL.parse(origin)?.host === host;
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
  const { method, headers } = asked;
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
  if (!safe && headers.cookie !== undefined && !showsToken(asked))
    throw new HubError("forbidden", "a change in the name of a session needs an Origin header; send a token instead");
}

/** Whether it carries a token, for which its cookie counts for nothing. */
function showsToken({ url, headers }: Asked): boolean {
  if (/^Bearer +\S/i.test(headers.authorization ?? "")) return true;
  const query = url.indexOf("?");
  return query >= 0 && Boolean(new URLSearchParams(url.slice(query + 1)).get("token"));
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
