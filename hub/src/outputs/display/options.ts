import { CHANNEL_NAME } from "#core/registry.ts";
import { z } from "zod";

const port = z.int().min(0).max(65_535);

export const displayOptions = z.strictObject({
  listen: z.boolean().default(true).meta({
    description:
      "Whether `port` and `pagePort` are opened. Without them there is only /ws/display on the HTTP listeners.",
  }),
  host: z.string().min(1).default("::").meta({ description: "Address that both ports bind." }),
  port: port.default(8765).meta({ description: "Port of WebSockets alone, at any path. 0: any free one." }),
  pagePort: port
    .default(8766)
    .meta({ description: "Port of a page that shows the text without the app. 0: any free one." }),
  channel: z.string().regex(CHANNEL_NAME).optional().meta({
    description:
      "What a client that names no channel gets. Default: the first that shows text, or the first, of those that it may watch.",
  }),
  cols: z.int().min(20).max(400).default(80).meta({ description: "Columns of pictures, unless the client says." }),
  rows: z.int().min(5).max(120).default(24).meta({ description: "Rows of pictures, unless the client says." }),
  maxFps: z.int().min(1).max(120).default(30).meta({ description: "Most frames per second that a viewer is sent." }),
  maxViewers: z.int().min(1).default(1000).meta({ description: "Further viewers are told `full`." }),
  maxPerAddress: z
    .int()
    .min(1)
    .default(200)
    .meta({ description: "Connections that one address may have open on each port. This machine is not bound." }),
  control: z.enum(["token", "everyone"]).default("token").meta({
    description:
      "Who may send commands: operators and producers of the channel by their token or session, or every viewer, as in the original.",
  }),
  maxProducers: z.int().min(0).default(64).meta({ description: "Further producers are refused." }),
  producerFps: z.int().min(1).max(120).default(60).meta({ description: "Frames per second of one producer." }),
  producerCells: z
    .int()
    .min(1)
    .max(500_000)
    .default(120_000)
    .meta({ description: "Most cells of a producer's frame." }),
  producerMessageBytes: z
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(4 * 1024 * 1024)
    .meta({ description: "Longest message of a producer; a longer one ends its connection." }),
});
