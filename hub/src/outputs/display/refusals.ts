import { HubError } from "#contract/errors.ts";
import type { CloseReason } from "#core/viewer.ts";
import type { RefusalCode } from "@lightwell/wire/text/messages.ts";

/** RFC 6455, 7.4.1, and 1013 of the IANA registry: try again later. */
const GOING_AWAY = 1001;
const POLICY = 1008;
const TRY_LATER = 1013;

/** The close code that goes with a refusal. */
export const closeCodes: Readonly<Record<RefusalCode, number>> = {
  full: TRY_LATER,
  forbidden: POLICY,
  unknown_channel: POLICY,
  version: POLICY,
  slow: POLICY,
  too_many: POLICY,
  stalled: TRY_LATER,
  closing: GOING_AWAY,
};

export interface Refusal {
  readonly code: RefusalCode;
  readonly reason: string;
}

/** What a client is told when the hub ends its view of a channel. */
export const closings: Readonly<Record<CloseReason, Refusal>> = {
  "channel-closed": { code: "unknown_channel", reason: "the channel was removed" },
  stalled: { code: "stalled", reason: "the channel's source has stopped" },
  "not-reading": { code: "slow", reason: "nothing was taken for too long" },
  shutdown: { code: "closing", reason: "the hub is closing" },
  replaced: { code: "closing", reason: "another connection took this one's place" },
  forbidden: { code: "forbidden", reason: "this channel is no longer open to you" },
};

/** What a client is told that owes an acknowledgement and has given none for this long. */
export function silence(silentMs: number): Refusal {
  return { code: "slow", reason: `no ack for ${Math.floor(silentMs / 1000)} s` };
}

/** An error of the hub in the protocol's words. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof HubError)) return { code: "closing", reason: "the hub made a mistake; its log says more" };
  const { code, message: reason } = error;
  if (code === "not-found" || code === "bad-request") return { code: "unknown_channel", reason };
  if (code === "full") return { code, reason };
  if (code === "too-many-requests") return { code: "too_many", reason };
  return { code: "forbidden", reason };
}
