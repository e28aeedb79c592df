import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { Forwarded } from "#transport/peer-address.ts";

/** Longer chains of proxies are made up. */
const MOST_HOPS = 20;

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");
const bare = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");

/** True for `192.0.2.1`, `2001:db8::1`, `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}

/** The proxies whose word on their clients is taken. */
export class Proxies {
  readonly #trusted = new BlockList();

  /** @param ranges each one {@link isAddressRange} */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = "", bits] = range.split("/");
      if (bits === undefined) this.#trusted.addAddress(address, familyOf(address));
      else this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  trusts(address: string): boolean {
    const plain = bare(address);
    return isIP(plain) !== 0 && this.#trusted.check(plain, familyOf(plain));
  }

  /**
   * For whom a connection from `remote` asks; undefined: for itself.
   *
   * Every proxy appends to `X-Forwarded-For` whom it heard, so the list is read from its end for as long as the
   * speaker is trusted: what stands before that is the client's own invention.
   */
  forwardedBy(remote: string | undefined, headers: IncomingHttpHeaders): Forwarded | undefined {
    if (remote === undefined || !this.trusts(remote)) return undefined;
    let address = remote;
    for (const hop of textOf(headers["x-forwarded-for"]).split(",").slice(-MOST_HOPS).reverse()) {
      if (!this.trusts(address)) break;
      const next = bare(withoutPort(hop.trim()));
      if (isIP(next) === 0) break;
      address = next;
    }
    const secure = textOf(headers["x-forwarded-proto"]).split(",").at(-1)?.trim().toLowerCase() === "https";
    return { address, secure };
  }
}

const textOf = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? header.join() : header) ?? "";

function withoutPort(hop: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? (/^([\d.]+):\d+$/.exec(hop)?.[1] || hop);
}

/**
 * Whether a proxy, trusted or not, shows that it only passes this request on: by a header, or by HTTP/1.0, which nginx
 * speaks unless told otherwise, and nothing else any more.
 */
export function isPassedOn({ headers, httpVersion }: Pick<IncomingMessage, "headers" | "httpVersion">): boolean {
  if (httpVersion === "1.0") return true;
  return ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((name) => headers[name] !== undefined);
}
