import { madeToken, type MadeToken, type TokenBody } from "@lightwell/wire/api/access.ts";
import { tokenInfo, type TokenInfo } from "@lightwell/wire/api/monitor.ts";
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import { getJson, postJson, remove } from "./api.ts";

const key = ["tokens"];

/** Every token, without its secret. For admins. */
export function useTokens(enabled: boolean): UseQueryResult<TokenInfo[]> {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getJson("/api/tokens", tokenInfo.array(), signal),
    enabled,
  });
}

export function useMakeToken(): UseMutationResult<MadeToken, Error, TokenBody> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: TokenBody) => postJson("/api/tokens", body, madeToken),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useRevokeToken(): UseMutationResult<void, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => remove(`/api/tokens/${encodeURIComponent(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
