import { z } from "zod";

/** Seconds that the hub remembers. */
export const HISTORY_SECONDS = 300;

/** Time between two samples, in ms. */
export const SAMPLE_EVERY_MS = 1000;

const time = z.number().meta({ description: "ms since the epoch" });

/** One second of the whole hub: a row of `GET /api/history`. Null where nothing reports the figure. */
export const hubSample = z.object({
  time,
  cpu: z.number().nullable().meta({ description: "Of all cores, percent." }),
  cores: z.array(z.number().nullable()).meta({ description: "Of each core, percent." }),
  memory: z.number().nullable().meta({ description: "Of the hub's process, bytes." }),
  viewers: z.number().meta({ description: "Who watches: a page with many channels counts once." }),
  framesIn: z.number().meta({ description: "Published per second, over all channels." }),
  framesOut: z.number().meta({ description: "Handed to viewers per second." }),
  bytesOut: z.number().meta({ description: "Handed to viewers per second." }),
  skipped: z.number().meta({ description: "Frames per second that viewers missed because newer ones came." }),
  age: z.number().nullable().meta({ description: "Oldest picture that any viewer of a live channel sees, ms." }),
  errors: z.number().meta({
    description: "Pictures that could not be loaded or converted and sources that were lost, since the start.",
  }),
});
export type HubSample = z.infer<typeof hubSample>;

/** One second of a channel: a row of `GET /api/channels/:name/history`. */
export const channelSample = z.object({
  time,
  framesIn: z.number().meta({ description: "Published per second." }),
  viewers: z.number(),
  bytesOut: z.number().meta({ description: "Handed to viewers per second." }),
});
export type ChannelSample = z.infer<typeof channelSample>;
