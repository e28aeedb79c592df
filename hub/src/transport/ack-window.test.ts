import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AckWindow } from "./ack-window.ts";
import { watchOver, type SimulatedLink, type Watched } from "./link.fixture.ts";

const mbit = (rate: number) => rate * 125;

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x80000000;
}

const usual: SimulatedLink = {
  rates: [[0, mbit(20)]],
  roundTripMs: 150,
  jitterMs: 0,
  slowStart: 0,
  lossShare: 0,
  readMs: 0,
  gatherMs: 0,
  frameBytes: 48_000,
  framesPerSecond: 30,
};

/** Frames per second and the age that 95 of 100 do not exceed, in this time. */
function figures({ arrivals }: Watched, fromMs: number, toMs: number) {
  const ages = arrivals.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ ageMs }) => ageMs);
  ages.sort((a, b) => a - b);
  return {
    perSecond: (ages.length * 1000) / (toMs - fromMs),
    ageP95: ages[Math.floor(ages.length * 0.95)] ?? Infinity,
  };
}

/** What the slowest part of the way takes for one frame. */
const frameMs = ({ rates, frameBytes, readMs }: SimulatedLink) =>
  Math.max(readMs, frameBytes / Math.min(...rates.map(([, rate]) => rate)));

const anyLink = {
  roundTripMs: fc.integer({ min: 1, max: 300 }),
  jitterMs: fc.integer({ min: 0, max: 20 }),
  slowStart: fc.integer({ min: 0, max: 4 }),
  lossShare: fc.constant(0),
  gatherMs: fc.constant(0),
  frameBytes: fc.integer({ min: 2000, max: 200_000 }),
  framesPerSecond: fc.constantFrom(5, 15, 30, 60),
};
const rateOf = (most: readonly [min: number, max: number]) =>
  fc.double({ min: most[0], max: most[1], noNaN: true }).map((rate) => [[0, mbit(rate)]] as const);
/** Slow or fast, or fast with a reader that is slow. */
const links = fc.oneof(
  fc.record({ ...anyLink, rates: rateOf([0.5, 100]), readMs: fc.constant(0) }),
  fc.record({ ...anyLink, rates: rateOf([100, 1000]), readMs: fc.integer({ min: 20, max: 200 }) }),
);

describe("what may be under way to a peer that acknowledges", () => {
  it("fills any link and keeps what it carries recent", () => {
    fc.assert(
      fc.property(links, fc.integer(), (link, seed) => {
        const forMs = 20_000 + 20 * frameMs(link);
        const watched = watchOver(link, forMs, seeded(seed));
        const { perSecond, ageP95 } = figures(watched, forMs / 2, forMs);
        // There is no timer: where frames come seldom the next one may have to wait for an acknowledgement.
        const waitMs = link.framesPerSecond < 15 ? link.roundTripMs + link.jitterMs + link.readMs : 0;
        const most = Math.min(link.framesPerSecond, 1000 / (frameMs(link) + waitMs));
        expect(perSecond).toBeGreaterThanOrEqual(0.9 * most - 1000 / (forMs / 2));
        expect(ageP95).toBeLessThanOrEqual(link.roundTripMs + link.jitterMs + 2 * frameMs(link) + link.readMs + 150);
        expect(watched.last).toBe(watched.published);
      }),
      { numRuns: 150 },
    );
  });

  it("does so for readers that gather their acknowledgements, as older clients do", () => {
    for (const gatherMs of [200, 250]) {
      const link = { ...usual, rates: [[0, mbit(0.5)]] as const, roundTripMs: 40, frameBytes: 3000, gatherMs };
      const { perSecond, ageP95 } = figures(watchOver(link, 20_000, seeded(1)), 5000, 20_000);
      expect(perSecond).toBeGreaterThanOrEqual(0.9 * (mbit(0.5) / 3));
      expect(ageP95).toBeLessThanOrEqual(400);
    }
  });

  it("gives a far viewer every picture within three seconds, although its connection starts slowly", () => {
    for (const roundTripMs of [80, 150, 300]) {
      const { perSecond } = figures(watchOver({ ...usual, roundTripMs, slowStart: 3 }, 6000, seeded(1)), 3000, 6000);
      expect(perSecond).toBeGreaterThanOrEqual(27);
    }
  });

  it("follows a rate that halves and doubles", () => {
    const rates = [
      [0, mbit(8)],
      [8000, mbit(4)],
      [16_000, mbit(8)],
    ] as const;
    const watched = watchOver({ ...usual, rates, roundTripMs: 80 }, 24_000, seeded(1));
    for (const [from, to, rate] of [
      [3000, 8000, 8],
      [10_000, 16_000, 4],
      [18_000, 24_000, 8],
    ] as const) {
      const { perSecond, ageP95 } = figures(watched, from, to);
      expect(perSecond).toBeGreaterThanOrEqual(0.9 * (mbit(rate) / 48));
      expect(ageP95).toBeLessThanOrEqual(80 + (2 * 48_000) / mbit(rate) + 150);
    }
  });

  it("is back within two seconds when a link was off", () => {
    for (const offMs of [2000, 5000]) {
      const rates = [
        [0, mbit(20)],
        [5000, 0],
        [5000 + offMs, mbit(20)],
      ] as const;
      const watched = watchOver({ ...usual, rates }, 12_000 + offMs, seeded(1));
      const { perSecond, ageP95 } = figures(watched, 7000 + offMs, 12_000 + offMs);
      expect(perSecond).toBeGreaterThanOrEqual(27);
      expect(ageP95).toBeLessThanOrEqual(340);
    }
  });

  it("does not take lost packets for a slow link", () => {
    const link = { ...usual, rates: [[0, mbit(50)]] as const, roundTripMs: 40, lossShare: 0.05 };
    expect(figures(watchOver(link, 20_000, seeded(1)), 5000, 20_000).perSecond).toBeGreaterThanOrEqual(27);
  });

  it("sends a reader that has stopped no more than half a second", () => {
    const { mostUnderWay } = watchOver({ ...usual, stopsAtMs: 5000 }, 10_000, seeded(1));
    expect(mostUnderWay).toBeLessThanOrEqual(15);
  });

  it("bounds what a near reader that stops has under way, whatever the link would carry", () => {
    const link = { ...usual, rates: [[0, mbit(10_000)]] as const, roundTripMs: 0.2, framesPerSecond: 60 };
    const { mostUnderWay } = watchOver({ ...link, stopsAtMs: 5000 }, 10_000, seeded(1));
    expect(mostUnderWay).toBeLessThanOrEqual(10);
  });

  it("takes an acknowledgement for all frames before it, and knows those that it did not send", () => {
    const window = new AckWindow();
    for (const seq of [7, 8, 9]) window.sent({ seq, bytes: 1000, ageMs: 5 }, seq);
    expect(window.ack(6, 20)).toBeUndefined();
    expect(window.ack(8, 20)).toMatchObject({ delayMs: 12, ageMs: 17 });
    expect(window.frames).toBe(1);
    expect(window.ack(7, 21)).toBeUndefined();
    expect(window.silentMs(50)).toBe(30);
    window.ack(9, 51);
    expect(window.silentMs(90)).toBe(0);
  });
});
