import { HubError, messageOf } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import type { Publisher } from "#core/live-channel.ts";
import { CHANNEL_NAME, type Channels } from "#core/registry.ts";
import { fromPixels, loadEngine } from "#picture/engine.ts";
import { writePicture } from "#picture/transcode.ts";
import { encodeCost } from "#picture/work-cost.ts";
import { z } from "zod";
import { layOut } from "./layout.ts";
import { Painter } from "./painter.ts";
import { drawScenery } from "./scenery.ts";

const options = z.strictObject({
  enabled: z
    .union([z.boolean(), z.literal("auto")])
    .default("auto")
    .meta({ description: "Whether the test picture runs. auto: when no other source of pictures is configured." }),
  channel: z.string().regex(CHANNEL_NAME).default("pattern").meta({ description: "Channel that it publishes into." }),
  width: z.int().min(160).max(1920).default(960).meta({ description: "Pixels across." }),
  height: z.int().min(90).max(1080).default(540).meta({ description: "Pixels down." }),
  fps: z.int().min(1).max(60).default(15).meta({ description: "Frames per second while somebody watches." }),
});

type Options = z.output<typeof options>;

const QUALITY = 82;

export default defineModule({
  name: "pattern",
  summary: "A test picture with clock, frame counter and moving lights.",
  capability: { role: "source", takes: "nothing", gives: "JPEG" },
  options,
  start({ options: wanted, channels, clock, log }) {
    let running: Running | undefined;
    return {
      async open() {
        if (wanted.enabled === false || (wanted.enabled === "auto" && hasPictures(channels))) return;
        if (channels.get(wanted.channel)?.publishers.size)
          throw new HubError("conflict", `another source publishes into "${wanted.channel}": set pattern.channel`);
        running = run(wanted, channels, clock, (error) =>
          log.error({ error: messageOf(error) }, "could not make a test picture"),
        );
        log.info({ channel: wanted.channel, width: wanted.width, height: wanted.height }, "the test picture runs");
      },
      async [Symbol.asyncDispose]() {
        await running?.stop();
      },
    };
  },
});

/** Whether a source other than text has opened a channel: those come before this module in the list. */
function hasPictures(channels: Channels): boolean {
  return channels.list().some((channel) => channel.publishers.size > 0 && channel.live?.content.kind !== "text");
}

async function preparePainter({ width, height, fps }: Options): Promise<Painter> {
  const layout = layOut(width, height);
  const scenery = await drawScenery(layout, `test picture · ${width} × ${height} · ${fps} fps`);
  return Painter.create(layout, scenery);
}

interface Running {
  /** Resolves when the picture under way has been made. */
  stop(): Promise<void>;
}

function run(options: Options, channels: Channels, clock: Clock, failed: (error: unknown) => void): Running {
  const channel = channels.open(options.channel);
  const publisher = channel.publisher("pattern");
  // Not before somebody watches: the image library alone is a sixth of an idle hub's memory.
  let painter: Promise<Painter> | undefined;
  let count = 0;
  let drawing: Promise<void> | undefined;
  let cancelTimer: Cancel | undefined;
  let stopped = false;

  const isWanted = () => !stopped && channel.watched;
  const tick = () => {
    // One at a time: the painter has one canvas, and a machine that is too slow gets fewer frames, not later ones.
    if (drawing || !isWanted()) return;
    const at = clock.now();
    drawing = drawFrame((painter ??= preparePainter(options)), publisher, at, ++count, isWanted)
      .catch(failed)
      .finally(() => (drawing = undefined));
  };

  const wake = () => {
    cancelTimer = clock.every(1000 / options.fps, tick);
    tick();
  };
  const rest = () => {
    cancelTimer?.();
    publisher.rest();
  };
  const cancelListening = channel.onWatchedChange((watched) => (watched ? wake() : rest()));
  if (channel.watched) wake();
  else rest();

  return {
    async stop() {
      stopped = true;
      cancelListening();
      cancelTimer?.();
      publisher.close();
      await drawing;
    },
  };
}

async function drawFrame(
  preparing: Promise<Painter>,
  publisher: Publisher,
  at: number,
  count: number,
  wanted: () => boolean,
): Promise<void> {
  const [engine, painter] = await Promise.all([loadEngine(), preparing]);
  const pixels = painter.paint(at, count);
  const cost = encodeCost("jpeg", pixels.width, pixels.height);
  const picture = await writePicture(fromPixels(engine, pixels), { format: "jpeg", quality: QUALITY, cost });
  if (wanted()) publisher.publish(picture, at);
}
