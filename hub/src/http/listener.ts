import type { IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { framesOf, HubError, messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Counter } from "#contract/metrics.ts";
import type { RouteAccess, Surface } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { limitBodies } from "./bodies.ts";
import { queryConstraint } from "./query-constraint.ts";
import { requireAccess } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { addressToBind } from "#transport/both-families.ts";
import { hostFromNearby, hostToReach, httpUrl, isLoopback } from "#transport/address.ts";
import { AddressCap } from "#transport/address-cap.ts";
import { SERVER_OPTIONS } from "#transport/node-http.ts";
import { takeTurns } from "#transport/request-turns.ts";
import { listenError, takeLoopbackTwin } from "#transport/tcp-listener.ts";
import { Checks, type ChecksSetup } from "./checks.ts";
import { problem, PROBLEM_TYPE, refusalOf, refuseSocket } from "./problems.ts";
import { Sockets } from "./sockets.ts";
import type { Upgrades } from "./upgrades.ts";

const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const BODY_LIMIT_BYTES = 1024 * 1024;
/** How long connections may end by themselves when the listener closes. */
const GRACE_MS = 300;

export interface ListenerSetup extends ChecksSetup {
  readonly port: number;
  /** Connections that one address may have open; proxies and this machine are not bound. */
  readonly maxPerAddress: number;
  readonly upgrades: Upgrades;
  readonly clock: Clock;
  readonly log: Log;
  readonly requests: Counter<"listener" | "status">;
  /** Counts connections beyond `maxPerAddress`. */
  readonly crowded: Counter<"listener">;
  /** Told of every defect that a request ran into. */
  readonly onDefect: (summary: string) => void;
}

/** One HTTP server with all its checks; what it serves is added by {@link Listener.add}. */
export class Listener {
  readonly app: FastifyInstance;
  readonly sockets: Sockets;
  readonly #setup: ListenerSetup;
  readonly #checks: Checks;
  #closing = false;
  #port: number | undefined;

  constructor(setup: ListenerSetup) {
    this.#setup = setup;
    this.#checks = new Checks(setup);
    this.app = Fastify({
      logger: false,
      bodyLimit: BODY_LIMIT_BYTES,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      // A camera may push one request for hours: bodies have their own limit in bodies.ts.
      requestTimeout: 0,
      forceCloseConnections: "idle",
      routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200, constraints: { query: queryConstraint } },
      http: SERVER_OPTIONS,
      frameworkErrors: (error, request, reply) => this.#answer(error, request, reply),
      clientErrorHandler: (error, socket) => this.#malformed(error, socket),
    });
    takeTurns(this.app.server);
    this.app.decorate("listener", setup.name);
    this.sockets = new Sockets(this.app.server);
    const { proxies } = setup;
    const cap = new AddressCap(setup.maxPerAddress, {
      isExempt: (address) => isLoopback(address) || proxies.trusts(address),
      forOperators: setup.name === "admin",
    });
    cap.guard(this.app.server, () => setup.crowded.add(1, { listener: setup.name }));
    this.#protect();
    limitBodies(this.app, setup.clock);
    this.app.server.on("upgrade", (request, socket, head) => {
      // Without a listener an error of the connection would end the process, whoever it is handed to.
      socket.on("error", () => socket.destroy());
      const fresh = setup.access.freshen(request);
      if (fresh) void fresh.then(() => this.#upgrade(request, socket, head));
      else this.#upgrade(request, socket, head);
    });
  }

  /** Register a module's routes. Those that do not say who may call them get the surface's default. */
  add(surface: Surface, plugin: (app: FastifyInstance) => void): void {
    const access: RouteAccess = surface === "watch" ? "open" : "operator";
    this.app.register((scope, _options, done) => {
      scope.addHook("onRoute", (route) => {
        route.config = { access, surface, ...route.config };
      });
      plugin(scope);
      done();
    });
  }

  /** @throws {HubError} `port-in-use` or `bad-config`, saying what to change. */
  async listen(): Promise<void> {
    const { name, host, port } = this.#setup;
    try {
      await this.app.listen({ host: addressToBind(host), port });
      await takeLoopbackTwin(this.app.server, port);
    } catch (error) {
      const remedy = name === "public" ? "--port" : "--set http.adminPort=<port>";
      throw listenError(error, { host, port, remedy, hostSetting: `http.${name}Host` });
    }
    this.#port = (this.app.server.address() as AddressInfo).port;
    if (name === "admin" && !isLoopback(host))
      this.#setup.log.warn({ host }, "the admin listener can be reached from other machines, and without TLS");
  }

  /** Undefined until it listens. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Base address for people; undefined until it listens. */
  get url(): string | undefined {
    return this.#port === undefined ? undefined : httpUrl(hostToReach(this.#setup.host), this.#port);
  }

  /** The same for people at other machines of the network; undefined where it is bound to loopback. */
  get nearbyUrl(): string | undefined {
    const host = hostFromNearby(this.#setup.host);
    return this.#port === undefined || host === undefined ? undefined : httpUrl(host, this.#port);
  }

  /** Refuse new requests and WebSockets from now on. */
  beginToClose(): void {
    this.#closing = true;
  }

  /** End within {@link GRACE_MS}, whatever the connections are doing. */
  async close(): Promise<void> {
    const leftovers = setTimeout(() => this.sockets.destroyAll(), GRACE_MS);
    try {
      await this.app.close();
    } finally {
      clearTimeout(leftovers);
      this.sockets.destroyAll();
    }
  }

  #protect(): void {
    const { app } = this;
    const { name, requests, access } = this.#setup;
    const headers = securityHeaders(name);
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    app.addHook("onRequest", async (request, reply) => {
      reply.headers(headers);
      await access.freshen(request.raw);
    });
    app.addHook("onRequest", (request, reply, done) => {
      this.#checks.request(request, reply);
      // What its routes know goes first: it must not be said to be nowhere.
      if (this.#closing && request.routeOptions.config.whileClosing !== true)
        throw new HubError("unavailable", "the hub is closing");
      done();
    });
    app.addHook("onSend", (_request, reply, _payload, done) => {
      if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
      done();
    });
    app.addHook("onResponse", (_request, reply, done) => {
      requests.add(1, { listener: name, status: String(reply.statusCode) });
      done();
    });
    app.setErrorHandler((error, request, reply) => this.#answer(error, request, reply));
    app.setNotFoundHandler((request, reply) => this.#answer(notFound(request), request, reply));
    // The app's pages may take every other path.
    app.all("/api/*", { config: { access: "open" }, schema: { hide: true } }, (request) => {
      throw notFound(request);
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { name, access, upgrades, requests } = this.#setup;
    try {
      this.#checks.upgrade(request);
      if (this.#closing) throw new HubError("unavailable", "the hub is closing");
      const entry = upgrades.find(name, request.url ?? "");
      if (!entry) throw new HubError("not-found", "there is no WebSocket at this address");
      if (entry.surface === "admin") requireAccess(access, "operator", request, { local: false });
      entry.handler(request, socket, head);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.defect) this.#defect("UPGRADE", request.url, error);
      requests.add(1, { listener: name, status: String(refusal.problem.status) });
      refuseSocket(socket, refusal);
    }
  }

  #answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { problem: body, retryAfterSeconds, defect } = refusalOf(error);
    if (defect) this.#defect(request.method, request.url, error);
    if (body.status === 401) reply.header("www-authenticate", "Bearer");
    if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
    // As text: a route's own reply schemas do not describe its errors.
    void reply.code(body.status).type(PROBLEM_TYPE).serializer(String).send(JSON.stringify(body));
  }

  #defect(method: string, url: string | undefined, error: unknown): void {
    // Without the query, which can hold a token.
    const path = (url ?? "").split("?", 1)[0];
    const fields = { method, path, error: messageOf(error), stack: framesOf(error) };
    this.#setup.log.error(fields, "a request ran into a defect");
    this.#setup.onDefect(`${method} ${path}: ${messageOf(error)}`);
  }

  /** Bytes that are no HTTP, or come too slowly. */
  #malformed(error: NodeJS.ErrnoException, socket: Socket): void {
    const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
    this.#setup.requests.add(1, { listener: this.#setup.name, status: String(status) });
    // Once bytes have gone out an error reply would land in the middle of a stream.
    if (error.code === "ECONNRESET" || socket.bytesWritten > 0) socket.destroy();
    else
      refuseSocket(socket, { problem: problem(status, "bad-request", "this is no request that the hub understands") });
  }
}

const notFound = (request: FastifyRequest) =>
  new HubError("not-found", `there is nothing at ${request.method} ${request.url.split("?", 1)[0]?.slice(0, 200)}`);
