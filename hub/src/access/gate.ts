import type { Access, Identity } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { cookieOf, LONGEST_TOKEN, remoteOf, tokenOf } from "./credentials.ts";
import { Failures } from "./failures.ts";
import type { Keyring } from "./keyring.ts";
import type { Sessions } from "./sessions.ts";
import { hashSecret } from "./tokens.ts";

/** Says who asks, from what a request carries. */
export function makeGate({
  keyring,
  sessions,
  cookieName,
  clock,
  onFailure,
  onError,
}: {
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly cookieName: string;
  readonly clock: Clock;
  readonly onFailure: () => void;
  readonly onError: (error: unknown) => void;
}): Pick<Access, "freshen" | "identify" | "identifyToken"> {
  const failures = new Failures(clock);

  const identifyToken = (token: string, remote: string): Identity => {
    const tried = token.slice(0, LONGEST_TOKEN + 1);
    const hash = hashSecret(tried);
    failures.check(remote, hash);
    const identity = tried.length <= LONGEST_TOKEN ? keyring.find(tried) : undefined;
    if (!identity) {
      onFailure();
      throw failures.add(remote, hash);
    }
    failures.proved(remote, hash);
    return identity;
  };

  return {
    freshen(request) {
      const token = typeof request === "string" ? request : tokenOf(request);
      if (token === undefined || token.length > LONGEST_TOKEN || keyring.find(token)) return undefined;
      return keyring.freshen().catch(onError);
    },
    identifyToken,
    identify(request) {
      const token = tokenOf(request);
      if (token !== undefined) return identifyToken(token, remoteOf(request));
      const cookie = cookieOf(request, cookieName);
      const tokenId = cookie === undefined ? undefined : sessions.tokenIdOf(cookie);
      return tokenId === undefined ? undefined : keyring.byId(tokenId);
    },
  };
}
