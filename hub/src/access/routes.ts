import { HubError } from "#contract/errors.ts";
import type { Access, Http, Identity, Store } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { sessionInfo, tokenInfo } from "@lightwell/wire/api/monitor.ts";
import { loginBody, madeToken, tokenBody } from "@lightwell/wire/api/access.ts";
import type { FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { cameByTls } from "#transport/peer-address.ts";
import { cookieOf, remoteOf } from "./credentials.ts";
import { isForeignLink, pageToConfirm } from "./foreign-link.ts";
import type { Keyring } from "./keyring.ts";
import { SESSION_MS, type Sessions } from "./sessions.ts";
import { createToken, deleteToken, listTokens, type Token } from "./tokens.ts";

interface Parts {
  readonly gate: Pick<Access, "freshen" | "identify" | "identifyToken">;
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly cookieName: string;
  readonly store: Store;
  readonly clock: Clock;
}

const sessionOf = (identity: Identity | undefined) =>
  identity ? { role: identity.role, name: identity.name } : { role: "anonymous" as const };

const infoOf = ({ hash: _, ...info }: Token) => ({ ...info, channels: info.channels && [...info.channels] });

/** Log in, log out, who am I: on every listener. */
export function addSessionRoutes(http: Http, { gate, sessions, cookieName }: Parts): void {
  const setCookie = (reply: FastifyReply, value: string, maxAgeSeconds: number) => {
    // Strict: no other site's link or form can act in the name of the one who is logged in.
    const flags = ["Path=/", "HttpOnly", "SameSite=Strict", `Max-Age=${maxAgeSeconds}`];
    // Over plain HTTP browsers would not keep it.
    if (cameByTls(reply.request.socket)) flags.push("Secure");
    reply.header("set-cookie", [`${cookieName}=${value}`, ...flags].join("; "));
  };

  const logIn = async (token: string, reply: FastifyReply): Promise<Identity> => {
    await gate.freshen(token);
    const identity = gate.identifyToken(token, remoteOf(reply.request));
    const before = cookieOf(reply.request, cookieName);
    setCookie(reply, await sessions.begin(identity.id), SESSION_MS / 1000);
    if (before !== undefined) sessions.end(before);
    return identity;
  };

  http.routes("watch", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    app.route({
      method: "GET",
      url: "/login",
      // Without a token the path is the app's log-in page.
      constraints: { query: "token" },
      schema: { summary: "Log in by a link", tags: ["access"], querystring: z.object({ token: z.string() }) },
      handler: async (request, reply) => {
        if (isForeignLink(request.headers))
          return reply.type("text/html; charset=utf-8").send(pageToConfirm(request.query.token));
        await logIn(request.query.token, reply);
        return reply.redirect("/", 303);
      },
    });
    app.post(
      "/api/login",
      { schema: { summary: "Log in", tags: ["access"], body: loginBody, response: { 200: sessionInfo } } },
      async (request, reply) => sessionOf(await logIn(request.body.token, reply)),
    );
    app.post(
      "/api/logout",
      {
        schema: {
          summary: "Log out; with ?everywhere=true all browsers that logged in with the same token",
          tags: ["access"],
          querystring: z.object({ everywhere: z.stringbool().optional() }),
          response: { 200: sessionInfo },
        },
      },
      async (request, reply) => {
        const cookie = cookieOf(request, cookieName);
        const identity = request.query.everywhere ? gate.identify(request) : undefined;
        if (identity) sessions.endAll(identity.id);
        if (cookie !== undefined) sessions.end(cookie);
        setCookie(reply, "", 0);
        return sessionOf(undefined);
      },
    );
    app.get(
      "/api/session",
      { schema: { summary: "Who the caller is", tags: ["access"], response: { 200: sessionInfo } } },
      async (request, reply) => {
        const identity = gate.identify(request);
        const cookie = cookieOf(request, cookieName);
        // The browser must keep the cookie as long as the hub keeps the session.
        if (identity && cookie !== undefined && sessions.tokenIdOf(cookie) === identity.id)
          setCookie(reply, cookie, SESSION_MS / 1000);
        return sessionOf(identity);
      },
    );
  });
}

/** Make, list and revoke tokens: for admins. */
export function addTokenRoutes(http: Http, { keyring, store, clock }: Parts): void {
  http.routes("admin", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    const config = { access: "admin" } as const;
    app.get(
      "/api/tokens",
      { config, schema: { summary: "Tokens", tags: ["access"], response: { 200: z.array(tokenInfo) } } },
      async () => (await listTokens(store)).map(infoOf),
    );
    app.post(
      "/api/tokens",
      {
        config,
        schema: { summary: "Make a token", tags: ["access"], body: tokenBody, response: { 201: madeToken } },
      },
      async (request, reply) => {
        const { token, secret } = await createToken(store, clock, request.body);
        await keyring.reload();
        return reply.code(201).send({ ...infoOf(token), secret });
      },
    );
    app.delete(
      "/api/tokens/:id",
      { config, schema: { summary: "Revoke a token", tags: ["access"], params: z.object({ id: z.string() }) } },
      async (request, reply) => {
        const { id } = request.params;
        if (!(await deleteToken(store, id))) throw new HubError("not-found", `there is no token "${id}"`);
        await keyring.reload();
        return reply.code(204).send();
      },
    );
  });
}
