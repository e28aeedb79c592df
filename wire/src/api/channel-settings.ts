import { z } from "zod";
import "./form-meta.ts";

/** A channel's name. */
export const channelName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
  error: ({ input }) =>
    `“${String(input).slice(0, 80)}” is no channel name: use 1 to 64 of a–z 0–9 . _ - and begin with a letter or digit.`,
});

/** How a channel behaves: in the configuration, and as operators change it. */
export const channelSettings = z.object({
  visibility: z.enum(["public", "private"]).meta({
    title: "Who may watch",
    description: "Private channels need a viewer token on every output.",
    "x-choices": { public: "everybody", private: "holders of a token" },
  }),
  whenStalled: z.enum(["close", "placeholder", "hold"]).meta({
    title: "When the source stops",
    description: "Close the viewers, hold the last picture, or show it with a badge and later a placeholder.",
    "x-choices": { hold: "hold the picture", placeholder: "show a placeholder", close: "close the viewers" },
  }),
  stallTimeoutMs: z
    .int()
    .min(500)
    .meta({ title: "Stalled after", description: "Without a new frame for this long a channel is stalled." }),
  frozenTimeoutMs: z.int().min(0).meta({
    title: "Frozen after",
    description: "With pictures that do not differ for this long a channel is frozen. 0: never.",
  }),
  fallback: channelName
    .meta({ title: "Show instead", description: "Name of a channel to show while this one is stalled." })
    .nullable(),
});
export type ChannelSettings = z.infer<typeof channelSettings>;

/** Body of `PATCH /api/channels/:name`. */
export const channelChange = z.strictObject(channelSettings.shape).partial();
export type ChannelChange = z.infer<typeof channelChange>;
