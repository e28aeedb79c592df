import { ManualClock } from "#core/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { ColourLadder, plainRung, rungsFor } from "./ladder.ts";

const INTERVAL_MS = 1000 / 15;

/** A link that carries this many kB a second, and a ladder that sees what each frame of the clip takes on it. */
function link(kBps: number, depth: "24bit" | "256" | "16" | "mono" = "24bit") {
  const clock = new ManualClock();
  const ladder = new ColourLadder(rungsFor(depth));
  const changes: string[] = [];
  const state = { kBps };
  return {
    ladder,
    changes,
    state,
    run(seconds: number) {
      const end = clock.monotonic() + seconds * 1000;
      while (clock.monotonic() < end) {
        const tookMs = (ladder.rung.weight / state.kBps) * 1000;
        clock.advance(Math.max(INTERVAL_MS, tookMs));
        if (ladder.observe(clock.monotonic(), tookMs, INTERVAL_MS)) changes.push(ladder.rung.name);
      }
      return ladder.rung.name;
    },
  };
}

describe("the ladder of colours", () => {
  it("has for each kind of terminal the rungs that it can show, the costliest first", () => {
    const names = (depth: "24bit" | "256" | "16" | "mono") => rungsFor(depth).map(({ name }) => name);
    expect(names("24bit")).toEqual(["24-bit", "24-bit, held", "256 colours", "256 colours, held", "mono"]);
    expect(names("256")).toEqual(["256 colours", "256 colours, held", "mono"]);
    expect(names("16")).toEqual(["16 colours", "16 colours, held", "mono"]);
    expect(names("mono")).toEqual(["mono"]);
    for (const depth of ["24bit", "256", "16", "mono"] as const) {
      const weights = rungsFor(depth).map(({ weight }) => weight);
      expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      expect(plainRung(depth)).toBe(rungsFor(depth)[0]);
    }
  });

  it.each([
    [20_000, "24-bit"],
    [2000, "24-bit, held"],
    [1000, "256 colours"],
    [500, "256 colours, held"],
    [100, "mono"],
    [1, "mono"],
  ])("ends, on a link of %i kB/s, at %s", (kBps, rung) => {
    const { run, changes } = link(kBps);
    expect(run(4)).toBe(rung);
    // Straight to where it belongs, not rung by rung.
    expect(changes.length).toBeLessThanOrEqual(1);
  });

  it("comes back up, rung by rung, when the link gets better, and then stays", () => {
    const { run, changes, state } = link(100);
    expect(run(10)).toBe("mono");
    state.kBps = 20_000;
    expect(run(30)).toBe("24-bit");
    expect(changes).toEqual(["mono", "256 colours, held", "256 colours", "24-bit, held", "24-bit"]);
    expect(run(120)).toBe("24-bit");
    expect(changes).toHaveLength(5);
  });

  it("tries a rung that does not hold ever more rarely", () => {
    // Latency that does not come from bytes: what looks affordable is not.
    const clock = new ManualClock();
    const ladder = new ColourLadder(rungsFor("256"));
    const climbs: number[] = [];
    let at = ladder.rung;
    while (clock.monotonic() < 900_000) {
      const tookMs = ladder.rung.name === "mono" ? 1 : 150;
      clock.advance(Math.max(INTERVAL_MS, tookMs));
      ladder.observe(clock.monotonic(), tookMs, INTERVAL_MS);
      if (at.name === "mono" && ladder.rung.name !== "mono") climbs.push(clock.monotonic());
      at = ladder.rung;
    }
    const waits = climbs.slice(1).map((time, k) => time - (climbs[k] ?? 0));
    expect(waits.length).toBeGreaterThan(2);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(100_000);
  });

  it("does not mind a busy moment", () => {
    const clock = new ManualClock();
    const ladder = new ColourLadder(rungsFor("24bit"));
    for (let n = 0; n < 500; n++) {
      clock.advance(INTERVAL_MS);
      ladder.observe(clock.monotonic(), n % 7 === 0 ? 120 : 3, INTERVAL_MS);
    }
    expect(ladder.rung.name).toBe("24-bit");
  });

  it("does not climb to what a link cannot carry because some answers come together", () => {
    const clock = new ManualClock();
    const ladder = new ColourLadder(rungsFor("256"));
    for (let n = 0; n < 3; n++) ladder.observe(clock.monotonic(), 100, INTERVAL_MS);
    expect(ladder.rung.name).toBe("256 colours, held");
    for (let n = 0; n < 250; n++) {
      clock.advance(INTERVAL_MS);
      ladder.observe(clock.monotonic(), n % 2 === 0 ? 60 : 1, INTERVAL_MS);
    }
    expect(ladder.rung.name).toBe("256 colours, held");
  });

  it("gives a source of few pictures the time that they have", () => {
    const ladder = new ColourLadder(rungsFor("24bit"));
    for (let n = 1; n < 20; n++) ladder.observe(n * 1000, 400, 1000);
    expect(ladder.rung.name).toBe("24-bit");
  });
});
