import { describe, expect, it } from "vitest";
import type { Content } from "./frame.ts";
import type { ChannelSettings } from "./live-channel.ts";
import { ManualClock } from "./manual-clock.ts";
import { Channels } from "./registry.ts";

const MINUTE = 60_000;
const picture = (value = 1): Content => ({
  kind: "image",
  format: "jpeg",
  bytes: Uint8Array.of(value),
  width: 1,
  height: 1,
});

function open(wished: Partial<ChannelSettings> = {}) {
  const clock = new ManualClock();
  const settings: ChannelSettings = {
    visibility: "public",
    whenStalled: "placeholder",
    stallTimeoutMs: undefined,
    comesAndGoes: false,
    frozenTimeoutMs: MINUTE,
    fallback: undefined,
  };
  const channel = new Channels(clock, () => ({ ...settings, ...wished })).open("a");
  let value = 0;
  const source = channel.publisher("test");
  /** Publish a picture, each a different one, every so often. */
  const publish = (times: number, everyMs: number) => {
    for (let i = 0; i < times; i++) {
      source.publish(picture(value++));
      clock.advance(everyMs);
    }
  };
  return { clock, channel, publish };
}

describe("without a stall time-out of its own a channel", () => {
  it("is stalled after ten seconds when its frames come often", () => {
    const { clock, channel, publish } = open();
    publish(30, 33);
    clock.advance(9900);
    expect(channel.health.state).toBe("live");
    clock.advance(100);
    expect(channel.health.state).toBe("stalled");
  });

  it("is live between the pictures of a source that sends one in five minutes, and not frozen", () => {
    const { clock, channel, publish } = open({ comesAndGoes: true });
    for (let i = 0; i < 5; i++) {
      publish(1, 5 * MINUTE - 1);
      expect(channel.health.state).toBe("live");
      clock.advance(1);
    }
    clock.advance(10 * MINUTE);
    expect(channel.health.state).toBe("stalled");
  });

  it("is live between those of one that sends three at a time", () => {
    const { channel, publish } = open({ comesAndGoes: true });
    for (let i = 0; i < 4; i++) {
      publish(2, 100);
      publish(1, 5 * MINUTE - 200);
    }
    expect(channel.health.state).toBe("live");
  });

  it("is stalled when one that sends a picture a day is an hour late", () => {
    const { clock, channel, publish } = open({ comesAndGoes: true });
    publish(2, 24 * 60 * MINUTE);
    clock.advance(59 * MINUTE);
    expect(channel.health.state).toBe("live");
    clock.advance(2 * MINUTE);
    expect(channel.health.state).toBe("stalled");
  });

  it("is stalled soon after a first picture when its source is there all the time", () => {
    const { channel, publish } = open();
    publish(1, 10_000);
    expect(channel.health.state).toBe("stalled");
  });
});

describe("the picture of an earlier run", () => {
  it("is shown with its age while the source is awaited, and is no frame of this run", () => {
    const { clock, channel, publish } = open({ comesAndGoes: true });
    const takenAt = clock.now() - 2 * MINUTE;
    channel.restore(picture(), takenAt, 5 * MINUTE);
    expect(channel.latest).toMatchObject({ capturedAt: takenAt, substitute: false, seq: 1 });
    expect([channel.published, channel.health.state]).toEqual([0, "waiting"]);
    clock.advance(13 * MINUTE);
    expect(channel.health).toEqual({ state: "stalled", since: takenAt });
    publish(1, 0);
    expect([channel.latest?.seq, channel.health.state]).toEqual([2, "live"]);
    // How often its pictures come is known from then.
    clock.advance(14 * MINUTE);
    expect(channel.health.state).toBe("live");
  });

  it("never takes the place of one that came", () => {
    const { channel, clock, publish } = open();
    publish(1, 0);
    channel.restore(picture(), clock.now() - MINUTE);
    expect([channel.latest?.seq, channel.latest?.capturedAt]).toEqual([1, clock.now()]);
  });
});
