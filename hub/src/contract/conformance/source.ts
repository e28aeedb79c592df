import { describe, expect, it } from "vitest";
import type { Frame } from "#core/frame.ts";
import type { LiveChannel } from "#core/live-channel.ts";
import type { Channels } from "#core/registry.ts";
import { until } from "../../testing/wait.ts";

/** What a source gives the suite. */
export interface SourceUnderTest {
  /** A running hub with the source, whose peer (camera, file, producer) delivers. */
  start(): Promise<{ readonly channels: Channels; close(): Promise<void> }>;
  /** Name of the channel that it publishes into. */
  readonly channel: string;
  /** Take the peer away, and bring it back; missing for a source that has none to lose. */
  readonly peer?: { stop(): Promise<void>; start(): Promise<void> };
}

/** What every source must do, wherever its pictures come from. */
export function describeSource(name: string, source: SourceUnderTest): void {
  const open = async () => {
    const hub = await source.start();
    const channel = await until("the channel", () => hub.channels.get(source.channel));
    return { hub, channel };
  };

  describe(`${name} as a source`, () => {
    it("publishes whole pictures, in order, with a time that is not in the future", async () => {
      const { channel } = await open();
      const frames: Frame[] = [];
      const watcher = { offer: (frame: Frame) => void frames.push(frame), close: () => undefined };
      channel.add(watcher);
      await until("five frames", () => frames.length >= 5, 20_000);
      channel.remove(watcher);
      expect(frames.map((frame) => frame.seq)).toEqual(frames.map((_, i) => (frames[0]?.seq ?? 0) + i));
      for (const frame of frames) {
        expect(frame.capturedAt).toBeLessThanOrEqual(Date.now());
        if (frame.content.kind === "image") expect(frame.content.width * frame.content.height).toBeGreaterThan(0);
        else expect(frame.content.grid.glyph).toHaveLength(frame.content.grid.cols * frame.content.grid.rows);
      }
    });

    it("says who it is", async () => {
      const { channel } = await open();
      await until("its name", () => [...channel.publishers][0]?.label);
    });

    it("publishes nothing after the hub has closed", async () => {
      const { hub, channel } = await open();
      await until("a frame", () => channel.published > 0, 20_000);
      await hub.close();
      const after = channel.published;
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(channel.published).toBe(after);
    });

    const { peer } = source;
    if (!peer) return;
    it("is live again by itself when its peer comes back", async () => {
      const { channel } = await open();
      await until("a frame", () => channel.published > 0, 20_000);
      await peer.stop();
      const before = await settled(channel);
      await peer.start();
      await until("new frames", () => channel.published > before, 30_000);
    });
  });
}

/** The number of frames once none has come for a while. */
async function settled(channel: LiveChannel): Promise<number> {
  for (let last = -1; ;) {
    if (channel.published === last) return last;
    last = channel.published;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
