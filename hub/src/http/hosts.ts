import { isLoopback } from "#transport/address.ts";

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
