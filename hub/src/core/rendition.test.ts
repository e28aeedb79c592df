import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Channel, Watcher } from "./channel.ts";
import type { Content, Frame } from "./frame.ts";
import { LeftOut } from "./errand.ts";
import { ManualClock } from "./manual-clock.ts";
import { plainChannels } from "#testing/channels.ts";
import { Rendition } from "./rendition.ts";
import { Viewer } from "./viewer.ts";

const picture: Content = { kind: "image", format: "jpeg", bytes: new Uint8Array(1), width: 1, height: 1 };

function openSource() {
  const clock = new ManualClock();
  const channels = plainChannels(clock);
  const channel = channels.open("a");
  const source = channel.publisher("test");
  return { clock, channel, publish: () => source.publish(picture) };
}

/** Notes which frames came when, in ms since the start. */
class Notes implements Watcher {
  readonly seen: Array<{ readonly seq: number; readonly atMs: number }> = [];
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.add(this);
  }

  offer(frame: Frame): void {
    this.seen.push({ seq: frame.seq, atMs: this.#channel.clock.monotonic() });
  }

  close(): void {}

  get seqs(): number[] {
    return this.seen.map(({ seq }) => seq);
  }
}

describe("a thinned rendition", () => {
  const thin = (channel: Channel, minIntervalMs: number) =>
    Rendition.of(channel, `every ${minIntervalMs} ms`, (frame) => frame.content, { minIntervalMs });

  it("makes the first frame of a burst at once and the last one when its time has come", () => {
    const { clock, channel, publish } = openSource();
    const notes = new Notes(thin(channel, 100));
    for (let i = 0; i < 5; i++) publish();
    expect(notes.seqs).toEqual([1]);
    clock.advance(99);
    expect(notes.seqs).toEqual([1]);
    clock.advance(1);
    expect(notes.seqs).toEqual([1, 5]);
    clock.advance(1000);
    expect(notes.seqs).toEqual([1, 5]);
  });

  it("keeps the wanted rate on average when the source's rate is no multiple of it", () => {
    const { clock, channel, publish } = openSource();
    const notes = new Notes(thin(channel, 100));
    for (let i = 0; i < 300; i++) {
      publish();
      clock.advance(33);
    }
    expect(notes.seen.length).toBeGreaterThanOrEqual(99);
    expect(notes.seen.length).toBeLessThanOrEqual(101);
  });

  it("never exceeds the rate, ends on the last frame and holds one timer, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 1, maxLength: 60 }), (gaps) => {
        const { clock, channel, publish } = openSource();
        const notes = new Notes(thin(channel, 100));
        for (const gap of gaps) {
          publish();
          expect(clock.pending).toBeLessThanOrEqual(1);
          clock.advance(gap);
        }
        clock.advance(200);
        expect(notes.seqs.at(-1)).toBe(gaps.length);
        expect(clock.pending).toBe(0);
        notes.seen.forEach(({ atMs }, i) => {
          const from = notes.seen[0]?.atMs ?? 0;
          expect(i).toBeLessThanOrEqual((atMs - from) / 100);
        });
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no timer behind when nobody watches any more", () => {
    const { clock, channel, publish } = openSource();
    const rendition = thin(channel, 100);
    const notes = new Notes(rendition);
    publish();
    publish();
    expect(clock.pending).toBe(1);
    rendition.remove(notes);
    expect([clock.pending, channel.watched]).toEqual([0, false]);
    clock.advance(1000);
    expect(notes.seqs).toEqual([1]);
  });
});

describe("a rendition", () => {
  it("is found again by its key though it was forgotten before anybody watched it", () => {
    const { channel } = openSource();
    const rendition = Rendition.of(channel, "x", (frame) => frame.content);
    channel.renditions.clear();
    const notes = new Notes(rendition);
    expect(Rendition.of(channel, "x", (frame) => frame.content)).toBe(rendition);
    rendition.remove(notes);
    expect(channel.renditions.size).toBe(0);
  });
});

describe("a rendition that waits for its turn", () => {
  /** Transforms that wait until they are told to begin. */
  function queueing(channel: Channel, thinning: { minIntervalMs?: number } = {}) {
    const turns: Array<{
      readonly frame: Frame;
      readonly clients: () => Iterable<string>;
      readonly begin: () => void;
    }> = [];
    const rendition = Rendition.of(
      channel,
      "queued",
      (frame, { signal, clients }) =>
        new Promise<Content>((resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new LeftOut()));
          turns.push({ frame, clients, begin: () => resolve(frame.content) });
        }),
      thinning,
    );
    return { rendition, turns };
  }

  it.each([0, 100])(
    "gives it to the newest frame, and counts no failure (at least %d ms apart)",
    async (minIntervalMs) => {
      const { channel, publish } = openSource();
      const { rendition, turns } = queueing(channel, { minIntervalMs });
      const notes = new Notes(rendition);
      publish();
      publish();
      publish();
      await setImmediate();
      turns.at(-1)?.begin();
      await setImmediate();
      expect(notes.seqs).toEqual([3]);
      expect(rendition.failures).toBe(0);
    },
  );

  it("leaves it when nobody watches any more, and makes the same frame for those who come then", async () => {
    const { channel, publish } = openSource();
    const { rendition, turns } = queueing(channel);
    const first = new Notes(rendition);
    publish();
    rendition.remove(first);
    const second = new Notes(rendition);
    await setImmediate();
    turns.at(-1)?.begin();
    await setImmediate();
    expect([first.seqs, second.seqs]).toEqual([[], [1]]);
  });

  it("says for whom it works while it waits", () => {
    const { channel, publish, clock } = openSource();
    const { rendition, turns } = queueing(channel);
    const transport = { send: () => true, close: () => undefined };
    const watch = (to: Channel, remote: string) =>
      to.add(new Viewer(to, clock, { output: "test", name: remote, remote }, transport));
    watch(rendition, "192.0.2.1");
    publish();
    watch(
      Rendition.of(rendition, "of it", (frame) => frame.content),
      "192.0.2.2",
    );
    expect([...(turns[0]?.clients() ?? [])]).toEqual(["192.0.2.1", "192.0.2.2"]);
  });
});
