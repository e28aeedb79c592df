import { messageOf } from "#contract/errors.ts";
import { redactText } from "#contract/redact.ts";

/** By the code of Node's error. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "the connection is refused: are host and port right, is it switched on?"],
  ["ECONNRESET", "it broke the connection off"],
  ["ENOTFOUND", "no machine has this name"],
  ["EAI_AGAIN", "the name cannot be looked up now"],
  ["EHOSTUNREACH", "there is no way to this host"],
  ["ENETUNREACH", "there is no way to this host"],
  ["ETIMEDOUT", "no answer"],
  ["HPE_HEADER_OVERFLOW", "its headers are too long"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "it vouches for its certificate itself: use http://, or NODE_EXTRA_CA_CERTS"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is from an unknown authority: see NODE_EXTRA_CA_CERTS"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is from an unknown authority: see NODE_EXTRA_CA_CERTS"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name"],
]);

/** Why a connection failed, in one line without secrets. */
export function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const known = typeof code === "string" ? REASONS.get(code) : undefined;
  return known ?? redactText(messageOf(error)).slice(0, 300);
}
