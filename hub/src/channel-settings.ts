import { CHANNEL_NAME, type SettingsOf } from "#core/registry.ts";
import { z } from "zod";

const settings = {
  visibility: z
    .enum(["public", "private"])
    .meta({ description: "Private channels need a viewer token on every output." }),
  whenStalled: z.enum(["close", "placeholder", "hold"]).meta({
    description:
      "When the source stops: close the viewers, show the last picture with a badge and then a placeholder, or hold the last picture.",
  }),
  stallTimeoutMs: z
    .int()
    .min(500)
    .meta({ description: "Without a new frame for so long a channel is stalled, in ms." }),
  frozenTimeoutMs: z
    .int()
    .min(0)
    .meta({ description: "With pictures that do not differ for so long a channel is frozen, in ms. 0: never." }),
  fallback: z
    .string()
    .regex(CHANNEL_NAME)
    .meta({ description: "Name of a channel to show while this one is stalled." }),
};

/** The `channels` section: defaults for every channel and, by name, what differs. */
export const channelOptions = z.strictObject({
  visibility: settings.visibility.default("public"),
  whenStalled: settings.whenStalled.optional(),
  stallTimeoutMs: settings.stallTimeoutMs.default(10_000),
  frozenTimeoutMs: settings.frozenTimeoutMs.optional(),
  maxChannels: z.int().min(1).default(1000).meta({ description: "Further channels are refused." }),
  named: z
    .record(z.string().regex(CHANNEL_NAME), z.strictObject(settings).partial())
    .default({})
    .meta({ description: "Settings of single channels, by name." }),
});

/** The settings of a channel: by name, then configured for all, then what its source wishes, then `hold`. */
export function settingsOf(options: z.output<typeof channelOptions>): SettingsOf {
  return (name, wished) => {
    const named = options.named[name];
    return {
      visibility: named?.visibility ?? options.visibility,
      whenStalled: named?.whenStalled ?? options.whenStalled ?? wished.whenStalled ?? "hold",
      stallTimeoutMs: named?.stallTimeoutMs ?? wished.stallTimeoutMs ?? options.stallTimeoutMs,
      frozenTimeoutMs: named?.frozenTimeoutMs ?? options.frozenTimeoutMs ?? wished.frozenTimeoutMs ?? 0,
      fallback: named?.fallback ?? wished.fallback,
    };
  };
}
