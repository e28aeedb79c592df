import { HubError } from "#contract/errors.ts";
import type { Identity } from "#contract/services.ts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { tooLarge } from "./producer.ts";
import { requireProducer, type PushParts } from "./sockets.ts";
import type { Uploads } from "./uploads.ts";

const MULTIPART = /^multipart\/(x-mixed-replace|mixed)\b/i;
/** `curl --data-binary` calls every body a form. */
const PICTURE = /^(image\/|video\/(x-)?(motion-)?m?jpeg\b|application\/(octet-stream|x-www-form-urlencoded)\b|$)/i;

const reply = z
  .object({
    seq: z.int().optional().meta({ description: "Number of the frame that a single picture became." }),
    accepted: z.int().optional().meta({ description: "Pictures of a body of several that were published." }),
    refused: z.int().optional().meta({ description: "And those that were not." }),
  })
  .meta({ description: "Published" });

/** `PUT|POST /ingest/<channel>` */
export function addRoutes(app: FastifyInstance, uploads: Uploads, parts: PushParts, open: readonly string[]): void {
  // Bodies are read here, chunk by chunk, once it is known that they are wanted.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.decorateRequest("producer", undefined);
  app.route<{ Params: { channel: string } }>({
    method: ["PUT", "POST"],
    url: "/ingest/:channel",
    config: { access: "open", crossOrigin: true, endlessBody: true },
    schema: {
      summary: "Push one picture, or a stream of them, into a channel",
      tags: ["ingest"],
      params: z.object({ channel: z.string().max(80) }),
      response: { 200: reply },
    },
    onRequest: (request, _reply, done) => {
      const identity = requireProducer(parts, request.raw, request.params.channel, open);
      request.setDecorator<Identity | undefined>("producer", identity);
      checkHead(request, parts.limits.maxBytes);
      done();
    },
    handler: async (request) => {
      const { channel } = request.params;
      const identity = request.getDecorator<Identity | undefined>("producer");
      const checkRights = () => void requireProducer(parts, request.raw, channel, open);
      const upload = [channel, request.raw, identity, checkRights] as const;
      return MULTIPART.test(typeOf(request)) ? uploads.parts(...upload) : uploads.plain(...upload);
    },
  });
  // What a browser asks before a page of another site may push.
  app.options(
    "/ingest/:channel",
    { config: { access: "open", crossOrigin: true }, schema: { hide: true } },
    (_request, reply) => reply.code(204).send(),
  );
}

/** Refuse what can be seen to be wrong before any of it is read. */
function checkHead(request: FastifyRequest, maxBytes: number): void {
  const type = typeOf(request);
  if (MULTIPART.test(type)) return;
  if (!PICTURE.test(type))
    throw new HubError(
      "unsupported",
      `${type.slice(0, 80)} is no picture: send image/jpeg, image/webp, image/png or multipart/x-mixed-replace`,
    );
  if (Number(request.headers["content-length"] ?? 0) > maxBytes)
    throw tooLarge(maxBytes, "; several in one body come without Content-Length (curl -T -) or as multipart");
}

function typeOf(request: FastifyRequest): string {
  return request.headers["content-type"]?.trim() ?? "";
}
