import { ManualClock } from "#core/manual-clock.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ColourLadder, rungsFor } from "./ladder.ts";
import { TimingMarks } from "./timing-marks.ts";

const INTERVAL_MS = 1000 / 15;

interface Way {
  readonly mbit: number;
  readonly roundTripMs: number;
  readonly jitterMs?: number;
  /** The terminal reads nothing between these. */
  readonly stops?: readonly [fromMs: number, toMs: number];
  /** From this time on the way is longer by this. */
  readonly longer?: readonly [fromMs: number, byMs: number];
}

/** A terminal of 160×45 cells at the end of a link, served as the presenter does: one frame and its mark, if there is room. */
function watchOver({ mbit, roundTripMs, jitterMs = 0, stops = [0, 0], longer = [Infinity, 0] }: Way, seconds: number) {
  const clock = new ManualClock();
  const marks = new TimingMarks<{ readonly rung: string }>(clock);
  const ladder = new ColourLadder(rungsFor("24bit"));
  const changes: Array<readonly [atMs: number, rung: string]> = [];
  const arrivals: Array<{ readonly atMs: number; readonly ageMs: number }> = [];
  let [linkFreeAt, readAt, seed, waiting, mostUnderWay, underWay] = [0, 0, 1, -1, 0, 0];
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x80000000;

  const travel = (bytes: number, bornAt: number | undefined) => {
    const now = clock.monotonic();
    const wayMs = roundTripMs + (now >= longer[0] ? longer[1] : 0);
    linkFreeAt = Math.max(now, linkFreeAt) + bytes / (mbit * 125);
    readAt = Math.max(readAt, linkFreeAt + wayMs / 2 + random() * jitterMs);
    if (readAt >= stops[0] && readAt < stops[1]) readAt = stops[1];
    const at = readAt;
    clock.after(at - now, () => {
      if (bornAt !== undefined) arrivals.push({ atMs: at, ageMs: at - bornAt });
      clock.after(wayMs / 2, onAnswer);
    });
  };
  const onAnswer = () => {
    const answered = marks.answer();
    if (answered) {
      underWay--;
      const mine = answered.behind.rung === ladder.rung.name;
      if (mine && ladder.observe(clock.monotonic(), answered.tookMs, INTERVAL_MS))
        changes.push([clock.monotonic(), ladder.rung.name]);
    }
    send();
  };
  const send = () => {
    if (waiting < 0 || !marks.usable || !marks.hasRoom) return;
    if (marks.shouldMeasure) {
      marks.measure();
      travel(3, undefined);
    }
    const bytes = ladder.rung.weight * 1000;
    marks.follow({ rung: ladder.rung.name }, { bytes, ageMs: clock.monotonic() - waiting });
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    travel(bytes, waiting);
    waiting = -1;
  };
  marks.measure();
  travel(3, undefined);
  clock.every(INTERVAL_MS, () => {
    waiting = clock.monotonic();
    send();
  });
  clock.advance(seconds * 1000);

  const between = (from: number, to: number) => {
    const ages = arrivals.filter(({ atMs }) => atMs >= from * 1000 && atMs < to * 1000).map(({ ageMs }) => ageMs);
    ages.sort((a, b) => a - b);
    return { perSecond: ages.length / (to - from), ageP95: ages[Math.floor(ages.length * 0.95)] ?? Infinity };
  };
  return { between, changes, arrivals, mostUnderWay, rung: ladder.rung.name };
}

describe("timing marks over a link", () => {
  it.each([
    { mbit: 1000, roundTripMs: 1, rung: "24-bit" },
    { mbit: 1000, roundTripMs: 300, rung: "24-bit" },
    { mbit: 100, roundTripMs: 300, jitterMs: 20, rung: "24-bit" },
    { mbit: 20, roundTripMs: 150, rung: "24-bit, held" },
    { mbit: 20, roundTripMs: 300, jitterMs: 20, rung: "24-bit, held" },
    { mbit: 8, roundTripMs: 40, rung: "256 colours" },
    { mbit: 5, roundTripMs: 300, rung: "256 colours, held" },
    { mbit: 0.5, roundTripMs: 40, rung: "mono" },
    { mbit: 0.5, roundTripMs: 300, jitterMs: 20, rung: "mono" },
  ])("of $mbit Mbit/s and $roundTripMs ms give all frames, recent and as colourful as fits: $rung", (link) => {
    const watched = watchOver(link, 60);
    const { perSecond, ageP95 } = watched.between(10, 60);
    expect(perSecond).toBeGreaterThanOrEqual(14);
    expect(ageP95).toBeLessThanOrEqual(link.roundTripMs / 2 + (link.jitterMs ?? 0) + 2 * INTERVAL_MS + 150);
    expect(watched.rung).toBe(link.rung);
    // Down once, and what is tried beyond that is tried twice a minute at most.
    expect(watched.changes.length).toBeLessThanOrEqual(5);
  });

  it("take the distance for no fault of the link: any that carries the frames gets them all", () => {
    const way = fc.record({
      mbit: fc.integer({ min: 40, max: 1000 }),
      roundTripMs: fc.integer({ min: 1, max: 300 }),
      jitterMs: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(way, (link) => {
        const watched = watchOver(link, 20);
        expect(watched.between(5, 20).perSecond).toBeGreaterThanOrEqual(14);
        expect(watched.changes).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it("let a terminal that stops reading cost a second of frames at most, and show it a recent one as it goes on", () => {
    const watched = watchOver({ mbit: 100, roundTripMs: 150, stops: [10_000, 20_000] }, 30);
    expect(watched.mostUnderWay).toBeLessThanOrEqual(15);
    const recent = watched.arrivals.find(({ atMs, ageMs }) => atMs >= 20_000 && ageMs < 500);
    expect(recent?.atMs).toBeLessThan(20_500);
    expect(watched.between(22, 30).perSecond).toBeGreaterThanOrEqual(14);
  });

  it("learn that the way has become longer, without a word about the link", () => {
    const watched = watchOver({ mbit: 1000, roundTripMs: 20, longer: [10_000, 200] }, 60);
    const { perSecond, ageP95 } = watched.between(30, 60);
    expect(perSecond).toBeGreaterThanOrEqual(14);
    expect(ageP95).toBeLessThanOrEqual(300);
    expect(watched.rung).toBe("24-bit");
  });
});

describe("timing marks", () => {
  const frame = { bytes: 1000, ageMs: 5 };

  it("are of no use, and hold nothing up, until the first is answered", () => {
    const marks = new TimingMarks<string>(new ManualClock());
    marks.measure();
    expect(marks.usable).toBe(false);
    expect(marks.hasRoom).toBe(true);
    expect(marks.answer(), "nothing to say of a frame").toBeUndefined();
    expect(marks.usable).toBe(true);
    expect(marks.answer(), "one that was not asked for").toBeUndefined();
  });

  it("are answered in order, and say of each frame what it took by itself and how old it came", () => {
    const clock = new ManualClock();
    const marks = new TimingMarks<string>(clock);
    marks.measure();
    clock.advance(40);
    marks.answer();
    marks.follow("a", frame);
    marks.follow("b", frame);
    clock.advance(70);
    expect(marks.answer()).toEqual({ behind: "a", tookMs: 30, ageMs: 75 });
    clock.advance(30);
    expect(marks.answer()).toEqual({ behind: "b", tookMs: 30, ageMs: 105 });
  });

  it("hold frames back while many are unanswered", () => {
    const marks = new TimingMarks<string>(new ManualClock());
    marks.measure();
    marks.answer();
    expect(marks.hasRoom).toBe(true);
    marks.follow("a", frame);
    expect(marks.hasRoom, "before it is known what the link carries").toBe(false);
    marks.answer();
    expect(marks.hasRoom).toBe(true);
  });

  it("measure the way anew when nothing is under way, every few seconds", () => {
    const clock = new ManualClock();
    const marks = new TimingMarks<string>(clock);
    marks.measure();
    marks.answer();
    expect(marks.shouldMeasure).toBe(false);
    clock.advance(6000);
    expect(marks.shouldMeasure).toBe(true);
    marks.follow("a", frame);
    expect(marks.shouldMeasure).toBe(false);
  });
});
