import type { Credentials } from "#contract/services.ts";
import { peerAddress } from "#transport/peer-address.ts";

/** Longer ones are wrong without looking. */
export const LONGEST_TOKEN = 512;

/** The token that a request carries openly: `Authorization: Bearer` goes before `?token=`. */
export function tokenOf({ headers, url }: Credentials): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "");
  if (bearer) return bearer[1];
  const query = url?.indexOf("?") ?? -1;
  if (url === undefined || query < 0 || !url.includes("token=", query)) return undefined;
  return new URLSearchParams(url.slice(query + 1)).get("token") || undefined;
}

/** The value of a cookie, as it was sent. */
export function cookieOf({ headers }: Credentials, name: string): string | undefined {
  for (const part of (headers.cookie ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

export const remoteOf = ({ socket }: Credentials): string => peerAddress(socket) ?? "unknown";
