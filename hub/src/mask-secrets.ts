import { redactText } from "#contract/redact.ts";

const SECRET_KEY = /token|secret|password/i;
const CREDENTIAL = /\b(bearer|basic)\s+[^\s'"]+/gi;
const MASK = "[secret]";

/** A configuration fit to be shown: tokens, passwords in addresses and the values of request headers are taken out. */
export function maskSecrets(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    if (SECRET_KEY.test(key) || key === "headers") return MASK;
    return redactText(value).replaceAll(CREDENTIAL, `$1 ${MASK}`);
  }
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, maskSecrets(item, key === "headers" ? key : name)]),
  );
}
