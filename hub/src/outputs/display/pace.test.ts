import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Flight } from "./flight.ts";
import { Pace } from "./pace.ts";

const BOUND = 16;

/** A viewer on a link of this many frames per second, shown frames at `fps` for `seconds`; it acknowledges four times a second. */
function run({ fps, linkFps, seconds }: { fps: number; linkFps: number; seconds: number }, flight = new Flight()) {
  const pace = new Pace(BOUND, 0);
  const strides: number[] = [];
  const queue: number[] = [];
  let arrived = 0;
  let credit = 0;
  let most = 0;
  for (let index = 0; index < fps * seconds; index++) {
    const now = (index * 1000) / fps;
    credit = Math.min(1, credit) + linkFps / fps;
    while (credit >= 1 && queue.length > 0) {
      arrived = queue.shift() ?? arrived;
      credit--;
    }
    const arrival = index % Math.ceil(fps / 4) === 0 ? flight.ack(arrived, now) : undefined;
    if (arrival) pace.acked(arrival, flight, now);
    if (pace.meets(index)) {
      if (pace.isFull(flight)) pace.missed(now);
      else {
        flight.sent(index, 1000, now);
        queue.push(index);
      }
    }
    most = Math.max(most, flight.frames);
    strides.push(pace.stride);
  }
  return { strides, most };
}

describe("the frames under way", () => {
  it("count down to nothing by any acknowledgements of what was sent", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 100 }), (acks) => {
        const flight = new Flight();
        for (let seq = 1; seq <= 40; seq++) flight.sent(seq, seq, seq);
        let acked = 0;
        for (const seq of acks) {
          expect(flight.ack(seq, 100) !== undefined).toBe(seq > acked && seq <= 40);
          if (seq <= 40) acked = Math.max(acked, seq);
          expect(flight.frames).toBe(40 - acked);
        }
        flight.ack(40, 200);
        expect([flight.frames, flight.bytes, flight.silentMs(1e9)]).toEqual([0, 0, 0]);
      }),
    );
  });

  it("know since when an acknowledgement is owed", () => {
    const flight = new Flight();
    flight.sent(1, 10, 1000);
    flight.sent(2, 10, 1500);
    expect(flight.silentMs(2000)).toBe(1000);
    flight.ack(1, 2000);
    expect(flight.silentMs(2100)).toBe(100);
  });
});

describe("the pace of a viewer", () => {
  it("stays at every frame for one that keeps up", () => {
    expect(new Set(run({ fps: 30, linkFps: 100, seconds: 20 }).strides)).toEqual(new Set([1]));
  });

  it("falls to a tier that the link carries, and never has more under way than the bound", () => {
    const { strides, most } = run({ fps: 30, linkFps: 10, seconds: 30 });
    expect(most).toBeLessThanOrEqual(BOUND);
    expect(strides.slice(-300).every((stride) => stride >= 2)).toBe(true);
  });

  it("rises again when the link is better, and tries more rarely when it is not", () => {
    const bad = run({ fps: 30, linkFps: 10, seconds: 120 }).strides;
    const changes = (from: readonly number[]) => from.filter((stride, i) => i > 0 && stride !== from[i - 1]).length;
    expect(changes(bad.slice(0, 1800))).toBeGreaterThan(changes(bad.slice(1800)));
    const flight = new Flight();
    const pace = new Pace(BOUND, 0);
    for (let i = 0; i < 100; i++) pace.missed(i * 300);
    expect(pace.stride).toBe(8);
    for (let now = 30_000; now < 60_000; now += 250) pace.acked({ bytes: 0, delayMs: 100, sinceMs: 250 }, flight, now);
    expect(pace.stride).toBe(1);
  });

  it("has no more bytes under way than half a second of a slow link, and more again on a fast one", () => {
    const flight = new Flight();
    const pace = new Pace(1000, 0);
    const frame = (seq: number, nowMs: number, bytesPerSecond: number) => {
      let sent = seq;
      while (!pace.isFull(flight) && sent < seq + 50) flight.sent(++sent, 10_000, nowMs);
      const now = nowMs + (flight.bytes * 1000) / bytesPerSecond;
      const arrival = flight.ack(sent, now);
      if (arrival) pace.acked(arrival, flight, now);
      return [sent, now] as const;
    };
    let [seq, now] = [0, 0];
    for (let i = 0; i < 10; i++) [seq, now] = frame(seq, now, 100_000);
    expect(pace.bytes).toBeLessThanOrEqual(60_000);
    for (let i = 0; i < 10; i++) [seq, now] = frame(seq, now, 10_000_000);
    expect(pace.bytes).toBeGreaterThanOrEqual(500_000);
  });

  it("lets one frame through, however large", () => {
    const flight = new Flight();
    const pace = new Pace(BOUND, 0);
    expect(pace.isFull(flight)).toBe(false);
    flight.sent(1, 1e9, 0);
    expect(pace.isFull(flight)).toBe(true);
  });

  it("meets every eighth frame in every tier", () => {
    const pace = new Pace(BOUND, 0);
    for (let step = 0; step < 4; step++) {
      expect([0, 8, 16, 800].every((index) => pace.meets(index))).toBe(true);
      pace.missed(step * 1000);
    }
  });
});
