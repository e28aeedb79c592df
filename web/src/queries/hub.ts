import { hubInfo, type HubInfo } from "@lightwell/wire/api/monitor.ts";
import { useQuery } from "@tanstack/react-query";
import { getJson } from "./api.ts";

/** What this hub is and which of its listeners serves this page; undefined while loading. */
export function useHub(): HubInfo | undefined {
  return useQuery({
    queryKey: ["hub"],
    queryFn: ({ signal }) => getJson("/api/hub", hubInfo, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: 1500,
  }).data;
}

/** The address that people use for pictures, without a slash at the end. */
export function useWatchUrl(): string {
  const hub = useHub();
  if (hub?.surface === "admin" && hub.publicUrl) return hub.publicUrl.replace(/\/$/, "");
  // On the public listener the address that led here is the one that works from here.
  return location.origin;
}
