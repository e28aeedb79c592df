import { randomBytes } from "node:crypto";
import { digestAuthorization, offersDigest, parseChallenges, type Challenge } from "./digest.ts";

/**
 * User and password for one server. Nothing is sent before it asks, as a password in Basic authorization is
 * readable on the way and most cameras offer Digest. What it asked for is remembered for the next request.
 */
export class Login {
  readonly #user: string;
  readonly #password: string;
  #challenges: readonly Challenge[] | undefined;
  #count = 0;

  constructor(user: string, password: string) {
    this.#user = user;
    this.#password = password;
  }

  /** User and password of an address; undefined when it has neither. */
  static of({ username, password }: URL): Login | undefined {
    return username || password ? new Login(decode(username), decode(password)) : undefined;
  }

  /** The `Authorization` of the next request. */
  authorization(method: string, uri: string): string | undefined {
    if (!this.#challenges) return undefined;
    this.#count++;
    const [user, password] = [this.#user, this.#password];
    const clientNonce = randomBytes(12).toString("base64url");
    const digest = digestAuthorization(this.#challenges, {
      user,
      password,
      method,
      uri,
      count: this.#count,
      clientNonce,
    });
    return digest ?? `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  }

  /** Takes the header of a 401 in. A server that names no scheme gets Basic, one that names only others nothing. */
  challenged(header: string | undefined): boolean {
    const challenges = parseChallenges(header ?? "");
    const offersBasic = challenges.length === 0 || challenges.some(({ scheme }) => scheme === "basic");
    const isKnown = offersBasic || offersDigest(challenges);
    this.#challenges = isKnown ? challenges : undefined;
    this.#count = 0;
    return isKnown;
  }

  /** The server did not take the answer: ask anew next time. */
  forget(): void {
    this.#challenges = undefined;
  }
}

/** A stray per cent sign is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
