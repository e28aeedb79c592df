import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { HubError } from "#contract/errors.ts";
import type { Credentials } from "#contract/services.ts";
import { peerAddress } from "#transport/peer-address.ts";
import { WebSocketServer, type WebSocket } from "ws";
import { ProducerSession, type ProducerHub } from "./producer-session.ts";
import { closings } from "./refusals.ts";
import { Session, type DisplayHub } from "./session.ts";

const MAX_VIEWER_MESSAGE_BYTES = 64 * 1024;
/** Connections that are being told that there is no place for them. */
const MAX_REFUSED = 100;
/** Producers that have not proved yet who they are. */
const MAX_UNPROVED = 16;
/** For the last words when the hub closes. */
const GRACE_MS = 300;
const GRACE_STEP_MS = 10;

export interface DoorParts {
  readonly hub: DisplayHub & ProducerHub;
  readonly maxViewers: number;
  readonly maxProducers: number;
}

/** Lets connections in: makes a session of each, or says why not. */
export class Door {
  readonly sessions = new Set<Session>();
  readonly producers = new Set<ProducerSession>();
  readonly #parts: DoorParts;
  readonly #viewerServer: WebSocketServer;
  readonly #producerServer: WebSocketServer;
  #refused = 0;
  #lastName = 0;
  #closing = false;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const shared = { noServer: true, perMessageDeflate: false, clientTracking: false };
    // Pongs go through the outlet: ws would write them into the middle of a frame that is sent in slices.
    this.#viewerServer = new WebSocketServer({ ...shared, autoPong: false, maxPayload: MAX_VIEWER_MESSAGE_BYTES });
    this.#producerServer = new WebSocketServer({ ...shared, maxPayload: parts.hub.limits.messageBytes });
  }

  /**
   * Take over a connection that asked to become a WebSocket.
   *
   * @param credentials what of the request may speak for its sender
   * @throws {HubError} `unauthorized`, `too-many-requests`, `full` or `unavailable`; nothing was answered then
   */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, credentials: Credentials = request): void {
    if (this.#closing) throw new HubError("unavailable", "the hub is closing");
    const query = new URLSearchParams(request.url?.split("?", 2)[1]);
    const identify = () => this.#parts.hub.access.identify(credentials);
    const identity = identify();
    const peer = {
      remote: peerAddress(request.socket) ?? "",
      channel: query.get("channel") ?? undefined,
      identity,
      identify: () => {
        const now = identify();
        // A session cookie whose session has ended is nobody's, without an error.
        if (identity && !now) throw new HubError("unauthorized", "this session has ended");
        return now;
      },
    };
    if (query.get("role") === "producer") this.#acceptProducer(request, socket, head, peer);
    else this.#acceptViewer(request, socket, head, { ...peer, name: this.#nameOf(query.get("id")) });
  }

  /** Tell everybody that the hub closes, and let nobody in. */
  beginToClose(): void {
    this.#closing = true;
    for (const session of [...this.sessions, ...this.producers]) session.refuse(closings.shutdown);
  }

  /** End what is left after a moment for the last words. */
  async close(): Promise<void> {
    this.beginToClose();
    const { clock } = this.#parts.hub;
    const end = clock.monotonic() + GRACE_MS;
    while (this.sessions.size + this.producers.size > 0 && clock.monotonic() < end)
      await new Promise((resolve) => setTimeout(resolve, GRACE_STEP_MS));
    for (const session of [...this.sessions, ...this.producers]) session.abort();
  }

  #acceptViewer(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    peer: Omit<ConstructorParameters<typeof Session>[3], "agent">,
  ): void {
    const { hub, maxViewers } = this.#parts;
    const isFull = this.sessions.size - this.#refused >= maxViewers;
    if (isFull && this.#refused >= MAX_REFUSED) {
      hub.tallies.refused("full");
      throw full(maxViewers, "viewers");
    }
    const agent = request.headers["user-agent"]?.slice(0, 200);
    this.#viewerServer.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      const session = new Session(hub, ws, request.socket, { ...peer, agent }, () => {
        this.sessions.delete(session);
        if (isFull) this.#refused--;
      });
      this.sessions.add(session);
      if (!isFull) return;
      this.#refused++;
      session.refuse({ code: "full", reason: full(maxViewers, "viewers").message });
    });
  }

  #acceptProducer(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    peer: ConstructorParameters<typeof ProducerSession>[2],
  ): void {
    const { hub, maxProducers } = this.#parts;
    let unproved = 0;
    for (const { entered } of this.producers) if (!entered) unproved++;
    if (this.producers.size >= maxProducers || unproved >= MAX_UNPROVED) {
      hub.tallies.refused("full");
      throw full(this.producers.size, "producers");
    }
    this.#producerServer.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      const session = new ProducerSession(hub, ws, peer);
      this.producers.add(session);
      ws.on("close", () => this.producers.delete(session));
    });
  }

  #nameOf(id: string | null): string {
    return id !== null && /^[\w.-]{1,64}$/.test(id) ? id : `display-${++this.#lastName}`;
  }
}

function full(count: number, who: string): HubError {
  return new HubError("full", `${count} ${who} are connected already: try again later`);
}
