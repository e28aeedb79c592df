import type { ContentCoding } from "./app-files.ts";

/** The best coding that an `Accept-Encoding` header allows (RFC 9110, 12.5.3). */
export function contentCoding(header: string | undefined): ContentCoding {
  const allowed = new Set<string>();
  for (const part of (header ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) allowed.add(name);
  }
  return allowed.has("br") ? "br" : allowed.has("gzip") ? "gzip" : "identity";
}
