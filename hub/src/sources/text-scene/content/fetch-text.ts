import { lookup } from "node:dns";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as requestHttp } from "#transport/node-http.ts";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { HubError } from "#contract/errors.ts";

export interface FetchLimits {
  readonly maxBytes: number;
  /** For all of it, redirects included. */
  readonly timeoutMs: number;
  /** Whether a connection to this IP address may be made. */
  readonly isAllowed: (address: string) => boolean;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 4;

/**
 * The body of an HTTP or HTTPS resource as text.
 *
 * The address is checked where the connection is made, after the name is resolved, and again for each redirect: a name
 * that points into the private network is refused too.
 *
 * @throws {HubError} `forbidden` for an address that is not allowed, `too-large`, `timeout`, `unavailable` for what else fails.
 */
export async function fetchText(address: string, limits: FetchLimits): Promise<string> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([limits.signal, timeout]);
  try {
    let url = webAddress(address);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await get(url, limits.isAllowed, signal);
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status >= 300 && status < 400 && location) {
        response.destroy();
        url = webAddress(new URL(location, url).href);
        continue;
      }
      if (status !== 200) {
        response.destroy();
        throw new HubError("unavailable", `${url.host} answers ${status}`);
      }
      return await readBody(response, url, limits.maxBytes);
    }
    throw new HubError("unavailable", `${url.host} redirects more than ${MAX_REDIRECTS} times`);
  } catch (error) {
    if (error instanceof HubError) throw error;
    if (timeout.aborted)
      throw new HubError("timeout", `no whole answer within ${limits.timeoutMs / 1000} s`, { cause: error });
    throw new HubError("unavailable", reasonOf(error), { cause: error });
  }
}

function webAddress(address: string): URL {
  const url = URL.parse(address);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new HubError("bad-config", "only http:// and https:// addresses can be read");
  return url;
}

function get(url: URL, isAllowed: FetchLimits["isAllowed"], signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is connected to without a lookup.
  if (isIP(host) !== 0 && !isAllowed(host)) throw notAllowed(url.host);
  const options: RequestOptions = {
    signal,
    agent: false,
    headers: {
      accept: "application/rss+xml, application/atom+xml, text/xml, text/plain, */*",
      "accept-encoding": "identity",
    },
    lookup: lookupAllowed(isAllowed),
  };
  return new Promise((resolve, reject) => {
    const start = url.protocol === "https:" ? requestHttps : requestHttp;
    start(url, options, resolve).on("error", reject).end();
  });
}

/** As `dns.lookup`, for names all of whose addresses are allowed. */
function lookupAllowed(isAllowed: FetchLimits["isAllowed"]): NonNullable<RequestOptions["lookup"]> {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const first = found?.[0];
      if (error || !first) done(error ?? new Error(`${hostname} has no address`), "");
      else if (!found.every(({ address }) => isAllowed(address))) done(notAllowed(hostname), "");
      else if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function notAllowed(host: string): HubError {
  return new HubError(
    "forbidden",
    `${host} is not on the public internet: set text-scene.newsFromPrivateNetwork to read it`,
  );
}

async function readBody(response: IncomingMessage, url: URL, maxBytes: number): Promise<string> {
  const { headers } = response;
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    response.destroy();
    throw new HubError(
      "unsupported",
      `${url.host} answers in the encoding ${encoding.slice(0, 40)}, which was not asked for`,
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop destroys the response.
    if (bytes > maxBytes) throw new HubError("too-large", `${url.host} sends more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return decodeBody(Buffer.concat(chunks), headers["content-type"] ?? "");
}

/** Text in the character set that the header, or else the XML declaration, names; UTF-8 when neither says one that is known. */
function decodeBody(bytes: Buffer, contentType: string): string {
  const declared = /^[^>]{0,100}encoding=["']([\w-]{1,40})["']/.exec(bytes.toString("latin1", 0, 200))?.[1];
  const charset = /charset="?([\w-]{1,40})/i.exec(contentType)?.[1] ?? declared ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.message === "" ? String(error.code) : error.message;
}
