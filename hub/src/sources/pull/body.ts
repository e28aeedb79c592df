import type { IncomingMessage } from "node:http";
import { pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { HubError } from "#contract/errors.ts";

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/**
 * The body of a reply, unpacked: some servers pack what nobody asked them to. It is unpacked as it is read, so
 * that a limit on what is read holds for a packed one too.
 *
 * @throws {HubError} `unavailable` for a packing that is not known.
 */
export function bodyOf(response: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return response;
  const decoder = DECODERS.get(encoding);
  if (!decoder) {
    response.destroy();
    throw new HubError("unavailable", `its replies are packed in a way that is not read (${encoding.slice(0, 40)})`);
  }
  // The end of either ends the other; whoever reads hears of an error.
  return pipeline(response, decoder(), () => undefined);
}
