import { isIPv6 } from "node:net";
import { HubError } from "#contract/errors.ts";
import type { Clock } from "#core/clock.ts";

const WINDOW_MS = 60_000;
const MOST_PER_WINDOW = 10;
/** Addresses remembered; beyond it the oldest is forgotten. */
const MOST_ADDRESSES = 10_000;

/** Counts wrong tokens per address, so that guessing is slow. */
export class Failures {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, { count: number; readonly since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws {HubError} `too-many-requests` while the address has used up its wrong tokens. */
  check(address: string): void {
    const found = this.#byAddress.get(keyOf(address));
    if (!found || found.count < MOST_PER_WINDOW) return;
    const leftMs = found.since + WINDOW_MS - this.#clock.monotonic();
    if (leftMs <= 0) return;
    const retryAfterSeconds = Math.ceil(leftMs / 1000);
    throw new HubError("too-many-requests", `too many wrong tokens: try again in ${retryAfterSeconds} s`, {
      retryAfterSeconds,
    });
  }

  add(address: string): void {
    const key = keyOf(address);
    const now = this.#clock.monotonic();
    const found = this.#byAddress.get(key);
    if (found && now - found.since < WINDOW_MS) {
      found.count++;
      return;
    }
    this.#byAddress.delete(key);
    if (this.#byAddress.size >= MOST_ADDRESSES) {
      for (const oldest of this.#byAddress.keys()) {
        this.#byAddress.delete(oldest);
        break;
      }
    }
    this.#byAddress.set(key, { count: 1, since: now });
  }
}

/** One subscriber has a whole /64 of IPv6 addresses: it counts as one. */
function keyOf(address: string): string {
  if (address.startsWith("::ffff:")) return address.slice(7);
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  if (tail !== undefined) while (groups.length < 4) groups.push("0");
  return groups.slice(0, 4).join(":");
}
