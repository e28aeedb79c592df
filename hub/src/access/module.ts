import { randomBytes } from "node:crypto";
import { HubError, messageOf } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import type { Store } from "#contract/services.ts";
import { z } from "zod";
import { makeGate } from "./gate.ts";
import { Keyring } from "./keyring.ts";
import { addSessionRoutes, addTokenRoutes } from "./routes.ts";
import { rules } from "./rules.ts";
import { Sessions } from "./sessions.ts";
import { createToken } from "./tokens.ts";

const SHORTEST_ADMIN_TOKEN = 16;
/** How soon a token that the command line revoked is known here. */
const RELOAD_MS = 2000;
const SWEEP_MS = 3600_000;

export default defineModule({
  name: "access",
  summary: "Tokens, roles and log-ins.",
  capability: {
    role: "service",
    takes: "tokens, session cookies",
    gives: "roles",
    transport: "HTTP /api/login, /api/tokens",
  },
  options: z.strictObject({
    adminToken: z.string().min(SHORTEST_ADMIN_TOKEN).optional().meta({
      description:
        "A token with the role admin, for automation. Also LIGHTWELL_ADMIN_TOKEN. Without any, the first start makes one and prints a link.",
    }),
  }),
  needs: ["store"],
  provides: ["access"],
  async start({ options, store, clock, log, metrics }) {
    if (!store.claim())
      log.warn(
        {},
        "another hub uses this data folder: those who log in at one are strangers to the other; --data gives it its own",
      );
    const configured = options.adminToken ?? tokenFromEnvironment();
    const keyring = new Keyring(store, clock, {
      configured,
      onReduced: ({ id, name, role }) =>
        log.warn(
          { id, name, role },
          "a token is limited to channels, which this role is not: it may only watch them; make another and revoke it",
        ),
    });
    await keyring.reload();
    const onError = (error: unknown) => log.error({ error: messageOf(error) }, "the store did not do as it should");
    const sessions = await Sessions.load(store, clock, onError);
    const wrong = metrics.counter("wrong_tokens_total", "Tokens that were given and are not good.");
    const cookieName = await cookieNameOf(store);
    const gate = makeGate({ keyring, sessions, cookieName, clock, onFailure: () => wrong.add(), onError });
    const stops = [
      clock.every(RELOAD_MS, () => void keyring.reload().catch(onError)),
      clock.every(SWEEP_MS, () => sessions.sweep()),
    ];

    return {
      services: {
        access: {
          ...gate,
          ...rules,
          serve(http) {
            const parts = { gate, keyring, sessions, cookieName, store, clock };
            addSessionRoutes(http, parts);
            addTokenRoutes(http, parts);
            return async () => {
              const url = http.address("admin");
              if (url === undefined) return;
              if (keyring.hasAdmin) {
                const how = configured
                  ? "the configured admin token"
                  : "a token; ./lightwell token create --role admin makes one, in Lightwell's folder";
                log.info({ url: `${url}/` }, `the admin page asks for ${how}`);
                return;
              }
              const { secret } = await createToken(store, clock, { name: "first start", role: "admin" });
              await keyring.reload();
              announce(`${url}/login?token=${secret}`);
            };
          },
        },
      },
      [Symbol.asyncDispose]: () => {
        for (const stop of stops) stop();
        return Promise.resolve();
      },
    };
  },
});

/** The module's own alias for automation, beside the name that the configuration derives. */
function tokenFromEnvironment(): string | undefined {
  const token = process.env["LIGHTWELL_ADMIN_TOKEN"];
  if (token === undefined || token === "") return undefined;
  if (token.length < SHORTEST_ADMIN_TOKEN)
    throw new HubError("bad-config", `LIGHTWELL_ADMIN_TOKEN must have at least ${SHORTEST_ADMIN_TOKEN} characters`);
  return token;
}

/** Browsers share cookies between the ports of a host: each hub there must have its own name for its cookie. */
async function cookieNameOf(store: Store): Promise<string> {
  const settings = store.collection<string>("access");
  let id = await settings.get("cookie");
  if (id === undefined) await settings.put("cookie", (id = randomBytes(4).toString("hex")));
  return `lightwell_${id}`;
}

/** Shown to the one who started the hub and kept nowhere: it goes past the log, which the admin page shows. */
function announce(link: string): void {
  process.stdout.write(
    `\n  First start. Log in as admin with this link; it is shown only now:\n\n    ${link}\n\n` +
      "  New channels are public, whoever reaches the hub may watch, unless channels.visibility says private.\n\n",
  );
}
