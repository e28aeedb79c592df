import { defineModule } from "#contract/module.ts";
import { redactAddress } from "#contract/redact.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { z } from "zod";
import { Puller } from "./puller.ts";

const input = z.strictObject({
  channel: z.string().regex(CHANNEL_NAME).meta({ description: "Channel to publish into." }),
  url: z
    .url({ protocol: /^https?$/, error: "not an http:// or https:// address" })
    .meta({ description: "Address, user and password included." }),
  kind: z
    .enum(["mjpeg", "snapshot", "auto"])
    .default("auto")
    .meta({ description: "A stream, or one picture per request." }),
  intervalMs: z.int().min(20).default(1000).meta({ description: "Time between two snapshots, in ms." }),
  timeoutMs: z
    .int()
    .min(500)
    .default(10_000)
    .meta({ description: "Without a picture for this long the connection is given up, in ms." }),
  headers: z.record(z.string(), z.string()).default({}).meta({ description: "Further request headers." }),
});

export default defineModule({
  name: "pull",
  summary: "MJPEG streams and snapshots of network cameras.",
  capability: { role: "source", takes: "MJPEG, snapshots", gives: "JPEG, WebP, PNG", transport: "HTTP client" },
  options: z.strictObject({
    inputs: z.array(input).default([]).meta({ description: "What to read, each into a channel." }),
  }),
  start({ options, channels, clock, log, metrics }) {
    const refused = metrics.counter("refused_total", "Pictures that were refused.", ["channel"]);
    const connects = metrics.counter("replies_total", "Replies of the sources.", ["channel"]);
    const pullers = options.inputs.map(
      ({ channel, ...rest }) =>
        new Puller({
          input: rest,
          // Snapshots that come slowly are no stall.
          publisher: channels
            .open(channel, { stallTimeoutMs: Math.max(10_000, 3 * rest.intervalMs) })
            .publisher(`pull ${redactAddress(rest.url)}`),
          clock,
          log,
          refused: () => refused.add(1, { channel }),
          connected: () => connects.add(1, { channel }),
        }),
    );
    return {
      open() {
        for (const puller of pullers) puller.open();
        return Promise.resolve();
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(pullers.map((puller) => puller.close()));
      },
    };
  },
});
