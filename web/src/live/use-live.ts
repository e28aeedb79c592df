import type { LiveStatus } from "@lightwell/wire/live.ts";
import { useEffect, useSyncExternalStore } from "react";
import { live, type LinkState } from "./connection.ts";

/** Hold the live connection while this component is shown. */
export function useLiveConnection(): void {
  useEffect(() => live.use(), []);
}

/** Every channel that may be seen; undefined until the hub told. */
export function useLiveChannels(): readonly LiveStatus[] | undefined {
  return useSyncExternalStore(live.status.follow, live.status.get);
}

export function useLink(): LinkState {
  return useSyncExternalStore(live.link.follow, live.link.get);
}

/** Why a channel is not sent, if so. */
export function useRefusal(name: string): { readonly code: string; readonly reason: string } | undefined {
  return useSyncExternalStore(live.refusals.follow, () => live.refusals.get().get(name));
}
