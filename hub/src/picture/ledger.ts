import type { Errand } from "#core/errand.ts";
import { subscriberOf } from "#transport/peer-address.ts";

/** Work this long is charged as it is; longer work more, as nobody else can be served while it lasts. */
const PLAIN_MS = 8;
const MOST_WEIGHT = 4;

/** The hub itself, for work that is nobody's. */
const HOUSE = "";

/** Beyond this many clients those are forgotten that stand no better than a newcomer. */
const MANY_CLIENTS = 1024;

interface Account {
  /** What was done for this client, on a scale that all share. */
  served: number;
  /** What was done for each of its errands, on a scale of this client. */
  readonly errands: WeakMap<object, number>;
  /** Where the errand stood that was served last. */
  now: number;
}

/** What is compared: first the client, then the errand among those of this client. The least goes first. */
type Standing = readonly [client: number, errand: number];

/**
 * Who has been served how much: each client, and each errand among the work of one client. Time runs as in start-time fair
 * queueing: a client that comes, or comes back, begins where the one stands that was served last, so that nobody saves up.
 */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  /** Where the client stood that was served last. */
  #now = 0;

  /** Whose turn it is: of those who wait, the client that has been served least, and of its errands the one served least. */
  first<T extends { readonly errand: Errand }>(claims: Iterable<T>): T | undefined {
    let best: { readonly claim: T; readonly standing: Standing } | undefined;
    for (const claim of claims) {
      const standing = this.#standing(claim.errand);
      if (!best || goesBefore(standing, best.standing)) best = { claim, standing };
    }
    return best?.claim;
  }

  /** The errand's turn begins. Call what is given back with the time that it took. */
  begin(errand: Errand): (tookMs: number) => void {
    const accounts = this.#accountsOf(errand);
    this.#now = this.#standing(errand)[0];
    for (const account of accounts) account.now = Math.max(account.now, account.errands.get(errand.of) ?? 0);
    return (tookMs) => {
      const charge = tookMs * Math.min(MOST_WEIGHT, Math.max(1, tookMs / PLAIN_MS));
      for (const account of accounts) {
        // Those who share a picture share its cost: together they get more for the same.
        account.served = Math.max(this.#now, account.served) + charge / accounts.length;
        account.errands.set(errand.of, Math.max(account.now, account.errands.get(errand.of) ?? 0) + charge);
      }
    };
  }

  /** That of the client by which it comes first. */
  #standing(errand: Errand): Standing {
    let best: Standing = [Number.POSITIVE_INFINITY, 0];
    for (const { served, errands, now } of this.#accountsOf(errand)) {
      const standing: Standing = [Math.max(this.#now, served), Math.max(now, errands.get(errand.of) ?? 0)];
      if (goesBefore(standing, best)) best = standing;
    }
    return best;
  }

  #accountsOf(errand: Errand): readonly Account[] {
    const clients = new Set<string>();
    for (const client of errand.clients()) clients.add(subscriberOf(client));
    if (clients.size === 0) clients.add(HOUSE);
    return [...clients].map((client) => this.#accounts.get(client) ?? this.#open(client));
  }

  #open(client: string): Account {
    if (this.#accounts.size >= MANY_CLIENTS)
      for (const [name, { served }] of this.#accounts) if (served <= this.#now) this.#accounts.delete(name);
    const account: Account = { served: 0, errands: new WeakMap(), now: 0 };
    this.#accounts.set(client, account);
    return account;
  }
}

function goesBefore([client, errand]: Standing, [otherClient, otherErrand]: Standing): boolean {
  return client < otherClient || (client === otherClient && errand < otherErrand);
}
