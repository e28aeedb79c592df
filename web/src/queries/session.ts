import { sessionInfo, type SessionInfo } from "@lightwell/wire/api/monitor.ts";
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { live } from "../live/connection.ts";
import { getJson, postJson } from "./api.ts";
import { feed } from "./snapshot.ts";

const key = ["session"];

/** Who is logged in; undefined while loading. */
export function useSession(): SessionInfo | undefined {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getJson("/api/session", sessionInfo, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: true,
    retry: true,
    retryDelay: 1500,
  }).data;
}

/** True for those who may use the control room. */
export const controls = (session: SessionInfo): boolean => session.role === "operator" || session.role === "admin";

export function useLogIn(): UseMutationResult<SessionInfo, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => postJson("/api/login", { token }, sessionInfo),
    onSuccess: (session) => {
      client.setQueryData(key, session);
      // What one may see has changed; the connection was made by nobody.
      live.renew();
    },
  });
}

export function useLogOut(): UseMutationResult<SessionInfo, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => postJson("/api/logout", {}, sessionInfo),
    onSuccess: (session) => {
      feed.forget();
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "hub" && queryKey[0] !== "session" });
      client.setQueryData(key, session);
      live.renew();
    },
  });
}
