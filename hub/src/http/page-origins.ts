import type { IncomingMessage } from "node:http";
import { HubError } from "#contract/errors.ts";
import type { Credentials } from "#contract/services.ts";
import { parseHost } from "./hosts.ts";

/**
 * Which pages a request to a listener of a module comes from. Browsers let every page open a WebSocket, and share
 * cookies between all ports of a host: a page is the hub's own only if one of its listeners could have served it.
 */
export class PageOrigins {
  readonly #allowed: readonly string[];
  readonly #ports: Array<() => number | undefined> = [];

  /** @param allowed further origins whose pages are trusted like our own */
  constructor(allowed: readonly string[]) {
    this.#allowed = allowed;
  }

  /** A listener that serves pages, at this port once it is open. */
  add(port: () => number | undefined): void {
    this.#ports.push(port);
  }

  /**
   * What of a request may speak for its sender. All of it from our own pages; from a page of another port of the same
   * host, as the originals' users have, and from programs everything but the cookie.
   *
   * @throws {HubError} `forbidden` for a page of another host
   */
  credentialsOf(request: IncomingMessage): Credentials {
    const { origin, host } = request.headers;
    const { cookie: _cookie, ...headers } = request.headers;
    const withoutCookie: Credentials = { headers, url: request.url, socket: request.socket };
    // Programs say no Origin; they have no cookies either.
    if (origin === undefined) return withoutCookie;
    if (this.#allowed.includes(origin)) return request;
    const page = URL.parse(origin);
    const asked = parseHost(host);
    if (!page || !asked || page.hostname.replace(/^\[|\]$/g, "") !== asked.name)
      throw new HubError(
        "forbidden",
        `a page of ${origin.slice(0, 100)} may not do this: http.allowedOrigins lists those that may`,
      );
    // Behind a proxy that ends TLS the scheme differs; host and port do not.
    if (page.host === asked.host) return request;
    const port = Number(page.port || 80);
    return page.protocol === "http:" && this.#ports.some((one) => one() === port) ? request : withoutCookie;
  }
}
