/**
 * Lets a route be chosen by a query parameter: `constraints: { query: "token" }` takes only requests with
 * `?token=`, and leaves the same path without it to others.
 */
export const queryConstraint = {
  name: "query",
  storage<Handler>() {
    const handlers = new Map<unknown, Handler>();
    return {
      get: (value: unknown) => handlers.get(value) ?? null,
      set: (value: unknown, handler: Handler) => void handlers.set(value, handler),
    };
  },
  validate(value: unknown) {
    if (value !== "token") throw new Error("a route can only ask for the query parameter token");
  },
  deriveConstraint: (request: { readonly url?: string | undefined }) =>
    /[?&]token=/.test(request.url ?? "") ? "token" : "",
};
