import { HubError } from "#contract/errors.ts";
import type { Access, Identity, Role } from "#contract/services.ts";
import { notVisible } from "#contract/visible.ts";

const REMEDY = "give a token (Authorization: Bearer, or ?token=) or log in";

function knownIdentity(identity: Identity | undefined): Identity {
  if (!identity) throw new HubError("unauthorized", `this needs a token: ${REMEDY}`);
  return identity;
}

const isFor = (identity: Identity, channelName: string) => identity.channels?.includes(channelName) ?? true;

/** viewer ⊂ producer, operator ⊂ admin. */
function includesRole(has: Role, wanted: Role): boolean {
  return has === wanted || has === "admin" || wanted === "viewer";
}

/** What an identity may do; the part of {@link Access} that needs no memory. */
export const rules: Pick<Access, "requireWatch" | "requirePublish" | "requireRole"> = {
  requireWatch(identity, channel) {
    if (channel.settings.visibility === "public") return;
    if (!identity || !isFor(identity, channel.name)) throw notVisible(channel.name);
  },
  requirePublish(identity, channelName) {
    const known = knownIdentity(identity);
    if (!includesRole(known.role, "producer"))
      throw new HubError("forbidden", `the token "${known.name}" is a ${known.role}'s: publishing needs a producer's`);
    if (!isFor(known, channelName))
      throw new HubError("forbidden", `the token "${known.name}" is not good for the channel "${channelName}"`);
  },
  requireRole(identity, role) {
    const known = knownIdentity(identity);
    if (!includesRole(known.role, role))
      throw new HubError("forbidden", `the token "${known.name}" is a ${known.role}'s: this needs an ${role}'s`);
  },
};
