import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useKnowledge } from "./snapshot.ts";

/** Ask everything anew when the hub has been started anew: its settings and addresses may be others. */
export function useFreshStart(): void {
  const client = useQueryClient();
  const startedAt = useKnowledge().snapshot?.startedAt;
  const known = useRef(startedAt);
  useEffect(() => {
    if (startedAt === undefined || startedAt === known.current) return;
    if (known.current !== undefined) void client.invalidateQueries();
    known.current = startedAt;
  }, [client, startedAt]);
}
