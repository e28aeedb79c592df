import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** True for an address or name that never leaves this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
}

const isEveryAddress = (bound: string) => bound === "0.0.0.0" || bound === "::";

/** What a person on this machine types to reach a listener bound so: `0.0.0.0` and `::` are nothing to connect to. */
export function hostToReach(bound: string): string {
  return isEveryAddress(bound) ? "127.0.0.1" : bound;
}

/** What a person on another machine of the same network types; undefined where nothing leads here from outside. */
export function hostFromNearby(bound: string): string | undefined {
  if (isLoopback(bound)) return undefined;
  if (!isEveryAddress(bound)) return bound;
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  // A link-local one would need the name of the interface, and no browser takes that.
  const near = addresses.filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address));
  return (near.find(({ family }) => family === "IPv4") ?? (bound === "::" ? near[0] : undefined))?.address;
}

/** An address as it is of its own family: what comes by IPv4 to a listener of both has the prefix `::ffff:`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** `http://host:port`, the host in brackets where it is an IPv6 address. */
export function httpUrl(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
