import { HubError } from "#contract/errors.ts";
import type { Clock } from "#core/clock.ts";
import { subscriberOf } from "#transport/peer-address.ts";

const WINDOW_MS = 60_000;
const MOST_PER_WINDOW = 10;
/** Addresses remembered, and tokens that were right there; beyond it the oldest is forgotten. */
const MOST_ADDRESSES = 10_000;

interface Tries {
  count: number;
  readonly distinct: Set<string>;
  /** Monotonic ms. */
  readonly since: number;
}

/**
 * Counts wrong tokens per address, so that guessing is slow.
 *
 * After ten *different* ones the address must wait, even with the right one: else the reply would still tell
 * a good guess from a bad one. A token that was right at this address before goes on: somebody who shares the address
 * (a proxy, a household, a hostile page in the owner's browser) must not lock out who works there. One stale token that
 * a camera sends over and over is no guessing: it alone is refused.
 */
export class Failures {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, Tries>();
  /** Address and hash of tokens that were right, the last used last. */
  readonly #proven = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws {HubError} `too-many-requests` while the address must wait with this token. */
  check(address: string, hash: string): void {
    const key = subscriberOf(address);
    const found = this.#current(key);
    if (found && found.distinct.size >= MOST_PER_WINDOW && !this.#proven.has(`${key} ${hash}`)) throw this.#wait(found);
  }

  /** Note a right token. */
  proved(address: string, hash: string): void {
    const proof = `${subscriberOf(address)} ${hash}`;
    if (!this.#proven.delete(proof) && this.#proven.size >= MOST_ADDRESSES) {
      const [oldest] = this.#proven;
      if (oldest !== undefined) this.#proven.delete(oldest);
    }
    this.#proven.add(proof);
  }

  /** Note a wrong token; returns what to throw: `unauthorized`, or `too-many-requests` when there were many. */
  add(address: string, hash: string): HubError {
    const key = subscriberOf(address);
    const found = this.#current(key) ?? this.#begin(key);
    found.count++;
    if (found.distinct.size < MOST_PER_WINDOW) found.distinct.add(hash);
    if (found.count > MOST_PER_WINDOW) return this.#wait(found);
    return new HubError("unauthorized", "the token is wrong, or no longer good");
  }

  #current(key: string): Tries | undefined {
    const found = this.#byAddress.get(key);
    return found && this.#clock.monotonic() - found.since < WINDOW_MS ? found : undefined;
  }

  #begin(key: string): Tries {
    // Set anew, so that the map stays in the order of age.
    this.#byAddress.delete(key);
    if (this.#byAddress.size >= MOST_ADDRESSES) {
      const [oldest] = this.#byAddress.keys();
      if (oldest !== undefined) this.#byAddress.delete(oldest);
    }
    const begun: Tries = { count: 0, distinct: new Set(), since: this.#clock.monotonic() };
    this.#byAddress.set(key, begun);
    return begun;
  }

  #wait({ since }: Tries): HubError {
    const retryAfterSeconds = Math.ceil((since + WINDOW_MS - this.#clock.monotonic()) / 1000);
    return new HubError("too-many-requests", `too many wrong tokens: try again in ${retryAfterSeconds} s`, {
      retryAfterSeconds,
    });
  }
}
