import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { HubError } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Access, Identity } from "#contract/services.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { CHANNEL_NAME, type Channels } from "#core/registry.ts";
import { peerAddress } from "#transport/peer-address.ts";
import { WebSocketServer } from "ws";
import type { Bucket } from "./bucket.ts";
import type { Intake } from "./intake.ts";
import type { NewNames } from "./new-names.ts";
import { IOT_CHANNEL, Producer, type ProducerLimits } from "./producer.ts";
import { SocketSession } from "./socket-session.ts";
import type { Tallies } from "./tallies.ts";

export interface PushParts {
  readonly channels: Channels;
  readonly access: Access;
  readonly log: Log;
  readonly tallies: Tallies;
  readonly limits: ProducerLimits;
  readonly names: NewNames;
  readonly intake: Intake;
  /** How often refusals are logged, whoever causes them. */
  readonly refusalLines: Bucket;
  readonly maxConnections: number;
  /** A producer has this channel now. */
  readonly opened: (channel: LiveChannel) => void;
}

/** All WebSockets that push. */
export class Sockets {
  readonly #parts: PushParts;
  readonly #server: WebSocketServer;
  readonly #sessions = new Set<SocketSession>();

  constructor(parts: PushParts) {
    this.#parts = parts;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      clientTracking: false,
      maxPayload: parts.limits.maxBytes,
    });
  }

  get count(): number {
    return this.#sessions.size;
  }

  /**
   * Take over a connection that wants to push. Channels of `open` need no token.
   *
   * @throws {HubError} when it may not, before anything of it is read.
   */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, open: readonly string[]): void {
    const { channels, log, tallies, maxConnections } = this.#parts;
    const channelName = channelOf(request.url ?? "");
    const identity = requireProducer(this.#parts, request, channelName, open);
    if (this.#sessions.size >= maxConnections)
      throw new HubError("full", `${maxConnections} producers are connected already: try again later`);
    const remote = peerAddress(request.socket) ?? "";
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const { clock } = channels;
      const producer = new Producer({ ...this.#parts, channelName, transport: "WebSocket", remote, identity });
      const checkRights = () => void requireProducer(this.#parts, request, channelName, open);
      const incoming = this.#parts.intake.add(request.socket, () => ws.terminate());
      ws.on("message", () => incoming.next());
      const onClose = (session: SocketSession) => {
        incoming.end();
        this.#sessions.delete(session);
      };
      this.#sessions.add(new SocketSession({ ws, producer, clock, log, tallies, remote, checkRights, onClose }));
    });
  }

  close(): void {
    for (const session of this.#sessions) session.close();
  }
}

/**
 * Who pushes; undefined where everybody may.
 *
 * @throws {HubError} `unauthorized`, `forbidden`, `bad-request` or `full`, unless the request may push into the channel.
 */
export function requireProducer(
  { access, names }: Pick<PushParts, "access" | "names">,
  request: Parameters<Access["identify"]>[0],
  channelName: string,
  open: readonly string[],
): Identity | undefined {
  if (!CHANNEL_NAME.test(channelName))
    throw new HubError("bad-request", `"${channelName.slice(0, 80)}" is no channel name: use a–z 0–9 . _ -`);
  // A token that is given must be right, also where none is needed.
  const identity = access.identify(request);
  if (!open.includes(channelName)) access.requirePublish(identity, channelName);
  names.check(identity, channelName);
  return identity;
}

/** `?channel=`; without it the channel of the original image server. */
function channelOf(url: string): string {
  const query = url.indexOf("?");
  return (query < 0 ? undefined : new URLSearchParams(url.slice(query + 1)).get("channel")) ?? IOT_CHANNEL;
}
