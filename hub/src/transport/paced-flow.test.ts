import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SimulatedPath, watchOver } from "./simulated-link.fixture.ts";

const FPS = 30;
const Mbit = 125_000;

/** Links to homes, offices, phones and other continents; what one picture takes is known to be seconds at most. */
const links = fc
  .record({
    rate: fc.integer({ min: 3, max: 1000 }).map((tenths) => (tenths * Mbit) / 10),
    roundTripMs: fc.integer({ min: 0, max: 300 }),
    pictureBytes: fc.integer({ min: 2000, max: 200_000 }),
  })
  .filter(({ rate, pictureBytes }) => pictureBytes / rate < 2);

/** Pictures per second and the age of nearly all, ms, from some time on. */
function seen(path: SimulatedPath, pictureBytes: number, { fromMs, forMs }: { fromMs: number; forMs: number }) {
  const { pictures, flow } = watchOver(path, { fps: FPS, pictureBytes, forMs });
  const counted = pictures.filter(({ at }) => at > fromMs);
  const ages = counted.map(({ ageMs }) => ageMs).toSorted((a, b) => a - b);
  return {
    perSecond: (counted.length * 1000) / (forMs - fromMs),
    ageMs: ages[Math.floor(ages.length * 0.95)] ?? Infinity,
    flow,
  };
}

describe("a flow over a link", () => {
  it("uses what the link carries, and what arrives is recent, whatever its rate and distance", () => {
    fc.assert(
      fc.property(links, ({ rate, roundTripMs, pictureBytes }) => {
        const { perSecond, ageMs } = seen({ rate: () => rate, roundTripMs }, pictureBytes, {
          fromMs: 6000,
          forMs: 26_000,
        });
        // A picture more or less falls into the time that is looked at.
        expect(perSecond).toBeGreaterThanOrEqual(0.9 * Math.min(FPS, rate / pictureBytes) - 1 / 20);
        expect(ageMs).toBeLessThanOrEqual(roundTripMs + (2 * pictureBytes * 1000) / rate + 150);
      }),
      { numRuns: 120 },
    );
  });

  it("is not full while the link carries all", () => {
    const { flow, ageMs } = seen({ rate: () => 20 * Mbit, roundTripMs: 150 }, 48_000, { fromMs: 3000, forMs: 10_000 });
    expect(flow.paced).toBe(false);
    expect(ageMs).toBeLessThan(150);
  });

  it("follows a link that becomes slower and faster", () => {
    fc.assert(
      fc.property(links, fc.integer({ min: 2, max: 8 }), ({ rate, roundTripMs, pictureBytes }, times) => {
        const slow = rate / times;
        fc.pre(pictureBytes / slow < 2);
        const path = { rate: (now: number) => (now < 10_000 || now > 30_000 ? rate : slow), roundTripMs };
        const { pictures } = watchOver(path, { fps: FPS, pictureBytes, forMs: 45_000 });
        const within = (from: number, to: number) => pictures.filter(({ at }) => at > from && at <= to).length;
        const possible = (bytesPerSecond: number) => Math.min(FPS, bytesPerSecond / pictureBytes);
        expect(within(20_000, 30_000)).toBeGreaterThanOrEqual(9 * possible(slow) - 2);
        expect(within(34_000, 44_000)).toBeGreaterThanOrEqual(9 * possible(rate) - 2);
        const oldest = Math.max(
          ...pictures.filter(({ at }) => at > 20_000 && at < 30_000).map(({ ageMs }) => ageMs),
          0,
        );
        expect(oldest).toBeLessThanOrEqual(roundTripMs + (3 * pictureBytes * 1000) / slow + 200);
      }),
      { numRuns: 40 },
    );
  });

  it.each([2000, 5000])("goes on within two seconds when a link comes back that was off for %i ms", (offMs) => {
    const rate = (now: number) => (now > 10_000 && now < 10_000 + offMs ? 0 : 10 * Mbit);
    const { pictures } = watchOver({ rate, roundTripMs: 40 }, { fps: FPS, pictureBytes: 48_000, forMs: 30_000 });
    const back = pictures.filter(({ at }) => at > 10_000 + offMs + 2000 && at < 10_000 + offMs + 4000);
    expect(back.length).toBeGreaterThanOrEqual(2 * 0.9 * ((10 * Mbit) / 48_000));
    expect(Math.max(...back.map(({ ageMs }) => ageMs))).toBeLessThan(300);
  });

  it("is no slow reader's for what waits behind a lost segment", () => {
    const path = { rate: () => 20 * Mbit, roundTripMs: 40, lossEveryBytes: 400_000 };
    const { perSecond } = seen(path, 48_000, { fromMs: 5000, forMs: 20_000 });
    expect(perSecond).toBeGreaterThan(15);
  });

  it("shows a slow reader recent pictures, near and far", () => {
    for (const roundTripMs of [0, 40, 150]) {
      const path = { rate: () => 100 * Mbit, roundTripMs, reads: () => 200_000 };
      const { perSecond, ageMs } = seen(path, 48_000, { fromMs: 10_000, forMs: 40_000 });
      expect(perSecond).toBeGreaterThan(0.6 * (200_000 / 48_000));
      expect(ageMs).toBeLessThan(1000);
    }
  });

  it("stops for a reader that has stopped, after a few pictures, and goes on with it", () => {
    const reads = (now: number) => (now > 10_000 && now < 40_000 ? 0 : Infinity);
    const path = { rate: () => 100 * Mbit, roundTripMs: 20, reads };
    const { pictures } = watchOver(path, { fps: FPS, pictureBytes: 48_000, forMs: 60_000 });
    const waited = pictures.filter(({ at, ageMs }) => at > 40_000 && ageMs > 1000);
    expect(waited.length).toBeLessThan(15);
    expect(pictures.filter(({ at }) => at > 50_000).length).toBeGreaterThan(9 * FPS);
  });
});
