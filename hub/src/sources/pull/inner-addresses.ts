import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { HubError } from "#contract/errors.ts";

const inner = new BlockList();
for (const [address, bits] of [
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["0.0.0.0", 8],
] as const)
  inner.addSubnet(address, bits, "ipv4");
for (const [address, bits] of [
  ["::1", 128],
  ["::", 128],
  ["fe80::", 10],
] as const)
  inner.addSubnet(address, bits, "ipv6");

/** True for loopback and link-local addresses, where this machine's own services and a cloud's secrets are. */
export function isInner(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const version = isIP(bare);
  return version !== 0 && inner.check(bare, version === 6 ? "ipv6" : "ipv4");
}

const refused = (name: string) =>
  new HubError(
    "unavailable",
    `it redirects to ${name.slice(0, 100)}, an address of this machine: give that one itself`,
  );

/** @throws {HubError} `unavailable` for an inner address; names are looked at by {@link outerLookup}. */
export function requireOuter(hostname: string): void {
  if (isInner(hostname)) throw refused(hostname);
}

/** Node's own, which gives no inner address. */
export const outerLookup: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) done(error, "");
    else if (found.some(({ address }) => isInner(address))) done(refused(name), "");
    else if (options.all) done(null, found);
    else done(null, found[0]?.address ?? "", found[0]?.family);
  });
};
