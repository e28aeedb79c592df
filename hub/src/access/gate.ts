import { HubError } from "#contract/errors.ts";
import type { Access, Identity } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { cookieOf, LONGEST_TOKEN, remoteOf, tokenOf } from "./credentials.ts";
import { Failures } from "./failures.ts";
import type { Keyring } from "./keyring.ts";
import type { Sessions } from "./sessions.ts";

/** Says who asks, from what a request carries. */
export function makeGate({
  keyring,
  sessions,
  cookieName,
  clock,
  onFailure,
}: {
  readonly keyring: Keyring;
  readonly sessions: Sessions;
  readonly cookieName: string;
  readonly clock: Clock;
  readonly onFailure: () => void;
}): Pick<Access, "identify" | "identifyToken"> {
  const failures = new Failures(clock);

  const identifyToken = (token: string, remote: string): Identity => {
    failures.check(remote);
    const identity = token.length <= LONGEST_TOKEN ? keyring.find(token) : undefined;
    if (identity) return identity;
    failures.add(remote);
    onFailure();
    throw new HubError("unauthorized", "the token is wrong, or no longer good");
  };

  return {
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
