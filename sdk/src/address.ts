/** A channel name as the hub takes them. */
const CHANNEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Where a hub is, and who asks. */
export interface Address {
  /** `http:` or `https:`, with a slash at the end. */
  readonly base: URL;
  readonly token: string | undefined;
}

/** Reads the address of a hub. A path in front of the hub's own (a proxy's) is kept. */
export function readAddress(url: string | URL, token: string | undefined): Address {
  const base = URL.canParse(String(url)) ? new URL(url) : undefined;
  const scheme = base?.protocol.replace(/^ws/, "http");
  if (!base || (scheme !== "http:" && scheme !== "https:"))
    throw new TypeError(`"${String(url)}" is no address of a hub: write http://host:port, as in http://127.0.0.1:8080`);
  if (base.username !== "" || base.password !== "")
    throw new TypeError("a hub's address has no user and password: connect(url, { token })");
  const path = base.pathname.endsWith("/") ? base.pathname : `${base.pathname}/`;
  return { base: new URL(`${scheme}//${base.host}${path}`), token };
}

/** @throws {TypeError} for a name that no channel can have */
export function checkChannelName(name: string): void {
  if (!CHANNEL_NAME.test(name))
    throw new TypeError(
      `"${name.slice(0, 80)}" is no channel name: use 1 to 64 of a–z 0–9 . _ - and begin with a letter or digit`,
    );
}

/** A WebSocket's address on the hub. `path` has no slash in front. */
export function socketUrl(
  { base }: Address,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(path, base);
  url.protocol = base.protocol.replace("http", "ws");
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
  return url.href;
}

/** An HTTP address on the hub, and the headers that say who asks. */
export function request({ base, token }: Address, path: string): { url: URL; headers: Record<string, string> } {
  return { url: new URL(path, base), headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
}
