import { timingSafeEqual } from "node:crypto";
import { HubError } from "#contract/errors.ts";
import type { Identity, Store } from "#contract/services.ts";
import { hashSecret, listTokens, useUp, type Token } from "./tokens.ts";

/** Every valid token, in memory, so that asking needs no wait. */
export class Keyring {
  readonly #store: Store;
  /** The token of the configuration; it is not in the store. */
  readonly #configured: Token | undefined;
  #byHash = new Map<string, Token>();
  #links = new Map<string, Token>();
  /** Ids of links in use: what is being written already counts. */
  readonly #used = new Set<string>();
  #byId = new Map<string, Token>();
  #reloading: Promise<void> | undefined;

  constructor(store: Store, configuredSecret: string | undefined) {
    this.#store = store;
    if (configuredSecret === undefined) return;
    const hash = hashSecret(configuredSecret);
    // Another secret makes another id, which ends the sessions begun with the former.
    const id = `configured-${hash.slice(0, 12)}`;
    this.#configured = { id, name: "configured", role: "admin", hash, createdAt: 0 };
  }

  /** Take over what is in the store now: the command line changes it from another process. */
  reload(): Promise<void> {
    return (this.#reloading ??= this.#load().finally(() => (this.#reloading = undefined)));
  }

  async #load(): Promise<void> {
    const tokens = await listTokens(this.#store);
    if (this.#configured) tokens.push(this.#configured);
    const byHash = (some: readonly Token[]) => new Map(some.map((token) => [token.hash, token]));
    this.#byHash = byHash(tokens.filter(({ link }) => link === undefined));
    this.#links = byHash(tokens.filter(({ link }) => link !== undefined));
    this.#byId = new Map(tokens.map((token) => [token.id, token]));
  }

  /** Whether there is a secret that makes who has it an admin, again and again. */
  get hasAdmin(): boolean {
    for (const token of this.#byHash.values()) if (token.role === "admin") return true;
    return false;
  }

  /** Ids of the tokens that were made for one log-in. */
  get linkIds(): string[] {
    return [...this.#links.values()].map(({ id }) => id);
  }

  /**
   * The one log-in that a link is good for; undefined when the secret is no link's.
   *
   * @throws {HubError} by rejection: `unauthorized` when it has been, `unavailable` when that cannot be noted
   */
  async useLink(secret: string): Promise<Identity | undefined> {
    const token = this.#links.get(hashSecret(secret));
    if (!token) return undefined;
    if (token.link === "used" || this.#used.has(token.id))
      throw new HubError(
        "unauthorized",
        "this link has been used, and works once: lightwell token create --role admin makes a token to log in with",
      );
    this.#used.add(token.id);
    try {
      await useUp(this.#store, token);
    } catch (error) {
      this.#used.delete(token.id);
      throw error;
    }
    return identityOf(token);
  }

  /** Who this secret stands for. */
  find(secret: string): Identity | undefined {
    const hash = hashSecret(secret);
    // What the look-up's duration tells is about the hash of a guess, of which nobody can steer enough bits.
    const token = this.#byHash.get(hash);
    return token && timingSafeEqual(Buffer.from(token.hash, "hex"), Buffer.from(hash, "hex"))
      ? identityOf(token)
      : undefined;
  }

  byId(id: string): Identity | undefined {
    const token = this.#byId.get(id);
    return token && identityOf(token);
  }
}

function identityOf({ id, name, role, channels }: Token): Identity {
  return { id, name, role, ...(channels && { channels }) };
}
