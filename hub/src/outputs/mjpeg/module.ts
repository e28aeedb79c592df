import { defineModule } from "#contract/module.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { imageRendition } from "#picture/image-rendition.ts";
import { Pacer } from "#transport/pacer.ts";
import { z } from "zod";
import { openingOf } from "./opening.ts";
import { addRoutes, find } from "./routes.ts";
import { Streams } from "./streams.ts";
import { Tallies } from "./tallies.ts";
import { formatOf } from "./wishes.ts";

export default defineModule({
  name: "mjpeg",
  summary: "Live pictures for everything with an HTTP client: browsers, players, TVs.",
  capability: {
    role: "output",
    takes: "JPEG, WebP, PNG, text grids",
    gives: "MJPEG, single pictures",
    transport: "HTTP /video_feed, /snapshot",
  },
  options: z.strictObject({
    maxViewers: z.int().min(1).default(1000).meta({ description: "Further viewers get 503 Server Full." }),
    defaultChannel: z.string().regex(CHANNEL_NAME).optional().meta({
      description:
        "What /video_feed and /snapshot show when no channel is named. Default: the first opened that the viewer may watch.",
    }),
    snapshotTimeoutMs: z
      .int()
      .min(0)
      .max(60_000)
      .default(5000)
      .meta({ description: "How long /snapshot waits for a picture that is fresh enough, in ms." }),
  }),
  needs: ["http", "access"],
  provides: ["mjpeg"],
  start({ options, channels, clock, log, metrics, signal, http, access }) {
    const streams = new Streams(options.maxViewers, {
      clock,
      pacer: new Pacer(clock, log),
      tallies: new Tallies(metrics),
    });
    const { defaultChannel, snapshotTimeoutMs } = options;
    if (defaultChannel !== undefined) channels.expect(defaultChannel);
    const parts = { streams, channels, access, clock, defaultChannel, snapshotTimeoutMs };
    http.routes("watch", (app) => addRoutes(app, parts));
    signal.addEventListener("abort", () => streams.beginToClose());
    return {
      services: {
        mjpeg: {
          serve(request, socket, channelName) {
            const channel = find(parts, request, channelName);
            const format = formatOf(undefined, request.headers.accept);
            const agent = request.headers["user-agent"];
            streams.add({
              socket,
              channelName: channel.name,
              channel: imageRendition(channel, { format }),
              opening: openingOf({}),
              name: undefined,
              agent,
              checkRights: () => void find(parts, request, channel.name),
            });
          },
        },
      },
      [Symbol.asyncDispose]: () => streams.close(),
    };
  },
});
