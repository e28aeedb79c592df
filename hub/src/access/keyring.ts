import { timingSafeEqual } from "node:crypto";
import type { Identity, Store } from "#contract/services.ts";
import { hashSecret, listTokens, type Token } from "./tokens.ts";

/** Every valid token, in memory, so that asking needs no wait. */
export class Keyring {
  readonly #store: Store;
  /** The token of the configuration; it is not in the store. */
  readonly #configured: Token | undefined;
  #byHash = new Map<string, Token>();
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
    this.#byHash = new Map(tokens.map((token) => [token.hash, token]));
    this.#byId = new Map(tokens.map((token) => [token.id, token]));
  }

  get hasAdmin(): boolean {
    for (const token of this.#byId.values()) if (token.role === "admin") return true;
    return false;
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
