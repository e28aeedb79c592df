import { useEffect } from "react";
import { useSearchParams } from "react-router";

/** What the address will say when everything that was asked for has come into force. */
let latest: URLSearchParams | undefined;

/**
 * What stands behind the `?` of the address, and how to change it. Changes that come faster than the page is drawn, as
 * by two keys in a row, add up; the router's own function gives each the query of before both.
 */
export function useAddressQuery(): [URLSearchParams, (change: (query: URLSearchParams) => void) => void] {
  const [query, setQuery] = useSearchParams();
  useEffect(() => {
    latest = query;
  }, [query]);
  const change = (run: (query: URLSearchParams) => void) => {
    const next = new URLSearchParams(latest ?? query);
    run(next);
    latest = next;
    setQuery(next, { replace: true });
  };
  return [query, change];
}
