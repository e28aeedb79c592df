import { defineModule } from "#contract/module.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import { z } from "zod";
import { ChannelStandby } from "./channel-standby.ts";
import { ownPlaceholder } from "./own-placeholder.ts";

const options = z.strictObject({
  fallbackAfterMs: z.int().min(0).default(2000).meta({
    description: "From the stall to the frames of the fallback channel, in ms; the badge is seen until then.",
  }),
  placeholderAfterMs: z.int().min(0).default(60_000).meta({
    description: "From the stall to the placeholder, in ms; the last picture with a badge is seen until then.",
  }),
  placeholder: z.string().min(1).optional().meta({
    description: "File of a picture (JPEG, WebP, PNG) to show as the placeholder. Without it one is drawn.",
  }),
});

const CHECK_INTERVAL_MS = 250;
/** A check that comes so late says that the hub was held up, not that sources were: what they sent is yet to be read. */
const HELD_UP_MS = 4 * CHECK_INTERVAL_MS;

export default defineModule({
  name: "standby",
  summary: "Acts when a source stops: badge, fallback channel, placeholder, or closing the viewers.",
  capability: { role: "service", takes: "channels that stall or freeze", gives: "badges, placeholders" },
  options,
  async start({ options: { placeholder, ...steps }, channels, clock, log, metrics }) {
    const own = placeholder === undefined ? undefined : await ownPlaceholder(placeholder, log);
    const wanted = { ...steps, placeholder: own };
    const stalls = metrics.counter("stalls_total", "Times that a channel stalled.");
    const freezes = metrics.counter("freezes_total", "Times that a channel froze.");
    const closed = metrics.counter("closed_viewers_total", "Viewers closed because their channel was stalled.");
    const counts = {
      stalled: () => stalls.add(),
      frozen: () => freezes.add(),
      closedViewers: (count: number) => closed.add(count),
    };
    const byChannel = new Map<LiveChannel, ChannelStandby>();
    let checkedAt = clock.now();
    let excused = false;
    metrics.gauge("channel_state", "1 for the state that a channel is in.", ["channel", "state"], (gauge) => {
      for (const [channel, standby] of byChannel) gauge.set(1, { channel: channel.name, state: standby.state });
    });
    const cancels = [
      channels.onAdded((channel) => {
        byChannel.set(channel, new ChannelStandby(channel, channels, wanted, log, counts));
      }),
      channels.onRemoved((channel) => {
        byChannel.get(channel)?.stop();
        byChannel.delete(channel);
      }),
      clock.every(CHECK_INTERVAL_MS, () => {
        const heldUp = clock.now() - checkedAt >= HELD_UP_MS;
        checkedAt = clock.now();
        // Once in a row: on a machine that is always late a source can still stop.
        excused = heldUp && !excused;
        if (excused) return;
        for (const standby of byChannel.values()) standby.check();
      }),
    ];
    return {
      async [Symbol.asyncDispose]() {
        for (const cancel of cancels) cancel();
        for (const standby of byChannel.values()) standby.stop();
        byChannel.clear();
      },
    };
  },
});
