import type { LiveStatus } from "@lightwell/wire/live.ts";

/** How a channel is doing, as a page says it: what its source says of itself goes before what can be seen of it. */
export type ShownHealth = LiveStatus["health"] | "failing";

export function shownHealth({ health, failing }: Pick<LiveStatus, "health" | "failing">): ShownHealth {
  return failing ? "failing" : health;
}

/** Whether somebody should look after it, as what is shown of it is not live: a source that rests, or has not begun, is well. */
export function isIll(health: ShownHealth | undefined): boolean {
  return health === "stalled" || health === "frozen" || health === "failing";
}
