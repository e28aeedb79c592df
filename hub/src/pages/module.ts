import { fileURLToPath } from "node:url";
import { HubError } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { AppFiles, type AppFile } from "./app-files.ts";
import { contentCoding } from "./content-coding.ts";
import { missingPage } from "./missing-page.ts";

const builtHere = fileURLToPath(new URL("../../../web/dist", import.meta.url));

export default defineModule({
  name: "pages",
  summary: "The web app: the wall for everybody, the control room for operators.",
  capability: { role: "service", gives: "HTML", transport: "HTTP /" },
  options: z.strictObject({
    dir: z.string().optional().meta({ description: "Folder of the built web app; without it the one built here." }),
  }),
  needs: ["http"],
  async start({ options, http, log }) {
    const files = new AppFiles(options.dir ?? builtHere);
    if (!(await files.index()))
      log.warn({}, "the web app is not built: run npm run build --workspace web, then reload the page");
    http.routes("watch", (app) => {
      app.get("/*", { schema: { hide: true } }, async (request, reply) => {
        const path = pathOf(request);
        const file = path === "/index.html" ? undefined : files.find(path);
        if (file) return send(file, request, reply);
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
