import { logLine, type LogLine } from "@lightwell/wire/api/monitor.ts";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { getJson } from "./api.ts";

export type LogLevel = LogLine["level"];

/** The last lines of this level or above, oldest first, renewed while the page is visible. */
export function useLog(level: LogLevel): UseQueryResult<LogLine[]> {
  return useQuery({
    queryKey: ["log", level],
    queryFn: ({ signal }) => getJson(`/api/log?level=${level}&limit=300`, logLine.array(), signal),
    refetchInterval: 2000,
    placeholderData: (before) => before,
  });
}
