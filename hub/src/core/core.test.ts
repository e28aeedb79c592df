import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Channels } from "./registry.ts";
import { Encoding, Frame, type Content } from "./frame.ts";
import type { ChannelSettings } from "./live-channel.ts";
import { ManualClock } from "./manual-clock.ts";
import { Rendition } from "./rendition.ts";
import { Viewer, type CloseReason } from "./viewer.ts";

const settings: ChannelSettings = {
  visibility: "public",
  whenStalled: "hold",
  stallTimeoutMs: 10_000,
  comesAndGoes: false,
  frozenTimeoutMs: 60_000,
  fallback: undefined,
};

const picture = (value: number): Content => ({
  kind: "image",
  format: "jpeg",
  bytes: new Uint8Array([value & 255, value >> 8]),
  width: 1,
  height: 1,
});

function openHub() {
  const clock = new ManualClock();
  const channels = new Channels(clock, (_name, wished) => ({ ...settings, ...wished }));
  return { clock, channels };
}

/** A peer that takes a frame when the test says so. */
class Peer {
  readonly seqs: number[] = [];
  closedWith: CloseReason | undefined;
  inFlight = 0;
  mostInFlight = 0;
  readonly viewer: Viewer;

  constructor(channel: ConstructorParameters<typeof Viewer>[0], clock: ManualClock, slow = true) {
    this.viewer = new Viewer(
      channel,
      clock,
      { output: "test", name: "peer", remote: "-" },
      {
        send: (frame) => {
          this.seqs.push(frame.seq);
          this.inFlight++;
          this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
          if (!slow) this.inFlight--;
          return !slow;
        },
        close: (reason) => (this.closedWith = reason),
      },
    );
    channel.add(this.viewer);
  }

  drain(): void {
    if (this.inFlight === 0) return;
    this.inFlight--;
    this.viewer.ready();
  }
}

describe("a viewer", () => {
  it("sees increasing numbers, ends on the latest frame and holds one in flight, whatever the interleaving", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("publish", "drain", "repeat"), { maxLength: 200 }),
        fc.boolean(),
        (steps, early) => {
          const { channels, clock } = openHub();
          const channel = channels.open("a");
          const source = channel.publisher("test");
          if (early) source.publish(picture(0));
          const peer = new Peer(channel, clock);
          for (const step of steps) {
            if (step === "publish") source.publish(picture(channel.published));
            else if (step === "drain") peer.drain();
            else peer.viewer.repeat();
          }
          while (peer.inFlight > 0) peer.drain();
          expect(peer.mostInFlight).toBeLessThanOrEqual(1);
          expect(peer.seqs.every((seq, i) => i === 0 || seq >= (peer.seqs[i - 1] ?? 0))).toBe(true);
          expect(peer.seqs.at(-1)).toBe(channel.latest?.seq);
          const seen = new Set(peer.seqs).size;
          expect(seen).toBe(peer.viewer.delivered);
          if (channel.latest)
            expect(peer.viewer.delivered + peer.viewer.skipped).toBe(channel.latest.seq - (peer.seqs[0] ?? 1) + 1);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("gets the current frame at once when it comes late", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    channel.publisher("test").publish(picture(7));
    expect(new Peer(channel, clock).seqs).toEqual([1]);
  });

  it("does not hold up another", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const slow = new Peer(channel, clock);
    const fast = new Peer(channel, clock, false);
    for (let i = 0; i < 5; i++) source.publish(picture(i));
    expect(fast.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(slow.seqs).toEqual([1]);
    slow.drain();
    expect(slow.seqs).toEqual([1, 5]);
    expect(slow.viewer.skipped).toBe(3);
    expect(channel.totals).toEqual({ delivered: 7, skipped: 3 });
    slow.viewer.detach();
    expect(channel.totals).toEqual({ delivered: 7, skipped: 3 });
  });

  it("grows older while it is behind", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    channel.publisher("test").publish(picture(1));
    const peer = new Peer(channel, clock);
    clock.advance(700);
    expect(peer.viewer.ageMs).toBe(700);
    peer.drain();
    clock.advance(5000);
    expect(peer.viewer.ageMs).toBe(700);
  });

  it("is closed when its transport takes nothing for the given time", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    channel.publisher("test").publish(picture(1));
    const silent = new Peer(channel, clock);
    const reading = new Peer(channel, clock, false);
    clock.advance(9_999);
    expect(channels.closeNotReading(10_000)).toBe(0);
    clock.advance(1);
    expect(channels.closeNotReading(10_000)).toBe(1);
    expect(silent.closedWith).toBe("not-reading");
    expect(reading.closedWith).toBeUndefined();
    expect([...channel.viewers()]).toEqual([reading.viewer]);
  });
});

describe("a viewer whose peer acknowledges", () => {
  it("is given a frame while it is busy when time has made room, and is told how old pictures were", () => {
    const { clock, channels } = openHub();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const sent: number[] = [];
    let room = false;
    const info = { output: "test", name: "peer", remote: "-" };
    const viewer = new Viewer(channel, clock, info, {
      send: (frame) => (sent.push(frame.seq), false),
      hasRoom: () => room,
      acknowledged: true,
      close: () => undefined,
    });
    channel.add(viewer);
    for (let i = 0; i < 3; i++) source.publish(picture(i));
    expect([sent, viewer.skipped, viewer.behind]).toEqual([[1], 1, true]);
    room = true;
    source.publish(picture(4));
    expect([sent, viewer.skipped, viewer.behind]).toEqual([[1, 4], 2, false]);
    viewer.ready();
    expect(viewer.ageMs).toBeUndefined();
    viewer.reportAge(40);
    expect(viewer.ageMs).toBe(40);
  });
});

describe("viewers that take nothing", () => {
  it("are excused for the time in which the hub itself did nothing", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    channel.publisher("test").publish(picture(1));
    const silent = new Peer(channel, clock);
    clock.advance(4000);
    expect(channels.closeNotReading(10_000)).toBe(0);
    clock.advance(60_000);
    expect(channels.closeNotReading(10_000, 59_000)).toBe(0);
    clock.advance(4_999);
    expect(channels.closeNotReading(10_000)).toBe(0);
    clock.advance(1);
    expect(channels.closeNotReading(10_000)).toBe(1);
    expect(silent.closedWith).toBe("not-reading");
    const late = new Peer(channel, clock);
    clock.advance(10);
    expect(channels.closeNotReading(10_000, 59_000)).toBe(0);
    expect(late.viewer.busySince).toBe(clock.monotonic());
  });
});

describe("a frame", () => {
  it("is written down once per encoding and variant", () => {
    const frame = new Frame(1, 0, picture(1));
    const part = new Encoding<string>("part");
    let built = 0;
    const write = (variant?: string) => frame.encoded(part, () => `${++built}`, variant);
    expect([write(), write(), write("x"), write("x"), write()]).toEqual(["1", "1", "2", "2", "1"]);
  });
});

describe("a rendition", () => {
  it("gives its first viewer a frame once, also when it has it at hand", () => {
    const { clock, channels } = openHub();
    const channel = channels.open("cam");
    channel.publisher("test").publish(picture(1));
    const peer = new Peer(
      Rendition.of(channel, "same", (frame) => frame.content),
      clock,
      false,
    );
    expect(peer.seqs).toEqual([1]);
  });

  it("runs only while watched and is forgotten afterwards", async () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    let runs = 0;
    const open = () => Rendition.of(channel, "x2", async (frame) => (runs++, frame.content));
    source.publish(picture(1));
    expect([runs, channel.watched]).toEqual([0, false]);
    const peer = new Peer(open(), clock, false);
    expect(open()).toBe(peer.viewer.channel);
    await Promise.resolve().then(() => undefined);
    await new Promise(setImmediate);
    expect(peer.seqs).toEqual([1]);
    expect([...channel.viewers()]).toEqual([peer.viewer]);
    peer.viewer.detach();
    expect([channel.watched, channel.renditions.size]).toEqual([false, 0]);
    source.publish(picture(2));
    expect(runs).toBe(1);
  });

  it("makes one frame at a time, the newest next, and each only once", async () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const finish: Array<() => void> = [];
    const made: number[] = [];
    const rendition = Rendition.of(channel, "slow", (frame) => {
      made.push(frame.seq);
      return new Promise((resolve) => finish.push(() => resolve(frame.content)));
    });
    const peer = new Peer(rendition, clock, false);
    for (let i = 1; i <= 4; i++) source.publish(picture(i));
    expect(made).toEqual([1]);
    finish.shift()?.();
    await new Promise(setImmediate);
    expect(made).toEqual([1, 4]);
    finish.shift()?.();
    await new Promise(setImmediate);
    expect(peer.seqs).toEqual([1, 4]);
    // The viewer kept up with the rendition: what that left out is no miss of his.
    expect(peer.viewer.skipped).toBe(0);
  });

  it("leaves out a frame that it cannot make, counts it, and goes on", async () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    const rendition = Rendition.of(channel, "picky", async (frame) => {
      if (frame.seq === 1) throw new Error("broken picture");
      return frame.content;
    });
    const peer = new Peer(rendition, clock, false);
    source.publish(picture(1));
    await new Promise(setImmediate);
    source.publish(picture(2));
    await new Promise(setImmediate);
    expect(peer.seqs).toEqual([2]);
    expect(rendition.failures).toBe(1);
  });
});

describe("a channel", () => {
  it("tells waiting, live, frozen and stalled apart, and recovers by itself", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a", { stallTimeoutMs: 1000, frozenTimeoutMs: 3000 });
    const source = channel.publisher("test");
    expect(channel.health.state).toBe("waiting");
    source.publish(picture(1));
    expect(channel.health.state).toBe("live");
    const start = clock.now();
    for (let i = 0; i < 6; i++) {
      clock.advance(500);
      source.publish(picture(1));
    }
    expect(channel.health).toEqual({ state: "frozen", since: start });
    source.publish(picture(2));
    expect(channel.health.state).toBe("live");
    clock.advance(1000);
    expect(channel.health).toEqual({ state: "stalled", since: clock.now() - 1000 });
    channel.substitute(picture(9));
    expect(channel.health.state).toBe("stalled");
    expect(channel.live?.seq).toBe(8);
    source.publish(picture(3));
    expect(channel.health.state).toBe("live");
  });

  it("shows a substitute until the picture changes, when told so, and loses no count by it", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const source = channel.publisher("test");
    source.publish(picture(1));
    const peer = new Peer(channel, clock, false);
    channel.substitute(picture(9), "changed-frame");
    for (let i = 0; i < 3; i++) source.publish(picture(1));
    expect([channel.latest?.substitute, channel.published]).toEqual([true, 4]);
    source.publish(picture(2));
    expect([channel.latest?.substitute, channel.live?.seq]).toEqual([false, 3]);
    channel.substitute(picture(9));
    source.publish(picture(2));
    expect(peer.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(peer.viewer.skipped).toBe(0);
  });

  it("rests while nobody watches, keeps no old picture, and is stalled only if it does not wake", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a", { stallTimeoutMs: 1000 });
    const source = channel.publisher("test");
    source.publish(picture(1));
    source.rest();
    clock.advance(5000);
    expect([channel.health.state, channel.latest, channel.live]).toEqual(["resting", undefined, undefined]);
    const peer = new Peer(channel, clock, false);
    source.rest();
    clock.advance(999);
    expect([channel.health.state, peer.seqs]).toEqual(["live", []]);
    clock.advance(1);
    expect(channel.health.state).toBe("stalled");
    source.publish(picture(2));
    expect([channel.health.state, peer.seqs]).toEqual(["live", [2]]);
  });

  it("fails while no source delivers and each says why, until one does", () => {
    const { channels } = openHub();
    const channel = channels.open("a");
    const [camera, film] = [channel.publisher("camera"), channel.publisher("film")];
    expect(channel.fault).toBeUndefined();
    camera.fault = "no answer";
    expect(channel.fault).toBeUndefined();
    film.fault = "no such file";
    film.fault = "no disk";
    expect([channel.fault, channel.faults]).toEqual(["no answer", 2]);
    film.publish(picture(1));
    expect([channel.fault, film.fault, channel.faults]).toEqual([undefined, "", 2]);
    film.close();
    expect(channel.fault).toBe("no answer");
    camera.close();
    expect(channel.fault).toBeUndefined();
  });

  it("says when the first watcher comes and the last leaves", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const heard: boolean[] = [];
    channel.onWatchedChange((watched) => heard.push(watched));
    const [one, two] = [new Peer(channel, clock), new Peer(channel, clock)];
    one.viewer.detach();
    two.viewer.detach();
    expect(heard).toEqual([true, false]);
  });

  it("closes its viewers, those of renditions too, when it is removed", () => {
    const { channels, clock } = openHub();
    const channel = channels.open("a");
    const direct = new Peer(channel, clock);
    const derived = new Peer(
      Rendition.of(channel, "same", (frame) => frame.content),
      clock,
    );
    expect(channels.remove("a")).toBe(true);
    expect([direct.closedWith, derived.closedWith]).toEqual(["channel-closed", "channel-closed"]);
    expect(new Peer(channel, clock).closedWith).toBe("channel-closed");
    expect(channels.get("a")).toBeUndefined();
  });

  it.each(["", "A", "-a", "a/b", "..", "a b", "ä", "x".repeat(65)])("cannot be called %j", (name) => {
    expect(() => openHub().channels.open(name)).toThrow(/is no channel name/);
  });
});
