import { HubError } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import type { Clock } from "#core/clock.ts";
import { CHANNEL_NAME } from "#core/registry.ts";
import { z } from "zod";
import { HubSampler } from "./content/hub-figures.ts";
import { News } from "./content/news.ts";
import { cleanText } from "./content/plain-text.ts";
import { presets } from "./presets.ts";
import { renderScene } from "./render-scene.ts";
import { SceneMemory } from "./scene-memory.ts";
import { ScenePlayer } from "./scene-player.ts";

const presetNames = presets.map(({ name }) => name);

export default defineModule({
  name: "text-scene",
  summary: "A living text picture of news, clock, titles and effects, which viewers can steer.",
  capability: { role: "source", takes: "lines of text, RSS, Atom", gives: "text" },
  options: z.strictObject({
    enabled: z.boolean().default(true).meta({ description: "Whether the scene runs." }),
    channel: z.string().regex(CHANNEL_NAME).default("scene").meta({ description: "Channel that it publishes into." }),
    cols: z.int().min(16).max(400).default(80).meta({ description: "Columns." }),
    rows: z.int().min(6).max(200).default(24).meta({ description: "Rows." }),
    fps: z.int().min(1).max(60).default(15).meta({ description: "Frames per second while somebody watches." }),
    seed: z.int().default(1).meta({ description: "Hubs with the same seed, settings and time show the same frames." }),
    preset: z
      .enum(presetNames as [string, ...string[]])
      .default("aurora")
      .meta({ description: "Look to begin with." }),
    title: z.string().max(60).default("Lightwell").meta({ description: "The words in big letters." }),
    message: z.string().max(1000).default("").meta({ description: "What the stage `message` shows." }),
    news: z.string().max(2000).default("").meta({
      description: "File of lines, or http(s) address of an RSS or Atom feed or of lines. Empty: built-in lines.",
    }),
    newsRefreshSeconds: z.int().min(10).default(300).meta({ description: "How often an address is read again." }),
    newsFromPrivateNetwork: z
      .boolean()
      .default(false)
      .meta({ description: "Whether the news may come from an address that is not on the public internet." }),
  }),
  needs: ["report", "store"],
  start({ options, channels, clock, log, report, store }) {
    const sampler = new HubSampler(channels, report, clock);
    const news = new News(
      {
        from: options.news,
        refreshMs: options.newsRefreshSeconds * 1000,
        allowPrivate: options.newsFromPrivateNetwork,
      },
      clock,
      log,
    );
    const words = {
      title: cleanText(options.title, 60),
      message: cleanText(options.message, 1000, { keepLines: true }),
    };
    const { cols, rows, seed, fps, preset } = options;
    const memory = new SceneMemory(store.collection("text-scene"), options.channel, preset, { clock, log });
    let player: ScenePlayer | undefined;

    return {
      async open() {
        if (!options.enabled) return;
        if (channels.get(options.channel)?.publishers.size)
          throw new HubError("conflict", `another source publishes into "${options.channel}": set text-scene.channel`);
        // A scene that stands still is what its viewers wanted: never frozen.
        const channel = channels.open(options.channel, { frozenTimeoutMs: 0 });
        const first = await memory.recall();
        player = new ScenePlayer(
          channel,
          { label: `text-scene ${news.label}`, fps, scene: first, onScene: (scene) => memory.note(scene) },
          (scene, time, publisher) => {
            publisher.status = news.problem && `news: ${news.problem}`;
            const data = { ...words, news: news.lines, utcOffsetMinutes: utcOffset(clock), hub: sampler.figures() };
            return renderScene(scene, { ...time, seed, cols, rows, data });
          },
        );
        void news.start();
        log.info({ channel: channel.name, cols, rows, fps, preset: first.preset }, "the text scene runs");
      },
      async [Symbol.asyncDispose]() {
        news.stop();
        player?.stop();
        await memory.save();
      },
    };
  },
});

/** Minutes that the machine's local time is ahead of UTC now. */
function utcOffset(clock: Clock): number {
  return -new Date(clock.now()).getTimezoneOffset();
}
