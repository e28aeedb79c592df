import { request, type Address } from "./address.ts";
import { refusalOf, unreachable } from "./http-reply.ts";
import { HubRefusal } from "./refusal.ts";

const TIMEOUT_MS = 30_000;

/** Which snapshot is wanted. */
export interface SnapshotWish {
  /** Pixels; left out: as it is. */
  readonly width?: number;
  /** Wait for a picture that is no older, in ms. */
  readonly maxAgeMs?: number;
  readonly format?: "jpeg" | "webp";
}

/** One picture, as the hub had it. */
export interface Snapshot {
  /** `image/jpeg` or another. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** ms since the epoch, by the hub's clock. */
  readonly capturedAt: number;
}

/** @throws {HubRefusal} by rejection */
export async function takeSnapshot(
  address: Address,
  channel: string,
  wish: SnapshotWish,
  signal: AbortSignal,
): Promise<Snapshot> {
  const subject = `channel "${channel}"`;
  const { url, headers } = request(address, `snapshot/${channel}`);
  for (const [key, value] of Object.entries(wish)) if (value !== undefined) url.searchParams.set(key, String(value));
  let reply: Response;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    reply = await fetch(url, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    if (!reply.ok) throw await refusalOf(subject, reply);
    bytes = new Uint8Array(await reply.arrayBuffer());
  } catch (cause) {
    if (cause instanceof HubRefusal) throw cause;
    if (signal.aborted) throw new HubRefusal(subject, { code: "closed", reason: "it was closed by this program" });
    throw unreachable(subject, url, cause);
  }
  return {
    type: reply.headers.get("content-type") ?? "",
    bytes,
    // Seconds with a fraction.
    capturedAt: Number(reply.headers.get("x-timestamp")) * 1000,
  };
}
