import type { Role } from "#contract/services.ts";

const roles: readonly string[] = ["viewer", "producer", "operator", "admin"] satisfies Role[];

/** True for one of the roles. */
export function isRole(word: string): word is Role {
  return roles.includes(word);
}
