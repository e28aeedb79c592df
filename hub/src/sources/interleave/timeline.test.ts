import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FolderUse, normalisedEntropy } from "./folder-use.ts";
import { compareNaturally, isNumberedRun } from "./folders.ts";
import { latencyState, slopeOf } from "./lag.ts";
import { slotAt, type Sets } from "./sets.ts";
import { chooseFolders, countAt, dueAt, pingPong } from "./timeline.ts";

const count = fc.integer({ min: -1_000_000, max: 60_000_000_000 });

describe("the count", () => {
  it("is elapsed time times the rate", () => {
    expect(countAt({ ips: 30, epochMs: 1000 }, 1000)).toBe(0);
    expect(countAt({ ips: 30, epochMs: 1000 }, 2000)).toBe(30);
    expect(countAt({ ips: 0.2, epochMs: 0 }, 14_999)).toBe(2);
    expect(countAt({ ips: 30, epochMs: 1000 }, 999)).toBe(-1);
  });

  it("becomes a number at the moment that is said to be due", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 800_000_000 }), fc.constantFrom(0.2, 1, 24, 30, 60), (at, ips) => {
        const due = dueAt({ ips, epochMs: 0 }, at);
        expect(countAt({ ips, epochMs: 0 }, due + 0.01)).toBe(at);
        expect(countAt({ ips, epochMs: 0 }, due - 0.01)).toBe(at - 1);
      }),
    );
  });
});

describe("ping-pong", () => {
  it("shows both ends twice", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((at) => pingPong(at, 3))).toEqual([0, 1, 2, 2, 1, 0, 0, 1]);
    expect([-1, -2, -3, -4].map((at) => pingPong(at, 3))).toEqual([0, 1, 2, 2]);
  });

  it("stays inside, moves by one at most, is periodic and mirrored", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 5000 }), (at, pictures) => {
        const index = pingPong(at, pictures);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(index).toBeLessThan(pictures);
        expect(Math.abs(pingPong(at + 1, pictures) - index)).toBeLessThanOrEqual(1);
        expect(pingPong(at + 2 * pictures, pictures)).toBe(index);
        expect(pingPong(2 * pictures - 1 - at, pictures)).toBe(index);
      }),
    );
  });

  it("is 0 for nothing", () => expect(pingPong(7, 0)).toBe(0));
});

describe("the choice of folders", () => {
  it("is the same whoever asks, inside the sets, and holds for its seconds", () => {
    fc.assert(
      fc.property(
        count,
        fc.constantFrom(0.2, 1, 30),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (at, ips, main, float) => {
          const choice = chooseFolders(at, ips, main, float);
          expect(chooseFolders(at, ips, main, float)).toEqual(choice);
          expect(choice.main).toBeLessThan(main);
          expect(choice.float).toBeLessThan(Math.max(1, float));
          expect(choice.multiplier).toBeGreaterThanOrEqual(1);
          expect(choice.multiplier).toBeLessThanOrEqual(12);
        },
      ),
    );
  });

  it("comes to every folder, and to each about as often", () => {
    const use = new FolderUse();
    use.resize(8);
    for (let second = 0; second < 20_000; second++) use.note(chooseFolders(second * 30, 30, 8, 0).main);
    expect(use.covered).toBe("8/8");
    expect(use.entropy).toBeGreaterThan(0.98);
  });

  it("changes no more often than once a second", () => {
    let changes = 0;
    for (let at = 1; at < 30 * 600; at++)
      if (chooseFolders(at, 30, 1000, 0).main !== chooseFolders(at - 1, 30, 1000, 0).main) changes++;
    expect(changes).toBeGreaterThan(40);
    expect(changes).toBeLessThan(600);
  });
});

describe("a slot", () => {
  const sets: Sets = {
    main: [
      { path: "/a", pictures: ["0.jpg", "1.jpg"] },
      { path: "/b", pictures: ["0.jpg", "1.jpg", "2.jpg"] },
    ],
    float: [{ path: "/f", pictures: ["x.png"] }],
  };

  it("names a picture that there is", () => {
    const files = new Set(["/a/0.jpg", "/a/1.jpg", "/b/0.jpg", "/b/1.jpg", "/b/2.jpg"]);
    fc.assert(
      fc.property(count, fc.constantFrom(0.2, 30), (at, ips) => {
        const slot = slotAt(sets, at, ips);
        expect(files).toContain(slot?.mainPath);
        expect(slot?.floatPath).toBe("/f/x.png");
      }),
    );
  });

  it("has no float without such a set, and is none without pictures", () => {
    expect(slotAt({ ...sets, float: [] }, 5, 30)?.floatPath).toBeUndefined();
    expect(slotAt({ main: [], float: sets.float }, 5, 30)).toBeUndefined();
  });
});

describe("the entropy of use", () => {
  it("is 1 for equal shares, 0 when one has all, and between otherwise", () => {
    expect(normalisedEntropy([3, 3, 3, 3])).toBe(1);
    expect(normalisedEntropy([9, 0, 0])).toBe(0);
    expect(normalisedEntropy([1, 1, 0, 0])).toBe(0.5);
    expect(normalisedEntropy([])).toBe(0);
    expect(normalisedEntropy([5])).toBe(0);
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { maxLength: 50 }), (counts) => {
        const entropy = normalisedEntropy(counts);
        expect(entropy).toBeGreaterThanOrEqual(0);
        expect(entropy).toBeLessThanOrEqual(1);
        expect(normalisedEntropy([...counts].reverse())).toBeCloseTo(entropy, 9);
      }),
    );
  });

  it("counts anew when the set has another size", () => {
    const use = new FolderUse();
    use.resize(2);
    use.note(1);
    use.note(7);
    expect([use.covered, use.samples]).toEqual(["1/2", 1]);
    use.resize(2);
    expect(use.samples).toBe(1);
    use.resize(3);
    expect([use.covered, use.samples]).toEqual(["0/3", 0]);
  });
});

describe("the lag", () => {
  it("has the slope of the line through it", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), (slope, from) => {
        const points = [0, 1, 2, 5].map((x) => [x, from + slope * x] as const);
        expect(slopeOf(points)).toBeCloseTo(slope, 9);
      }),
    );
    expect([slopeOf([]), slopeOf([[1, 1]])]).toEqual([0, 0]);
  });

  it("is synced within one index, also where the show turns round", () => {
    expect(latencyState(1, 1)).toBe("Delta synced");
    expect(latencyState(-1, 3)).toBe("Delta synced");
    expect(latencyState(4, 4)).toBe("Delta behind");
    expect(latencyState(-4, 4)).toBe("Delta behind");
    expect(latencyState(-4, -4)).toBe("Delta ahead");
    expect([3, 15, 45, 46].map((lag) => latencyState(3, lag, 15))).toEqual([
      ...Array<string>(3).fill("Delta resting"),
      "Delta behind",
    ]);
  });
});

describe("file names", () => {
  it("are in the order of their numbers", () => {
    expect(
      ["f10.jpg", "f9.jpg", "F1.jpg", "f09.jpg", "f.jpg", "f100000000000000000001.jpg"].sort(compareNaturally),
    ).toEqual(["F1.jpg", "f.jpg", "f09.jpg", "f9.jpg", "f10.jpg", "f100000000000000000001.jpg"]);
  });

  it("have one order whatever order they came in", () => {
    const name = fc
      .array(fc.constantFrom("a", "B", "1", "01", "9", "10", "-", "ä"), { maxLength: 6 })
      .map((p) => p.join(""));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect([...names].reverse().sort(compareNaturally)).toEqual([...names].sort(compareNaturally));
      }),
    );
  });

  it("of a film count up without a gap, those of photos do not", () => {
    const run = (length: number, from = 0) =>
      Array.from({ length }, (_, i) => `frame_${String(i + from).padStart(4, "0")}.jpg`);
    expect(isNumberedRun(run(24))).toBe(true);
    expect(isNumberedRun(run(23))).toBe(false);
    expect(isNumberedRun([...run(30), "frame_0031.jpg"])).toBe(false);
    expect(isNumberedRun([...run(30), "x_0030.jpg"])).toBe(false);
    expect(isNumberedRun(Array.from({ length: 30 }, () => "holiday.jpg"))).toBe(false);
  });
});
