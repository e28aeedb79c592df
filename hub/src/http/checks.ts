import type { IncomingMessage } from "node:http";
import { HubError } from "#contract/errors.ts";
import type { Access } from "#contract/services.ts";
import { isLoopback } from "#transport/address.ts";
import { noteForwarded } from "#transport/peer-address.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { admitCrossOrigin } from "./cross-origin.ts";
import { requireAccess } from "./guard.ts";
import { isOwnHost, parseHost } from "./hosts.ts";
import { checkOrigin, checkWebSocketOrigin } from "./origins.ts";
import { isPassedOn, type Proxies } from "./proxies.ts";

export interface ChecksSetup {
  readonly name: "public" | "admin";
  readonly host: string;
  /** Host names by which it may be called; undefined: any. */
  readonly allowedHosts: readonly string[] | undefined;
  readonly allowedOrigins: readonly string[];
  /** Sites whose pages may use the routes that say `crossOrigin`; `*`: any. */
  readonly crossOrigins: readonly string[];
  readonly proxies: Proxies;
  readonly access: Access;
}

/** What every request and every upgrade of one listener passes before it reaches a module. */
export class Checks {
  readonly #setup: ChecksSetup;
  readonly #strict: boolean;
  readonly #boundToLoopback: boolean;

  constructor(setup: ChecksSetup) {
    this.#setup = setup;
    this.#strict = setup.name === "admin";
    this.#boundToLoopback = isLoopback(setup.host);
  }

  /** @throws {HubError} `bad-request`, `forbidden`, `unauthorized` or `too-many-requests` */
  request(request: FastifyRequest, reply: FastifyReply): void {
    const { access, allowedOrigins, crossOrigins } = this.#setup;
    const { config } = request.routeOptions;
    this.#open(request.raw);
    if (!admitCrossOrigin(request, reply, crossOrigins))
      checkOrigin(request, { allowed: allowedOrigins, strict: this.#strict });
    if (request.is404) return;
    // A route that came past `Listener.add` without saying who may call it is for admins.
    requireAccess(access, config.access ?? "admin", request, { local: this.#isLocal(request.raw) });
  }

  /** @throws {HubError} `bad-request` or `forbidden` */
  upgrade(request: IncomingMessage): void {
    this.#open(request);
    checkWebSocketOrigin(
      { method: "GET", url: request.url ?? "", headers: request.headers },
      { allowed: this.#setup.allowedOrigins, strict: this.#strict },
    );
  }

  #open(request: IncomingMessage): void {
    const { socket, headers, rawHeaders } = request;
    noteForwarded(socket, this.#setup.proxies.forwardedBy(socket.remoteAddress, headers));
    // Node takes the first; a proxy before it may have taken the second (RFC 9112, 3.2).
    if (rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === "host").length > 1)
      throw new HubError("bad-request", "a request has one Host header");
    this.#checkHost(headers.host, socket.localAddress);
    // `GET http://name/ HTTP/1.1`: then this is the name that counts (RFC 9112, 3.2.2).
    const target = /^[a-z]+:\/\/([^/?#]*)/i.exec(request.url ?? "")?.[1];
    if (target !== undefined) this.#checkHost(target, socket.localAddress);
  }

  #checkHost(header: string | undefined, localAddress: string | undefined): void {
    const { allowedHosts, host } = this.#setup;
    if (!allowedHosts || isOwnHost(header, { allowed: [...allowedHosts, host.toLowerCase()], localAddress })) return;
    throw new HubError("forbidden", "this listener is not called so: http.allowedHosts lists the names that it takes");
  }

  /**
   * Whether the monitor's figures are open to this request: asked for on this machine, by its own name. A proxy on this
   * machine also comes from loopback, with requests from everywhere.
   */
  #isLocal(request: IncomingMessage): boolean {
    if (!this.#strict || !this.#boundToLoopback || isPassedOn(request)) return false;
    return isLoopback(parseHost(request.headers.host)?.name ?? "");
  }
}
