import { defineModule } from "#contract/module.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { z } from "zod";
import { Show } from "./show.ts";

const side = z.int().min(16).max(7680);

export default defineModule({
  name: "interleave",
  summary: "Folders of pictures as a show that is the same on every machine.",
  capability: { role: "source", takes: "folders of JPEG, PNG, WebP", gives: "JPEG", transport: "files" },
  options: z.strictObject({
    dir: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Main folder: pictures, or sub-folders of pictures. Without it the module does nothing." }),
    floatDir: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Folder of the pictures that are laid over the main ones." }),
    channel: z.string().regex(CHANNEL_NAME).default("main").meta({ description: "Channel to show in." }),
    ips: z
      .number()
      .min(0.001)
      .max(240)
      .optional()
      .meta({ description: "Pictures per second. By itself: 30 for the frames of a film, 0.2 for photos." }),
    width: side
      .optional()
      .meta({ description: "Width of the output in pixels. By itself: that of a film, 1280 for photos." }),
    height: side
      .optional()
      .meta({ description: "Height of the output in pixels. By itself: that of a film, 720 for photos." }),
    epochMs: z.number().default(0).meta({
      description: "Moment at which the count was 0, in ms since 1970. The same on machines that show the same.",
    }),
    prefetch: z.int().min(1).max(120).default(8).meta({ description: "Pictures to load ahead." }),
    watch: z
      .boolean()
      .default(true)
      .meta({ description: "Look every two seconds for new and missing files; otherwise only until there are some." }),
    sideBySide: z
      .enum(["auto", "always", "never"])
      .default("auto")
      .meta({ description: "Whether the left half of a JPEG holds its colours and the right half its opacity." }),
  }),
  needs: ["report"],
  start({ options: { channel: name, ...options }, channels, clock, log, report }) {
    const { dir } = options;
    if (dir === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
    const channel = channels.open(name);
    const show = new Show(
      { ...options, dir, floatDir: options.floatDir, ips: options.ips, width: options.width, height: options.height },
      clock,
      log,
      channel,
    );
    report.add(() => show.figures());
    return {
      open: () => show.open(),
      [Symbol.asyncDispose]: () => Promise.resolve(show.close()),
    };
  },
});
