import { createHash, randomBytes, randomUUID } from "node:crypto";
import { HubError } from "#contract/errors.ts";
import type { Role, Store } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";

/** A token as kept: the secret itself is nowhere. */
interface TokenRecord {
  readonly name: string;
  readonly role: Role;
  /** Good for these only; missing: all. */
  readonly channels?: readonly string[];
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** ms since the epoch. */
  readonly createdAt: number;
}

export interface Token extends TokenRecord {
  readonly id: string;
}

export interface TokenWish {
  readonly name: string;
  readonly role: Role;
  readonly channels?: readonly string[] | undefined;
}

/** Secrets begin so, to be found by scanners that look for leaked ones. */
const PREFIX = "lw_";

const recordsOf = (store: Store) => store.collection<TokenRecord>("tokens");

/** A new secret: 32 random bytes. */
export function makeSecret(): string {
  return PREFIX + randomBytes(32).toString("base64url");
}

/** What is kept of a secret. One fast hash is enough: there are 256 random bits in it, no password. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether a token of this role may be limited to channels: who controls the hub sees and changes what is beside them. */
export const isLimitable = (role: Role): boolean => role === "viewer" || role === "producer";

/**
 * Make a token. The secret is in the result and never to be had again. A running hub takes it at once.
 *
 * @throws {HubError} `bad-request` for limits that its role would not keep
 */
export async function createToken(
  store: Store,
  clock: Clock,
  { name, role, channels }: TokenWish,
): Promise<{ readonly token: Token; readonly secret: string }> {
  if (channels && !isLimitable(role))
    throw new HubError(
      "bad-request",
      `an ${role}'s token is good for all channels: leave the channels out, or make it a viewer's or a producer's`,
    );
  const secret = makeSecret();
  const record: TokenRecord = {
    name,
    role,
    ...(channels && { channels }),
    hash: hashSecret(secret),
    createdAt: clock.now(),
  };
  const id = randomUUID();
  await recordsOf(store).put(id, record);
  return { token: { id, ...record }, secret };
}

/** Every token, the oldest first. */
export async function listTokens(store: Store): Promise<Token[]> {
  const all = (await recordsOf(store).list()).map(({ id, value }) => ({ id, ...value }));
  return all.sort((a, b) => a.createdAt - b.createdAt);
}

/** Make a token worthless, and with it the sessions that were begun with it. False when there was none. */
export function deleteToken(store: Store, id: string): Promise<boolean> {
  return recordsOf(store).delete(id);
}
