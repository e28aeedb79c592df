import { join } from "node:path";
import { messageOf } from "#contract/errors.ts";
import { defineModule } from "#contract/module.ts";
import { ChannelRefused } from "#core/registry.ts";
import { z } from "zod";
import { ChangedSettings } from "./changed-settings.ts";
import { KnownNames } from "./known-names.ts";
import { LastPictures } from "./last-pictures.ts";
import { PictureFolder } from "./picture-folder.ts";

/** From a change in one hub to its being in force in the others on the same data folder. */
const RELOAD_EVERY_MS = 1000;
const LOOK_EVERY_MS = 500;
const MOST_BYTES = 64 * 1024 * 1024;

export default defineModule({
  name: "channel-memory",
  summary: "Remembers channels over restarts: changed settings, names, the last picture.",
  capability: { role: "service", takes: "settings, names, pictures", gives: "channels that wait for their source" },
  options: z.strictObject({
    lastPictures: z.int().min(0).max(1000).default(64).meta({
      description: "Pushed channels whose last picture is kept over a restart, 64 MB in all. 0: none, on no disk.",
    }),
  }),
  needs: ["store"],
  provides: ["channelMemory"],
  async start({ options, channels, clock, log, dataDir, store }) {
    const settings = new ChangedSettings(store, channels);
    const names = new KnownNames(store, clock);
    const limits = { most: options.lastPictures, mostBytes: MOST_BYTES };
    const folder = new PictureFolder(join(dataDir, "pictures"), limits);
    const pictures = new LastPictures(folder, log);
    await settings.reload();
    const known = await names.load();
    await folder.open(new Set(known.map(({ name }) => name)));

    let failing = false;
    const cancels = [
      clock.every(RELOAD_EVERY_MS, () => {
        settings.reload().then(
          () => (failing = false),
          (error: unknown) => {
            // Once, not every second.
            if (!failing) log.warn({ error: messageOf(error) }, "changed settings of channels cannot be read");
            failing = true;
          },
        );
      }),
      clock.every(LOOK_EVERY_MS, () => {
        if (options.lastPictures > 0) pictures.tick();
      }),
    ];
    return {
      services: {
        channelMemory: {
          change: (name, change) => settings.change(name, change),
          async recall(kind, wished) {
            for (const { name } of known.filter((one) => one.kind === kind)) {
              try {
                await pictures.restore(channels.expect(name, wished));
              } catch (error) {
                // There are fewer places than there were.
                if (!(error instanceof ChannelRefused)) throw error;
              }
            }
          },
          remember(kind, channel) {
            pictures.follow(channel);
            names.add(channel.name, kind).catch((error: unknown) => {
              log.warn({ channel: channel.name, error: messageOf(error) }, "the name of a channel cannot be kept");
            });
          },
          async forget(name) {
            await names.delete(name);
            await pictures.forget(name);
          },
        },
      },
      async [Symbol.asyncDispose]() {
        for (const cancel of cancels) cancel();
        if (options.lastPictures > 0) await pictures.flush();
      },
    };
  },
});
