import { createHash } from "node:crypto";

/** One entry of a `WWW-Authenticate` header (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface DigestRequest {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly uri: string;
  /** How often this nonce of the server was used, this time included. */
  readonly count: number;
  readonly clientNonce: string;
}

const TOKEN = String.raw`[\w!#$%&'*+.^\`|~-]+`;
const PIECES = new RegExp(String.raw`(${TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|(${TOKEN})`, "g");

/** Strongest first. */
const ALGORITHMS: readonly (readonly [name: string, hash: string])[] = [
  ["sha-256-sess", "sha256"],
  ["sha-256", "sha256"],
  ["md5-sess", "md5"],
  ["md5", "md5"],
];

/** All challenges of a header, or of several joined by commas. What is none is passed over. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Array<{ scheme: string; fields: Map<string, string> }> = [];
  for (const [, name, quoted, bare, scheme] of header.matchAll(PIECES)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), fields: new Map() });
    else if (name !== undefined)
      challenges.at(-1)?.fields.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "");
  }
  return challenges;
}

/** Whether there is a Digest challenge that can be answered. */
export function offersDigest(challenges: readonly Challenge[]): boolean {
  return strongest(challenges) !== undefined;
}

/** The `Authorization` that answers the strongest Digest challenge (RFC 7616; without qop RFC 2069), if one can be. */
export function digestAuthorization(challenges: readonly Challenge[], request: DigestRequest): string | undefined {
  const found = strongest(challenges);
  return found && answer(found.challenge, found.algorithm, found.hash, request);
}

function strongest(challenges: readonly Challenge[]) {
  for (const [algorithm, hash] of ALGORITHMS) {
    const challenge = challenges.find(
      ({ scheme, fields }) =>
        scheme === "digest" && fields.has("nonce") && (fields.get("algorithm") ?? "MD5").toLowerCase() === algorithm,
    );
    if (challenge) return { challenge, algorithm, hash };
  }
  return undefined;
}

function answer(
  { fields }: Challenge,
  algorithm: string,
  hash: string,
  { user, password, method, uri, count, clientNonce }: DigestRequest,
): string {
  const digest = (text: string) => createHash(hash).update(text).digest("hex");
  const [realm, nonce] = [fields.get("realm") ?? "", fields.get("nonce") ?? ""];
  const hasQop = /(^|[\s,])auth($|[\s,])/i.test(fields.get("qop") ?? "");
  const nc = count.toString(16).padStart(8, "0");
  const plain = digest(`${user}:${realm}:${password}`);
  const secret = algorithm.endsWith("-sess") ? digest(`${plain}:${nonce}:${clientNonce}`) : plain;
  const rest = digest(`${method}:${uri}`);
  const response = digest(
    hasQop ? `${secret}:${nonce}:${nc}:${clientNonce}:auth:${rest}` : `${secret}:${nonce}:${rest}`,
  );
  const opaque = fields.get("opaque");
  return [
    // A header's characters are bytes.
    `Digest username=${quote(Buffer.from(user).toString("latin1"))}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
    ...(fields.has("algorithm") ? [`algorithm=${fields.get("algorithm")}`] : []),
    ...(hasQop || algorithm.endsWith("-sess") ? [`cnonce=${quote(clientNonce)}`] : []),
    ...(hasQop ? ["qop=auth", `nc=${nc}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
  ].join(", ");
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
