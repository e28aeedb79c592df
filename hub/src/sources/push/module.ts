import { defineModule } from "#contract/module.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { z } from "zod";
import { IotListener } from "./iot-listener.ts";
import { Bucket } from "./bucket.ts";
import { Intake } from "./intake.ts";
import { NewNames } from "./new-names.ts";
import { IOT_CHANNEL, PUSHED_CHANNEL } from "./producer.ts";
import { addRoutes } from "./routes.ts";
import { Sockets, type PushParts } from "./sockets.ts";
import { makeTallies } from "./tallies.ts";
import { Uploads } from "./uploads.ts";

/** Half pictures of the largest size that may be in memory at once; 512 MB by default. */
const PICTURES_COMING_IN = 64;

export default defineModule({
  name: "push",
  summary: "Pictures that cameras and programs send by WebSocket or HTTP.",
  capability: {
    role: "source",
    takes: "JPEG, WebP, PNG",
    gives: "JPEG, WebP, PNG",
    transport: "WebSocket /ws, HTTP PUT /ingest/<channel>",
  },
  options: z.strictObject({
    maxBytes: z
      .int()
      .min(1000)
      .default(8 * 1024 * 1024)
      .meta({ description: "Largest picture in bytes." }),
    maxPixels: z.int().min(1).default(50_000_000).meta({ description: "Largest picture, width × height." }),
    maxFps: z.number().min(1).default(60).meta({ description: "Pictures per second and producer." }),
    decodeEvery: z
      .int()
      .min(1)
      .default(100)
      .meta({ description: "The first picture of a producer and every so-many-th is decoded as a whole." }),
    maxConnections: z.int().min(1).default(1000).meta({
      description: "Producers of each kind at once (WebSocket, multipart, single pictures); further ones are refused.",
    }),
    maxChannelsPerToken: z
      .int()
      .min(1)
      .default(200)
      .meta({ description: "Channels that one token may bring into being; further names are refused." }),
    openChannels: z
      .array(z.string().regex(CHANNEL_NAME))
      .default([])
      .meta({ description: "Channels that everybody may push into, without a token." }),
    iotMinBytes: z.int().min(0).default(5000).meta({
      description: "Pictures of at most this many bytes are refused in the channel iot, as the original did.",
    }),
    iotPort: z.int().min(0).max(65_535).optional().meta({
      description: "Port for microcontroller clients without a token (3001 in the original). Without it: none.",
    }),
    iotHost: z.string().default("::").meta({ description: "Address of that port." }),
  }),
  needs: ["http", "access", "mjpeg"],
  wants: ["channelMemory"],
  async start({ options, channels, clock, log, metrics, http, access, mjpeg, channelMemory }) {
    const { openChannels, iotPort, iotHost, maxConnections } = options;
    const tallies = makeTallies(metrics);
    const names = new NewNames(channels, options.maxChannelsPerToken);
    const intake = new Intake(clock, options.maxBytes * PICTURES_COMING_IN);
    const refusalLines = new Bucket(1, 20);
    const parts: PushParts = {
      channels,
      access,
      log,
      tallies,
      limits: options,
      names,
      intake,
      refusalLines,
      opened: (channel) => channelMemory?.remember("push", channel),
      maxConnections,
    };
    const sockets = new Sockets(parts);
    const uploads = new Uploads(parts);
    metrics.gauge("connections", "WebSockets that push.", [], (gauge) => gauge.set(sockets.count));
    http.upgrade("watch", "/ws", (request, socket, head) => sockets.accept(request, socket, head, openChannels));
    http.routes("watch", (app) => addRoutes(app, uploads, parts, openChannels));

    const open = [...openChannels, IOT_CHANNEL];
    const iot =
      iotPort === undefined
        ? undefined
        : new IotListener({ host: iotHost, port: iotPort, maxConnections, mjpeg, sockets, open, log });
    // Viewers come before the cameras do.
    for (const name of iot ? open : openChannels) channels.expect(name, PUSHED_CHANNEL);
    await channelMemory?.recall("push", PUSHED_CHANNEL);
    return {
      async open() {
        if (!iot) return;
        await iot.open();
        log.info({ host: iotHost, port: iot.port }, "everybody who reaches this port may push into the channel iot");
      },
      async [Symbol.asyncDispose]() {
        sockets.close();
        uploads.close();
        await iot?.close();
      },
    };
  },
});
