import { CHANNEL_NAME, type SettingsOf } from "#core/registry.ts";
import { channelSettings } from "@lightwell/wire/api/channel-settings.ts";
import type { SettingOrigin } from "@lightwell/wire/api/settings.ts";
import { z } from "zod";

const { fallback, ...rest } = channelSettings.shape;
const settings = { ...rest, fallback: fallback.unwrap() };

/** The `channels` section: defaults for every channel and, by name, what differs. */
export const channelOptions = z.strictObject({
  visibility: settings.visibility.default("public"),
  whenStalled: settings.whenStalled.optional(),
  stallTimeoutMs: settings.stallTimeoutMs.optional().meta({
    description:
      "Without a new frame for this long a channel is stalled, in ms. By itself: three times the longest of its last gaps, at least 10 s.",
  }),
  frozenTimeoutMs: settings.frozenTimeoutMs.optional(),
  maxChannels: z.int().min(1).default(1000).meta({ description: "Further channels are refused." }),
  named: z
    .record(z.string().regex(CHANNEL_NAME), z.strictObject(settings).partial())
    .default({})
    .meta({ description: "Settings of single channels, by name." }),
});

/**
 * The settings of a channel: by name, then configured for all, then what its source wishes, then what the mode has for
 * all, then `hold`. Only a source knows how seldom its pictures come: its wish for `stallTimeoutMs` goes before what is
 * configured for all.
 */
export function settingsOf(
  options: z.output<typeof channelOptions>,
  origins: ReadonlyMap<string, SettingOrigin> = new Map(),
): SettingsOf {
  const isOfMode = origins.get("channels.whenStalled") === "mode";
  const configured = isOfMode ? undefined : options.whenStalled;
  return (name, wished) => {
    const named = options.named[name];
    return {
      visibility: named?.visibility ?? options.visibility,
      whenStalled: named?.whenStalled ?? configured ?? wished.whenStalled ?? options.whenStalled ?? "hold",
      stallTimeoutMs: named?.stallTimeoutMs ?? wished.stallTimeoutMs ?? options.stallTimeoutMs,
      comesAndGoes: wished.comesAndGoes ?? false,
      frozenTimeoutMs: named?.frozenTimeoutMs ?? options.frozenTimeoutMs ?? wished.frozenTimeoutMs ?? 0,
      fallback: named?.fallback ?? wished.fallback,
    };
  };
}
