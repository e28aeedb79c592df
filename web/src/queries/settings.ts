import { settingsReport, type SettingsReport } from "@lightwell/wire/api/settings.ts";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { getJson } from "./api.ts";

/** The configuration that the hub runs with. It changes only when the hub starts anew. */
export function useSettings(): UseQueryResult<SettingsReport> {
  return useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => getJson("/api/settings", settingsReport, signal),
    staleTime: 60_000,
  });
}
