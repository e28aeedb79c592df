import type { FastifyReply, FastifyRequest } from "fastify";

/** How long a browser may remember what a page may do. */
const REMEMBER_SECONDS = 600;

/**
 * Let a page of another site use a route that says `crossOrigin`, if its site is among `origins` (`*`: any).
 *
 * Such a page has to show a token in `Authorization`: a browser sends that header only when the page names it, and only
 * after it has asked here. The cookie, which browsers add for every page, counts for nothing then.
 *
 * @returns false when the request is none of these: the usual checks of its origin apply
 */
export function admitCrossOrigin(request: FastifyRequest, reply: FastifyReply, origins: readonly string[]): boolean {
  const { headers, method } = request;
  if (request.routeOptions.config.crossOrigin !== true) return false;
  reply.header("vary", "Origin");
  const { origin } = headers;
  if (origin === undefined || !(origins.includes("*") || origins.includes(origin))) return false;
  reply.header("access-control-allow-origin", origins.includes("*") ? "*" : origin);
  if (method === "OPTIONS") {
    reply.headers({
      "access-control-allow-methods": "PUT, POST",
      "access-control-allow-headers": "Authorization, Content-Type, X-Timestamp",
      "access-control-max-age": REMEMBER_SECONDS,
    });
    return true;
  }
  reply.header("access-control-expose-headers", "Retry-After");
  if (!/^Bearer +\S/i.test(headers.authorization ?? "")) return false;
  delete request.raw.headers.cookie;
  return true;
}
