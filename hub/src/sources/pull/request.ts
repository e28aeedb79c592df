import type { Agent, IncomingMessage } from "node:http";
import { request as requestHttp } from "#transport/node-http.ts";
import { request as requestHttps } from "node:https";
import { HubError } from "#contract/errors.ts";
import { redactAddress } from "#contract/redact.ts";

const MAX_REDIRECTS = 5;

export interface PullRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts the request and the reading of its body. */
  readonly signal: AbortSignal;
  /** Keeps connections for the next request; undefined: one connection each. */
  readonly agent?: Agent | undefined;
}

/**
 * GET an address, following redirects. User and password in the address become Basic authorization; they and
 * the given headers go to no other host.
 *
 * @throws {HubError} `unavailable` for a reply that is no success; a connection's own error otherwise.
 */
export async function get({ url, headers, signal, agent }: PullRequest): Promise<IncomingMessage> {
  let target = new URL(url);
  const { host } = target;
  for (let redirects = 0; ; redirects++) {
    const own = target.host === host;
    const response = await send(
      target,
      own ? { ...authorization(target), ...headers } : {},
      signal,
      own ? agent : undefined,
    );
    const { statusCode = 0, statusMessage = "" } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    response.destroy();
    const { location } = response.headers;
    if (statusCode < 300 || statusCode >= 400 || location === undefined)
      throw new HubError("unavailable", `it answers ${statusCode} ${statusMessage}${remedy(statusCode)}`.trim());
    if (redirects === MAX_REDIRECTS) throw new HubError("unavailable", `more than ${MAX_REDIRECTS} redirects`);
    target = redirected(location, target);
  }
}

function redirected(location: string, from: URL): URL {
  const target = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (!target || !/^https?:$/.test(target.protocol))
    throw new HubError("unavailable", `it redirects to ${redactAddress(location).slice(0, 200)}, which cannot be read`);
  if (target.host === from.host && !target.username)
    [target.username, target.password] = [from.username, from.password];
  return target;
}

function send(
  target: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  agent: Agent | undefined,
): Promise<IncomingMessage> {
  const bare = new URL(target);
  bare.username = bare.password = "";
  const request = bare.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const options = {
      headers: { accept: "multipart/x-mixed-replace, image/*, */*;q=0.5", "user-agent": "lightwell", ...headers },
      signal,
      ...(agent ? { agent } : { agent: false as const }),
      // Cameras write heads that a strict parser refuses.
      insecureHTTPParser: true,
    };
    request(bare, options, resolve).on("error", reject).end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const pair = `${decode(username)}:${decode(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** A stray per cent sign is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function remedy(statusCode: number): string {
  if (statusCode === 401) return ": give user and password in the address (http://user:password@host/)";
  return statusCode === 404 ? ": is the path right?" : "";
}
