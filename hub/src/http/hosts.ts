import { isIPv6 } from "node:net";

/** True for an address or name that never leaves this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
}

/** Host and port of a `Host` header in the URL parser's spelling; undefined when it is none. */
export function parseHost(header: string | undefined): { readonly name: string; readonly host: string } | undefined {
  if (header === undefined || !/^[\w.[\]:-]+$/.test(header)) return undefined;
  const url = URL.parse(`http://${header}`);
  if (!url) return undefined;
  return { name: url.hostname.replace(/^\[|\]$/g, ""), host: url.host };
}

/**
 * Whether a listener that gives control may answer to this `Host`.
 *
 * A page of a hostile site can have its own name resolve to our address (DNS rebinding): then the browser
 * takes us for that site. Only the `Host` header gives it away, as it still has the site's name.
 */
export function isOwnHost(
  header: string | undefined,
  { allowed, localAddress }: { readonly allowed: readonly string[]; readonly localAddress: string | undefined },
): boolean {
  const name = parseHost(header)?.name;
  if (name === undefined) return false;
  return isLoopback(name) || allowed.includes(name) || name === localAddress?.replace(/^::ffff:/, "");
}

/** Address for people of a bound listener: `0.0.0.0` is nothing to type into a browser. */
export function urlOf(bound: string, port: number): string {
  const host = bound === "0.0.0.0" || bound === "::" ? "127.0.0.1" : bound;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
