import type { SceneState } from "@lightwell/wire/text/scene.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Value } from "../live/value.ts";
import { Steering } from "./steering.ts";

const initial: SceneState = {
  stages: { rain: { enabled: true, params: { speed: 1, colour: "#00ff00" }, selected: true } },
  preset: "rain",
  presets: ["rain", "ember"],
  selected_stage: "rain",
};

const speed = (state: SceneState | undefined) => state?.stages["rain"]?.params["speed"];
const withSpeed = (value: number): SceneState => ({
  ...initial,
  stages: { rain: { enabled: true, params: { speed: value, colour: "#00ff00" }, selected: true } },
});

/** A hub that answers when it is told to. */
function hub() {
  const scene = new Value<SceneState | undefined>(initial);
  const asked: { command: Record<string, unknown>; answer(problem?: string): Promise<void> }[] = [];
  const steering = new Steering({
    scene,
    command: (command) =>
      new Promise((resolve) => {
        asked.push({
          command,
          answer: async (problem) => {
            resolve(problem);
            await Promise.resolve();
          },
        });
      }),
  });
  const stop = steering.start();
  return { scene, asked, steering, stop };
}

describe("steering a scene", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("shows a change at once, and keeps it over older states until the hub has it", async () => {
    const { scene, asked, steering, stop } = hub();
    steering.setParam("rain", "speed", 3);
    expect(speed(steering.scene.get())).toBe(3);
    scene.set(withSpeed(1));
    expect(speed(steering.scene.get())).toBe(3);
    await asked[0]?.answer();
    scene.set(withSpeed(3));
    scene.set(withSpeed(2));
    // Somebody else has changed it since.
    expect(speed(steering.scene.get())).toBe(2);
    stop();
  });

  it("goes back and says why when the hub refuses", async () => {
    const { asked, steering, stop } = hub();
    steering.setParam("rain", "speed", 99);
    await asked[0]?.answer("it takes 0 to 5");
    expect(speed(steering.scene.get())).toBe(1);
    expect(steering.problems.get().get("rain.speed")).toBe("it takes 0 to 5");
    steering.setParam("rain", "speed", 2);
    expect(steering.problems.get().size).toBe(0);
    stop();
  });

  it("sends the latest value of a slider when the one before was answered", async () => {
    const { asked, steering, stop } = hub();
    for (const value of [2, 3, 4, 5]) steering.setParam("rain", "speed", value);
    expect(asked.map(({ command }) => command["value"])).toEqual([2]);
    await asked[0]?.answer();
    expect(asked.map(({ command }) => command["value"])).toEqual([2, 5]);
    expect(speed(steering.scene.get())).toBe(5);
    stop();
  });

  it("gives up a change that the scene took without a word and never showed", async () => {
    const { asked, steering, stop } = hub();
    steering.toggle("rain");
    expect(steering.scene.get()?.stages["rain"]?.enabled).toBe(false);
    await asked[0]?.answer();
    vi.advanceTimersByTime(2000);
    expect(steering.scene.get()?.stages["rain"]?.enabled).toBe(true);
    stop();
  });

  it("goes round the presets, and forgets what was under way in the one before", () => {
    const { asked, steering, stop } = hub();
    steering.setParam("rain", "speed", 3);
    steering.nextPreset();
    expect(steering.scene.get()).toMatchObject({ preset: "ember" });
    expect(speed(steering.scene.get())).toBe(1);
    steering.nextPreset();
    expect(steering.scene.get()?.preset).toBe("rain");
    expect(asked.at(-1)?.command).toMatchObject({ action: "select_preset" });
    stop();
  });

  it("says on the whole what is wrong with the whole", async () => {
    const { asked, steering, stop } = hub();
    steering.reset();
    await asked[0]?.answer("only operators may");
    expect(steering.problems.get().get("")).toBe("only operators may");
    stop();
  });
});
