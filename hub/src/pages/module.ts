import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HubError } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { AppFiles, type AppFile } from "./app-files.ts";
import { contentCoding } from "./content-coding.ts";
import { missingPage } from "./missing-page.ts";
import { OwnFiles, type OwnFile } from "./own-files.ts";

const builtHere = fileURLToPath(new URL("../../../web/dist", import.meta.url));

export default defineModule({
  name: "pages",
  summary: "The web app: the wall for everybody, the control room for operators.",
  capability: { role: "service", gives: "HTML", transport: "HTTP /" },
  options: z.strictObject({
    dir: z.string().optional().meta({ description: "Folder of the built web app; without it the one built here." }),
    own: z.string().optional().meta({
      description: "Folder of pages of your own: its static/ at /static/, its <page>.html at /<page>, for everybody.",
    }),
  }),
  needs: ["http"],
  async start({ options, http, log }) {
    const files = new AppFiles(options.dir ?? builtHere);
    if (!(await files.index()))
      log.warn({}, "the web app is not built: run npm run build --workspace web, then reload the page");
    const own = options.own === undefined ? undefined : new OwnFiles(options.own);
    if (options.own !== undefined && !existsSync(options.own))
      log.warn({ folder: options.own }, "the folder of own pages is not there (pages.own)");
    http.routes("watch", (app) => {
      app.get("/*", { schema: { hide: true } }, async (request, reply) => {
        const path = pathOf(request);
        const file = path === "/index.html" ? undefined : files.find(path);
        if (file) return send(file, request, reply);
        const ownFile = await own?.open(path);
        if (ownFile) return sendOwn(ownFile, request, reply);
        if (!wantsPage(request, path)) throw new HubError("not-found", `there is nothing at ${path.slice(0, 200)}`);
        // Every address of the app is the same page; the app looks at the address itself.
        const index = await files.index();
        if (index) return send(index, request, reply);
        return reply.code(503).type("text/html; charset=utf-8").header("retry-after", 5).send(missingPage);
      });
    });
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});

/**
 * Pages of one's own may do what hand-written pages do: inline scripts and styles, connections and pictures of other
 * ports and sites. Scripts of other sites, and being framed by them, are refused as everywhere.
 */
const OWN_POLICY = [
  "default-src 'self' data: blob:",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src * data: blob:",
  "media-src * data: blob:",
  "connect-src *",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "/";
}

/** A program that asks for JSON or a script that is gone must get a 404, not the app. */
function wantsPage({ headers }: FastifyRequest, path: string): boolean {
  return path === "/" || (!path.startsWith("/assets/") && (headers.accept ?? "").includes("text/html"));
}

async function send(file: AppFile, { headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const coding = file.compressible ? contentCoding(headers["accept-encoding"]) : "identity";
  // One representation, one tag: a cache must not answer with another coding.
  const etag = `"${file.etag}-${coding}"`;
  reply.header("etag", etag);
  reply.header("cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.compressible) reply.header("vary", "accept-encoding");
  if (headers["if-none-match"]?.includes(etag)) return reply.code(304).send();
  if (coding !== "identity") reply.header("content-encoding", coding);
  return reply.type(file.type).send(await file.bytes(coding));
}

async function sendOwn(file: OwnFile, { headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header("content-security-policy", OWN_POLICY);
  reply.header("etag", file.etag).header("last-modified", file.lastModified).header("cache-control", "no-cache");
  const tags = headers["if-none-match"];
  const since = Date.parse(headers["if-modified-since"] ?? "");
  // RFC 9110, 13.2.2: a tag outweighs a date.
  if (tags === undefined ? since >= Date.parse(file.lastModified) : tags.includes(file.etag)) {
    await file.handle.close();
    return reply.code(304).send();
  }
  // Up to the size that was announced, should the file grow meanwhile.
  const body = file.size === 0 ? "" : file.handle.createReadStream({ end: file.size - 1 });
  if (file.size === 0) await file.handle.close();
  return reply.type(file.type).header("content-length", file.size).send(body);
}
