import { problem } from "@lightwell/wire/api/monitor.ts";
import { HubRefusal } from "./refusal.ts";

/** Replies after which no other request of this kind will do better. */
const FINAL = new Set([401, 403]);

/** What an error reply of the hub says. */
export async function refusalOf(subject: string, reply: Response): Promise<HubRefusal> {
  const said: unknown = await reply.json().catch(() => undefined);
  const { data } = problem.safeParse(said);
  const final = FINAL.has(reply.status);
  if (data) return new HubRefusal(subject, { code: data.code, reason: data.detail, final });
  return new HubRefusal(subject, {
    code: "bad-reply",
    reason: `${new URL(reply.url).origin} answered ${reply.status} as no hub does: is it the right address?`,
    final,
  });
}

/** Why there was no reply at all. */
export function unreachable(subject: string, url: URL, cause: unknown): HubRefusal {
  const reason = `cannot reach ${url.origin}: is the hub running there?`;
  return new HubRefusal(subject, { code: "unreachable", reason }, { cause });
}
