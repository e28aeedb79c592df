import type { ChannelSettings, LiveChannel } from "#core/live-channel.ts";
import type { ChannelChange } from "@lightwell/wire/api/channel-settings.ts";
import type { SettingsReport } from "@lightwell/wire/api/settings.ts";
import type { FastifyInstance } from "fastify";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { LogLine, LogLevel } from "./log.ts";

/** What modules offer each other, by name. A module lists in `needs` those it uses. */
export interface Services {
  readonly http: Http;
  readonly access: Access;
  readonly store: Store;
  readonly report: Report;
  readonly mjpeg: Mjpeg;
  readonly channelMemory: ChannelMemory;
}

/** viewer ⊂ producer, operator ⊂ admin: a viewer watches private channels, a producer publishes, an operator controls. */
export type Role = "viewer" | "producer" | "operator" | "admin";

/** Who a token or session stands for. */
export interface Identity {
  /** Of the token, to list and revoke it by; never the secret. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Channels it is good for; undefined: all. */
  readonly channels?: readonly string[];
}

/** The parts of a request that can carry a token. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Path with query, as in `IncomingMessage.url`. */
  readonly url?: string | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined };
}

/** Decides who may do what. */
export interface Access {
  /**
   * To be awaited before {@link Access.identify} or {@link Access.identifyToken} (then with the bare token) when a
   * connection or a request begins: a token that is not known may have been made by another process a moment ago.
   * Undefined when there is nothing to wait for. Never rejects.
   */
  freshen(request: Credentials | string): Promise<void> | undefined;
  /**
   * Who asks, by `Authorization: Bearer`, `?token=` or the session cookie; undefined for nobody.
   *
   * @throws {HubError} `unauthorized` when a token was given and is wrong, `too-many-requests` after many wrong ones.
   */
  identify(request: Credentials): Identity | undefined;
  /** As {@link identify}, for a bare token from another protocol's first message; `remote` counts failures. */
  identifyToken(token: string, remote: string): Identity;
  /** @throws {HubError} `not-found`, as for an unknown name, unless the channel is public or the identity may watch it. */
  requireWatch(identity: Identity | undefined, channel: LiveChannel): void;
  /** @throws {HubError} unless the identity is a producer (or more) good for this channel. */
  requirePublish(identity: Identity | undefined, channelName: string): void;
  /** @throws {HubError} unless the identity has the role. */
  requireRole(identity: Identity | undefined, role: Role): void;
  /**
   * Add the login and token routes. Called once by `http`, at its start; what it returns is called when the
   * listeners are open, so that a link can be printed.
   */
  serve(http: Http): () => Promise<void>;
}

/**
 * Who may call a route. `open`: everybody. `local`: everybody while the admin listener is bound to loopback,
 * else operators. A role: identities that have it.
 */
export type RouteAccess = "open" | "local" | Role;

declare module "fastify" {
  interface FastifyInstance {
    /** Which listener these routes are on. */
    readonly listener: "public" | "admin";
  }
  interface FastifyContextConfig {
    /** Set it in a route's `config`. Default: `open` on the watch surface, `operator` on the admin surface. */
    access?: RouteAccess;
    /** Pages of other sites may use it, by a token in `Authorization` only. Register OPTIONS for the same path. */
    crossOrigin?: boolean;
    /** The body may come for as long as it likes: the module reads it as it comes and watches over it. */
    endlessBody?: boolean;
    /** Answered by its handler also while the hub is closing; all others get 503 then. */
    whileClosing?: boolean;
    /** Set by the listener. */
    surface?: Surface;
  }
}

/** `watch` is served on the public and on the admin listener, `admin` on the admin one only. */
export type Surface = "watch" | "admin";

/** Takes over a connection that asked to become a WebSocket; Origin and Host are checked already. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface Http {
  /**
   * Register routes, before anything is open. `plugin` is called once per listener that carries the surface.
   * Bodies and replies with zod schemas are validated and appear in the OpenAPI document.
   * A thrown {@link HubError} becomes `application/problem+json`.
   */
  routes(surface: Surface, plugin: (app: FastifyInstance) => void): void;
  /**
   * Serve WebSocket upgrades of a path; a path that ends in `/*` takes all below it.
   * On the admin surface the caller is an operator. A thrown {@link HubError} refuses the upgrade.
   */
  upgrade(surface: Surface, path: string, handler: UpgradeHandler): void;
  /** A module's own listener serves pages of the hub, at this port once it is open: their log-ins count. */
  servesPages(port: () => number | undefined): void;
  /**
   * What of a request to a module's own listener may speak for its sender: the cookie counts only from our own pages.
   *
   * @throws {HubError} `forbidden` for a page of another host
   */
  credentialsOf(request: IncomingMessage): Credentials;
  /** Base address for people (`http://127.0.0.1:8080`), once open. Undefined when this mode has no such listener. */
  address(listener: "public" | "admin"): string | undefined;
}

/** Serves MJPEG on connections that other modules accepted. */
export interface Mjpeg {
  /**
   * Take over the connection of a plain GET and stream the channel to it; nothing may have been answered yet.
   *
   * @throws {HubError} `not-found`, `unauthorized`, `forbidden`, or `full` (the caller answers `Server Full`).
   */
  serve(request: IncomingMessage, socket: Socket, channelName: string): void;
}

/** What is remembered of channels over restarts, and shared by the hubs on one data folder. */
export interface ChannelMemory {
  /**
   * Change settings of the channel of this name for good: kept first, then in force. They outlive the channel, so that
   * one that was made private does not come back public.
   *
   * @throws {HubError} `unavailable` when they cannot be kept; nothing has changed then.
   */
  change(name: string, change: ChannelChange): Promise<void>;
  /**
   * Expect the channels that producers of this kind had in earlier runs, each with its last picture, so that viewers can
   * wait for them. Called at a module's start.
   */
  recall(kind: string, wished: Partial<ChannelSettings>): Promise<void>;
  /** A producer of this kind has a channel: its name and its last picture are kept. */
  remember(kind: string, channel: LiveChannel): void;
  /** Expect the channel no more. Settings that were changed stay. */
  forget(name: string): Promise<void>;
}

/** Small documents that survive a restart, in named collections. Values are JSON. */
export interface Store {
  /** Its writes throw `unavailable` when they cannot be kept, as on a full disk. */
  collection<T>(name: string): Collection<T>;
  /**
   * Be the first hub on this data folder until the store is closed or the process ends, however it does.
   * False while another one is; what must not be done twice is that one's.
   */
  claim(): boolean;
}

export interface Collection<T> {
  get(id: string): Promise<T | undefined>;
  list(): Promise<Array<{ readonly id: string; readonly value: T }>>;
  put(id: string, value: T): Promise<void>;
  /** False when there was none. */
  delete(id: string): Promise<boolean>;
}

/** What the hub knows of itself. Always there: the boot provides it. */
export interface Report {
  readonly version: string;
  readonly mode: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** Add figures, computed at each request. Keys are those of `/data`; a later part's keys win. */
  add(part: () => Record<string, unknown>): void;
  /** All figures, now. */
  figures(): Record<string, unknown>;
  /** The last lines of the log, oldest first. */
  lines(filter?: { readonly level?: LogLevel; readonly limit?: number }): LogLine[];
  /** The last 64 KB of the log as text. */
  tail(): string;
  /** The configuration that the hub runs with and where each setting comes from; secrets are taken out. */
  settings(): SettingsReport;
  /** Every metric in the Prometheus text format. */
  prometheus(): Promise<string>;
}
