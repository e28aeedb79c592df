import type { Metrics } from "#contract/metrics.ts";
import type { Health, LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";

const states: readonly Health[] = ["waiting", "live", "stalled", "frozen", "resting"];

/** Per-channel figures, read when they are scraped. */
export function addGauges(metrics: Metrics, channels: Channels): void {
  const perChannel = (name: string, help: string, read: (channel: LiveChannel) => number | undefined) =>
    metrics.gauge(name, help, ["channel"], (gauge) => {
      for (const channel of channels.list()) {
        const value = read(channel);
        if (value !== undefined) gauge.set(value, { channel: channel.name });
      }
    });
  perChannel("channel_fps", "Frames published per second.", ({ fps }) => fps);
  perChannel("channel_published_frames", "Frames published.", ({ published }) => published);
  perChannel("channel_published_bytes", "Bytes published.", ({ publishedBytes }) => publishedBytes);
  perChannel("channel_viewers", "Who watches now.", (channel) => [...channel.viewers()].length);
  perChannel("channel_delivered_frames", "Frames handed to viewers.", ({ totals }) => totals.delivered);
  perChannel("channel_delivered_bytes", "Bytes handed to viewers.", ({ deliveredBytes }) => deliveredBytes);
  perChannel(
    "channel_skipped_frames",
    "Frames that viewers missed because newer ones came.",
    ({ totals }) => totals.skipped,
  );
  perChannel("channel_viewer_age_seconds", "Age of the oldest picture that a viewer sees.", (channel) => {
    const ages = [...channel.viewers()].map((viewer) => viewer.ageMs).filter((age) => age !== undefined);
    return ages.length > 0 ? Math.max(...ages) / 1000 : undefined;
  });
  metrics.gauge("channel_health", "1 for the state that the channel is in.", ["channel", "state"], (gauge) => {
    for (const channel of channels.list()) {
      const now = channel.health.state;
      for (const state of states) gauge.set(state === now ? 1 : 0, { channel: channel.name, state });
    }
  });
  perChannel("channel_failing", "1 while no source of the channel delivers and it is known why.", ({ fault }) =>
    fault === undefined ? 0 : 1,
  );
  perChannel("channel_faults", "How often a source stopped delivering and said why.", ({ faults }) => faults);
  metrics.gauge("viewers", "Who watches now, by output.", ["output"], (gauge) => {
    const counts = new Map<string, number>();
    for (const channel of channels.list())
      for (const { info } of channel.viewers()) counts.set(info.output, (counts.get(info.output) ?? 0) + 1);
    for (const [output, count] of counts) gauge.set(count, { output });
  });
}
