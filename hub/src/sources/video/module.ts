import { defineModule } from "#contract/module.ts";
import { redactAddress } from "#contract/redact.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { z } from "zod";
import { Player } from "./player.ts";
import { FfmpegProgram } from "./program.ts";

const input = z.strictObject({
  channel: z.string().regex(CHANNEL_NAME).meta({ description: "Channel to publish into." }),
  input: z
    .string()
    .min(1)
    .meta({ description: "File, URL (RTSP, HTTP, SRT …), device such as /dev/video0, or - for standard input." }),
  loop: z.boolean().default(true).meta({ description: "Begin a file anew at its end." }),
  fps: z.number().min(0.1).max(120).optional().meta({ description: "Frames per second; without it as they come." }),
  width: z.int().min(16).max(7680).optional().meta({ description: "Width in pixels; the height follows." }),
  options: z.array(z.string()).default([]).meta({ description: "Further ffmpeg options for the input." }),
});

export default defineModule({
  name: "video",
  summary: "Video files, cameras and streams, through ffmpeg.",
  capability: {
    role: "source",
    takes: "anything ffmpeg reads",
    gives: "JPEG",
    transport: "files, RTSP, devices, stdin",
  },
  options: z.strictObject({
    inputs: z
      .array(input)
      .refine((inputs) => inputs.filter(({ input }) => input === "-").length <= 1, {
        error: "only one input can read standard input",
      })
      .default([])
      .meta({ description: "What to play, each into a channel." }),
    ffmpeg: z.string().min(1).default("ffmpeg").meta({ description: "The ffmpeg program." }),
  }),
  start({ options, channels, clock, log, metrics }) {
    const refused = metrics.counter("refused_total", "Pictures of ffmpeg that were refused.", ["channel"]);
    const starts = metrics.counter("starts_total", "Starts of ffmpeg.", ["channel"]);
    const ffmpeg = new FfmpegProgram(options.ffmpeg);
    const players = options.inputs.map(({ channel, ...source }) => {
      const publisher = channels.open(channel).publisher(`video ${redactAddress(source.input)}`);
      return new Player({
        source,
        ffmpeg,
        publisher,
        clock,
        log,
        refused: () => refused.add(1, { channel }),
        started: () => starts.add(1, { channel }),
      });
    });
    return {
      open() {
        for (const player of players) player.open();
        return Promise.resolve();
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(players.map((player) => player.close()));
      },
    };
  },
});
