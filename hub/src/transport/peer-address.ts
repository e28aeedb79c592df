import { isIPv6 } from "node:net";
import { plainAddress } from "./address.ts";

/** What a trusted proxy says of the request that its connection carries now. */
export interface Forwarded {
  /** Of whom it asks for. */
  readonly address: string;
  /** Whether that one reached the proxy by TLS. */
  readonly secure: boolean;
}

interface Peer {
  readonly remoteAddress?: string | undefined;
}

const forwarded = new WeakMap<Peer, Forwarded>();

/** Note for whom a proxy speaks from now on; undefined: for itself. */
export function noteForwarded(socket: Peer, what: Forwarded | undefined): void {
  if (what) forwarded.set(socket, what);
  else forwarded.delete(socket);
}

/** Who is at the other end, for limits, lists and logs: behind a trusted proxy the one that it speaks for. */
export function peerAddress(socket: Peer | undefined): string | undefined {
  const address = socket && (forwarded.get(socket)?.address ?? socket.remoteAddress);
  return address === undefined ? undefined : plainAddress(address);
}

/** Whether a trusted proxy says that its client came by TLS. */
export function cameByTls(socket: Peer): boolean {
  return forwarded.get(socket)?.secure === true;
}

/** The part of an address that stands for one subscriber: IPv6 hands out a whole /64 at once. */
export function subscriberOf(address: string): string {
  if (address.startsWith("::ffff:")) return address.slice(7);
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  if (tail !== undefined) while (groups.length < 4) groups.push("0");
  return groups.slice(0, 4).join(":");
}
