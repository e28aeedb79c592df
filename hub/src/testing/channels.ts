import type { Clock } from "#core/clock.ts";
import { Channels } from "#core/registry.ts";

/** Channels without a hub: public, and holding their last picture when their source stops. */
export function plainChannels(clock: Clock): Channels {
  return new Channels(clock, () => ({
    visibility: "public",
    whenStalled: "hold",
    stallTimeoutMs: 10_000,
    comesAndGoes: false,
    frozenTimeoutMs: 0,
    fallback: undefined,
  }));
}
