import { timingSafeEqual } from "node:crypto";
import type { Identity, Store } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { hashSecret, isLimitable, listTokens, type Token } from "./tokens.ts";

/** Unknown tokens have the store read at most this often, however many of them come. */
const FRESHEN_MS = 250;

/** Every valid token, in memory, so that asking needs no wait. */
export class Keyring {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onReduced: (token: Token) => void;
  /** The token of the configuration; it is not in the store. */
  readonly #configured: Token | undefined;
  readonly #reduced = new Set<string>();
  #byHash = new Map<string, Token>();
  #byId = new Map<string, Token>();
  #loading: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #freshening: Promise<void> | undefined;
  /** Monotonic ms. */
  #freshenedAt = -Infinity;

  /** `onReduced` hears of tokens that are kept with more rights than they may have, once of each. */
  constructor(
    store: Store,
    clock: Clock,
    { configured, onReduced }: { readonly configured: string | undefined; onReduced(token: Token): void },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onReduced = onReduced;
    if (configured === undefined) return;
    const hash = hashSecret(configured);
    // Another secret makes another id, which ends the sessions begun with the former.
    const id = `configured-${hash.slice(0, 12)}`;
    this.#configured = { id, name: "configured", role: "admin", hash, createdAt: 0 };
  }

  /** Take over what is in the store when this is called: the command line changes it from another process. */
  reload(): Promise<void> {
    return (this.#next ??= this.#loading.then(() => {
      this.#next = undefined;
      const load = this.#load();
      this.#loading = load.catch(() => undefined);
      return load;
    }));
  }

  /** As {@link reload}, and never more often than every {@link FRESHEN_MS}: strangers can ask for it. */
  freshen(): Promise<void> {
    return (this.#freshening ??= new Promise<void>((resolve) => {
      const wait = this.#freshenedAt + FRESHEN_MS - this.#clock.monotonic();
      if (wait > 0) this.#clock.after(wait, resolve);
      else resolve();
    }).then(() => {
      this.#freshening = undefined;
      this.#freshenedAt = this.#clock.monotonic();
      return this.reload();
    }));
  }

  async #load(): Promise<void> {
    const tokens = (await listTokens(this.#store)).map((token) => this.#reduce(token));
    if (this.#configured) tokens.push(this.#configured);
    this.#byHash = new Map(tokens.map((token) => [token.hash, token]));
    this.#byId = new Map(tokens.map((token) => [token.id, token]));
  }

  /** A token that could be made once: its role reaches beyond its channels, so it may only watch them. */
  #reduce(token: Token): Token {
    if (token.channels === undefined || isLimitable(token.role)) return token;
    if (!this.#reduced.has(token.id)) this.#onReduced(token);
    this.#reduced.add(token.id);
    return { ...token, role: "viewer" };
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
