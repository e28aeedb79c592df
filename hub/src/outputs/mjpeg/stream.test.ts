import { describe, expect, it } from "vitest";
import type { Channel } from "#core/channel.ts";
import type { Content } from "#core/frame.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { Rendition } from "#core/rendition.ts";
import { plainChannels } from "#testing/channels.ts";
import { Stream } from "./stream.ts";
import type { StreamViewer } from "./stream-viewer.ts";

const picture = (): Content => ({ kind: "image", format: "jpeg", bytes: Uint8Array.of(1), width: 1, height: 1 });

/** A stream of this channel, and how often its one viewer was shown the last picture again. */
function watch(channel: Channel, clock: ManualClock) {
  const seen = { repeats: 0 };
  const viewer = { repeat: () => void seen.repeats++, review: () => undefined };
  const stream = new Stream(channel, clock);
  stream.add(viewer as unknown as StreamViewer);
  channel.add({ offer: () => undefined, close: () => undefined });
  return seen;
}

describe("the last picture", () => {
  it.each([
    { fps: 30, everyMs: 33 },
    { fps: 5, everyMs: 200 },
    { fps: 2, everyMs: 500 },
  ])("is not repeated while a source of $fps pictures a second delivers, and is when it stops", ({ everyMs }) => {
    const clock = new ManualClock();
    const channel = plainChannels(clock).open("cam");
    const source = channel.publisher("test");
    const seen = watch(channel, clock);
    for (let i = 0; i < 20; i++) {
      source.publish(picture());
      clock.advance(everyMs);
    }
    // Before the second picture nothing is known of how often they come.
    expect(seen.repeats).toBeLessThanOrEqual(1);
    const before = seen.repeats;
    clock.advance(10_000);
    expect(seen.repeats - before).toBeGreaterThanOrEqual(8);
    expect(seen.repeats - before).toBeLessThanOrEqual(11);
  });

  it("is repeated soon where the next one is not about to come", () => {
    const clock = new ManualClock();
    const channel = plainChannels(clock).open("cam");
    const source = channel.publisher("test");
    const seen = watch(channel, clock);
    for (let i = 0; i < 3; i++) {
      source.publish(picture());
      clock.advance(4900);
      const before = seen.repeats;
      source.publish(picture());
      clock.advance(210);
      expect(seen.repeats).toBe(before + 1);
      clock.advance(4790);
    }
  });

  it.each([5, 1, 0.5])("is not repeated within a rate of %d pictures a second", (fps) => {
    const clock = new ManualClock();
    const channel = plainChannels(clock).open("cam");
    const source = channel.publisher("test");
    const thin = Rendition.of(channel, `fps=${fps}`, ({ content }) => content, { minIntervalMs: 1000 / fps });
    const seen = watch(thin, clock);
    for (let i = 0; i < 500; i++) {
      source.publish(picture());
      clock.advance(33);
    }
    expect(seen.repeats).toBeLessThanOrEqual(2);
  });
});
