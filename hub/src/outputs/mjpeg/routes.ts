import { HubError } from "#contract/errors.ts";
import type { Access } from "#contract/services.ts";
import { findVisible, visibleChannels } from "#contract/visible.ts";
import type { Channel } from "#core/channel.ts";
import type { Clock } from "#core/clock.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import { imageRendition } from "#picture/image-rendition.ts";
import { peerAddress } from "#transport/peer-address.ts";
import { channelHealth } from "@lightwell/wire/health.ts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { openingOf, STREAM_HEADERS } from "./opening.ts";
import { timestamp } from "./part.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Streams } from "./streams.ts";
import { formatOf, shapeQuery, streamQuery, type ShapeQuery } from "./wishes.ts";

export interface RouteParts {
  readonly streams: Streams;
  readonly channels: Channels;
  readonly access: Access;
  readonly clock: Clock;
  /** Shown when none is named; undefined: the first that was opened. */
  readonly defaultChannel: string | undefined;
  readonly snapshotTimeoutMs: number;
}

const named = z.object({ channel: z.string().max(64).optional() });

/** Add `/video_feed`, `/snapshot` and `/stats`. */
export function addRoutes(plain: FastifyInstance, parts: RouteParts): void {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  addStreams(app, parts);
  addSnapshots(app, parts);
  addStats(app, parts);
}

type App = ReturnType<typeof withZod>;
const withZod = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

function addStreams(app: App, parts: RouteParts): void {
  const { streams } = parts;
  for (const url of ["/video_feed", "/video_feed/:channel"]) {
    app.route({
      method: ["GET", "HEAD"],
      url,
      schema: {
        summary: "A channel as MJPEG (multipart/x-mixed-replace)",
        tags: ["watch"],
        params: named,
        querystring: streamQuery,
      },
      handler(request, reply) {
        const { query } = request;
        const channel = find(parts, request, request.params.channel ?? query.channel);
        const shaped = shape(channel, query, request, query.fps);
        if (request.method === "HEAD") {
          takeOver(reply).raw.writeHead(200, STREAM_HEADERS).end();
          return reply;
        }
        if (streams.full) {
          streams.refuse();
          return reply.code(503).header("retry-after", 5).type("text/plain; charset=utf-8").send("Server Full");
        }
        streams.add({
          socket: takeOver(reply).request.raw.socket,
          channelName: channel.name,
          channel: shaped,
          opening: openingOf(reply.getHeaders()),
          name: query.id,
          agent: request.headers["user-agent"],
          checkRights: () => void find(parts, request.raw, channel.name),
        });
        return reply;
      },
    });
  }
}

/** The reply is written by us, not by Fastify. */
function takeOver(reply: FastifyReply): FastifyReply {
  reply.hijack();
  return reply;
}

function addSnapshots(app: App, parts: RouteParts): void {
  const { access } = parts;
  const query = shapeQuery.extend({
    maxAgeMs: z.coerce
      .number()
      .min(0)
      .max(86_400_000)
      .optional()
      .meta({ description: "Wait for a picture that is no older, in ms." }),
  });
  for (const url of ["/snapshot", "/snapshot/:channel"]) {
    app.get(
      url,
      { schema: { summary: "A channel's latest picture", tags: ["watch"], params: named, querystring: query } },
      async (request, reply) => {
        const channel = find(parts, request, request.params.channel ?? request.query.channel);
        const shaped = shape(channel, request.query, request);
        const { frame, content } = await takeSnapshot(shaped, parts.clock, {
          maxAgeMs: request.query.maxAgeMs,
          timeoutMs: parts.snapshotTimeoutMs,
          client: peerAddress(request.raw.socket),
        });
        // It may have become private while one waited for the picture.
        access.requireWatch(access.identify(request), channel);
        const etag = `"${shaped.name}-${channel.createdAt.toString(36)}-${frame.seq}"`;
        reply
          .header("cache-control", "no-store")
          .header("etag", etag)
          .header("x-timestamp", timestamp(frame.capturedAt));
        if (request.headers["if-none-match"] === etag) return reply.code(304).send();
        return reply.type(`image/${content.format}`).send(content.bytes);
      },
    );
  }
}

const stats = z.object({
  current: z.int(),
  max: z.int(),
  full: z.boolean(),
  channels: z.record(
    z.string(),
    z.object({
      state: channelHealth,
      since: z.number().meta({ description: "ms since the epoch" }),
      viewers: z.int().meta({ description: "On every output." }),
      fps: z.number(),
    }),
  ),
});

function addStats(app: App, { streams, channels, access }: RouteParts): void {
  app.get(
    "/stats",
    { schema: { summary: "Viewers and the health of channels", tags: ["watch"], response: { 200: stats } } },
    (request) => {
      const identity = access.identify(request);
      const visible = visibleChannels(channels, access, identity);
      return {
        current: streams.current,
        max: streams.max,
        full: streams.full,
        channels: Object.fromEntries(
          visible.map((channel) => [
            channel.name,
            { ...channel.health, viewers: [...channel.viewers()].length, fps: Math.round(channel.fps * 10) / 10 },
          ]),
        ),
      };
    },
  );
}

/** @throws {HubError} `not-found`, or what a wrong token gets. */
export function find(
  { channels, access, defaultChannel }: Pick<RouteParts, "channels" | "access" | "defaultChannel">,
  request: Parameters<Access["identify"]>[0],
  name: string | undefined,
): LiveChannel {
  // Before the name is looked up: a wrong token must get one answer for every name.
  const identity = access.identify(request);
  if (name !== undefined) return findVisible(name, { channels, access, identity });
  const visible = visibleChannels(channels, access, identity);
  const channel = defaultChannel === undefined ? visible[0] : visible.find((one) => one.name === defaultChannel);
  if (!channel)
    throw new HubError(
      "not-found",
      "there is no channel for you here yet: if it is private, log in or give a token that is good for it",
    );
  return channel;
}

function shape(channel: LiveChannel, query: ShapeQuery, request: FastifyRequest, maxFps?: number): Channel {
  const { width, quality } = query;
  return imageRendition(channel, { format: formatOf(query.format, request.headers.accept), width, quality, maxFps });
}
