import type { Access, Credentials, RouteAccess } from "#contract/services.ts";

/**
 * Let a request through to its route, or throw.
 *
 * @throws {HubError} `unauthorized`, `forbidden` or `too-many-requests`
 */
export function requireAccess(
  access: Pick<Access, "identify" | "requireRole">,
  wanted: RouteAccess,
  request: Credentials,
  { local }: { /** True on the admin listener while it is bound to loopback. */ readonly local: boolean },
): void {
  if (wanted === "open" || (wanted === "local" && local)) return;
  const identity = access.identify(request);
  access.requireRole(identity, wanted === "local" ? "operator" : wanted);
}
