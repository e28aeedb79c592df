import type { Agent, IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { request as requestHttp } from "#transport/node-http.ts";
import { request as requestHttps } from "node:https";
import { HubError } from "#contract/errors.ts";
import { redactAddress } from "#contract/redact.ts";
import { isInner, outerLookup, requireOuter } from "./inner-addresses.ts";
import type { Login } from "./login.ts";

const MAX_REDIRECTS = 5;

export interface PullRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For a server that asks for user and password. */
  readonly login?: Login | undefined;
  /** Aborts the request and the reading of its body. */
  readonly signal: AbortSignal;
  /** Keeps connections for the next request; undefined: one connection each. */
  readonly agent?: Agent | undefined;
}

/**
 * GET an address, following redirects. Login and given headers go to no other host or port, nor from TLS to
 * plain text. A 304 is given back when the headers have a condition.
 *
 * @throws {HubError} `unavailable` for a reply that is no success; a connection's own error otherwise.
 */
export async function get({ url, headers, login, signal, agent }: PullRequest): Promise<IncomingMessage> {
  const first = new URL(url);
  let target = first;
  let answered = false;
  // A camera of this machine may send elsewhere on it; one outside may not make the hub ask this machine's services.
  let isInside = isInner(first.hostname);
  for (let redirects = 0; ;) {
    const own = isOwn(target, first);
    const response = await send(
      target,
      own ? { ...authorization(target, login), ...headers } : {},
      signal,
      own && target.protocol === first.protocol ? agent : undefined,
      target === first || isInside ? undefined : outerLookup,
    );
    if (target === first) isInside ||= isInner(response.socket.remoteAddress ?? "");
    const { statusCode = 0, statusMessage = "" } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    if (statusCode === 304 && own && "if-none-match" in headers) return response;
    if (statusCode === 401 && own && login && !answered && login.challenged(response.headers["www-authenticate"])) {
      answered = true;
      response.destroy();
      continue;
    }
    response.destroy();
    const { location } = response.headers;
    if (statusCode < 300 || statusCode >= 400 || location === undefined) {
      if (statusCode === 401) login?.forget();
      throw new HubError("unavailable", `it answers ${statusCode} ${statusMessage}${remedy(statusCode)}`.trim());
    }
    if (redirects++ === MAX_REDIRECTS) throw new HubError("unavailable", `more than ${MAX_REDIRECTS} redirects`);
    target = redirected(location, target);
    if (!isInside) requireOuter(target.hostname);
  }
}

/** Whether the login for `first` may go to `target`: to the same place, or from plain text to TLS on its host. */
export function isOwn(target: URL, first: URL): boolean {
  const isUpgrade = first.protocol === "http:" && target.protocol === "https:";
  return target.origin === first.origin || (isUpgrade && target.hostname === first.hostname);
}

function authorization(target: URL, login: Login | undefined): Record<string, string> {
  const value = login?.authorization("GET", `${target.pathname}${target.search}`);
  return value === undefined ? {} : { authorization: value };
}

function redirected(location: string, from: URL): URL {
  const target = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (!target || !/^https?:$/.test(target.protocol))
    throw new HubError("unavailable", `it redirects to ${redactAddress(location).slice(0, 200)}, which cannot be read`);
  return target;
}

function send(
  target: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  agent: Agent | undefined,
  lookup: LookupFunction | undefined,
): Promise<IncomingMessage> {
  const bare = new URL(target);
  bare.username = bare.password = "";
  const request = bare.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const options = {
      headers: {
        accept: "multipart/x-mixed-replace, image/*, */*;q=0.5",
        "accept-encoding": "identity",
        "user-agent": "lightwell",
        ...headers,
      },
      signal,
      ...(lookup && { lookup }),
      ...(agent ? { agent } : { agent: false as const }),
      // Cameras write heads that a strict parser refuses.
      insecureHTTPParser: true,
    };
    request(bare, options, resolve).on("error", reject).end();
  });
}

function remedy(statusCode: number): string {
  if (statusCode === 401) return ": give user and password in the address (http://user:password@host/)";
  return statusCode === 404 ? ": is the path right?" : "";
}
