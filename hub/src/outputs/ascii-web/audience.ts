import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { HubError } from "#contract/errors.ts";
import type { Credentials, Identity } from "#contract/services.ts";
import { findVisible, visibleChannels } from "#contract/visible.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import { colourDepth, glyphSetName } from "@lightwell/wire/text/look.ts";
import { WebSocketServer } from "ws";
import { z } from "zod";
import { Session, type SessionHub } from "./session.ts";

const RIGHTS_EVERY_MS = 15_000;
/** How long viewers may take to get the rest of their picture when the hub closes. */
const CLOSE_MS = 500;
const LONGEST_MESSAGE = 1024;

const query = z.object({
  channel: z.string().optional(),
  cols: z.coerce.number().min(1).max(10_000).optional(),
  rows: z.coerce.number().min(1).max(10_000).optional(),
  depth: colourDepth.default("256"),
  glyphs: glyphSetName.optional(),
});

export interface AudienceHub extends SessionHub {
  readonly channels: Channels;
  readonly defaultChannel: string | undefined;
}

/** Everybody who watches over a WebSocket, on whichever listener they came. */
export class Audience {
  readonly #hub: AudienceHub;
  readonly #max: number;
  readonly #refused: () => void;
  readonly #open = new Set<Session>();
  readonly #stops: readonly (() => void)[];
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    // A pong of its own would land in the middle of a picture that goes out in slices.
    autoPong: false,
    maxPayload: LONGEST_MESSAGE,
  });
  #emptied: (() => void) | undefined;
  #closing = false;
  #names = 0;

  constructor(hub: AudienceHub, max: number, refused: () => void) {
    this.#hub = hub;
    this.#max = max;
    this.#refused = refused;
    this.#stops = [
      hub.channels.onAdded(() => {
        for (const session of this.#open) if (!session.channel) this.#show(session);
      }),
      hub.clock.every(RIGHTS_EVERY_MS, () => {
        for (const session of this.#open) session.checkRights();
      }),
    ];
  }

  get size(): number {
    let count = 0;
    for (const session of this.#open) if (!session.ended) count++;
    return count;
  }

  /**
   * Take over a connection that asks to become a WebSocket.
   *
   * @param credentials what of the request may speak for its sender
   * @throws {HubError} when it is refused; nothing has been answered then.
   */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, credentials: Credentials = request): void {
    if (this.#closing) throw new HubError("unavailable", "the hub is closing");
    const wishes = wishesOf(request);
    const identity = this.#hub.access.identify(credentials);
    const channel = this.#asked(wishes.channel, identity);
    if (this.size >= this.#max) {
      this.#refused();
      throw new HubError("full", `${this.#max} viewers are connected already: try again later`);
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const { cols, rows, depth, glyphs } = wishes;
      const peer = {
        name: `ascii-web-${++this.#names}`,
        agent: request.headers["user-agent"]?.slice(0, 200),
        identity,
        wishes: { size: cols && rows ? { cols, rows } : undefined, depth, glyphs },
        stillValid: () => identity === undefined || this.#stillValid(credentials),
      };
      const session: Session = new Session(this.#hub, ws, socket as Socket, peer, () => {
        this.#open.delete(session);
        if (this.#open.size === 0) this.#emptied?.();
      });
      this.#open.add(session);
      if (channel) session.watch(channel);
      else this.#show(session);
    });
  }

  /** The look of all has changed. */
  refresh(): void {
    for (const session of this.#open) session.refresh();
  }

  shutdown(): void {
    this.#closing = true;
    for (const session of this.#open) session.shutdown();
  }

  /** Resolves when every connection has closed; those that take too long are cut off. */
  async close(): Promise<void> {
    this.shutdown();
    for (const stop of this.#stops) stop();
    if (this.#open.size === 0) return;
    const cut = this.#hub.clock.after(CLOSE_MS, () => {
      for (const session of this.#open) session.abort();
    });
    await new Promise<void>((resolve) => (this.#emptied = resolve));
    cut();
  }

  /** @throws {HubError} `not-found` */
  #asked(name: string | undefined, identity: Identity | undefined): LiveChannel | undefined {
    const { channels, access } = this.#hub;
    return name === undefined ? undefined : findVisible(name, { channels, access, identity });
  }

  #show(session: Session): void {
    const visible = visibleChannels(this.#hub.channels, this.#hub.access, session.identity);
    const channel = visible.find(({ name }) => name === this.#hub.defaultChannel) ?? visible[0];
    if (channel) session.watch(channel);
  }

  #stillValid(credentials: Credentials): boolean {
    try {
      return this.#hub.access.identify(credentials) !== undefined;
    } catch {
      return false;
    }
  }
}

function wishesOf({ url = "/" }: IncomingMessage): z.output<typeof query> {
  const search = new URLSearchParams(url.split("?")[1] ?? "");
  const wishes = query.safeParse(Object.fromEntries(search));
  if (wishes.success) return wishes.data;
  const [issue] = wishes.error.issues;
  throw new HubError("bad-request", `${issue?.path.join(".") ?? "the query"}: ${issue?.message ?? "is not right"}`);
}
