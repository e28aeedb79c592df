import type { Collection, Store } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { hashSecret, makeSecret } from "./tokens.ts";

interface SessionRecord {
  /** Of the token that it was begun with. */
  readonly tokenId: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

const DAY_MS = 24 * 3600 * 1000;
export const SESSION_MS = 30 * DAY_MS;
const MOST_SESSIONS = 1000;
/** The holder of one token shall not push out the sessions of others. */
const MOST_PER_TOKEN = 50;

/** Browser log-ins: a random id in a cookie stands for a token. Kept by hash, 30 days from the last use. */
export class Sessions {
  readonly #clock: Clock;
  readonly #records: Collection<SessionRecord>;
  readonly #byHash: Map<string, SessionRecord>;
  readonly #onError: (error: unknown) => void;

  static async load(store: Store, clock: Clock, onError: (error: unknown) => void): Promise<Sessions> {
    const records = store.collection<SessionRecord>("sessions");
    const all = (await records.list()).sort((a, b) => a.value.expiresAt - b.value.expiresAt);
    const sessions = new Sessions(records, clock, new Map(all.map(({ id, value }) => [id, value])), onError);
    sessions.sweep();
    return sessions;
  }

  private constructor(
    records: Collection<SessionRecord>,
    clock: Clock,
    byHash: Map<string, SessionRecord>,
    onError: (error: unknown) => void,
  ) {
    this.#records = records;
    this.#clock = clock;
    this.#byHash = byHash;
    this.#onError = onError;
  }

  /** A new session; the result is the cookie's value. One that the store cannot keep is good until the hub ends. */
  async begin(tokenId: string): Promise<string> {
    const same = [...this.#byHash].filter(([, record]) => record.tokenId === tokenId);
    const [oldest] = same.length >= MOST_PER_TOKEN ? same.map(([hash]) => hash) : this.#byHash.keys();
    if (oldest !== undefined && (same.length >= MOST_PER_TOKEN || this.#byHash.size >= MOST_SESSIONS))
      this.#forget(oldest);
    const secret = makeSecret();
    const record = { tokenId, expiresAt: this.#clock.now() + SESSION_MS };
    const hash = hashSecret(secret);
    this.#byHash.set(hash, record);
    await this.#records.put(hash, record).catch(this.#onError);
    return secret;
  }

  /** The id of the token that a cookie stands for. Using a session prolongs it, in steps of a day. */
  tokenIdOf(secret: string): string | undefined {
    const hash = hashSecret(secret);
    const record = this.#byHash.get(hash);
    const now = this.#clock.now();
    if (!record || record.expiresAt <= now) return undefined;
    // Never shortened: a clock that is behind for a moment, as before the time has come from the network, ends none.
    if (record.expiresAt < now + SESSION_MS - DAY_MS) {
      const longer = { ...record, expiresAt: now + SESSION_MS };
      // Set anew, so that the map stays in the order of expiry.
      this.#byHash.delete(hash);
      this.#byHash.set(hash, longer);
      this.#records.put(hash, longer).catch(this.#onError);
    }
    return record.tokenId;
  }

  end(secret: string): void {
    this.#forget(hashSecret(secret));
  }

  /** End every session that was begun with this token. */
  endAll(tokenId: string): void {
    for (const [hash, record] of this.#byHash) if (record.tokenId === tokenId) this.#forget(hash);
  }

  /** Forget what has expired. */
  sweep(): void {
    const now = this.#clock.now();
    for (const [hash, record] of this.#byHash) if (record.expiresAt <= now) this.#forget(hash);
  }

  #forget(hash: string): void {
    if (!this.#byHash.delete(hash)) return;
    this.#records.delete(hash).catch(this.#onError);
  }
}
