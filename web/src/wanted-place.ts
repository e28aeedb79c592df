/** Where somebody was going when asked for a token, from the state of a location. */
export function wantedPlace(state: unknown): string | undefined {
  return typeof state === "object" && state !== null && "to" in state ? String(state.to) : undefined;
}
