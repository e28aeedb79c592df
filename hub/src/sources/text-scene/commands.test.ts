import { readFileSync } from "node:fs";
import { sceneState, type SceneParam } from "@lightwell/wire/text/scene.ts";
import { HubError } from "#contract/errors.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyCommand } from "./commands.ts";
import { paramValue } from "./param-value.ts";
import { presets } from "./presets.ts";
import { sceneOf, stateOf, type Scene } from "./scene.ts";
import { stageByName, stages } from "./stages.ts";

const start = sceneOf("aurora");
const after = (...commands: readonly unknown[]) => commands.reduce<Scene>(applyCommand, start);
const param = (scene: Scene, stage: string, name: string): SceneParam | undefined =>
  scene.stages.get(stage)?.params[name];
const enabled = (scene: Scene, stage: string) => scene.stages.get(stage)?.enabled;

describe("a scene's commands", () => {
  it("toggle a stage", () => {
    const on = after({ action: "toggle_stage", stage: "rain" });
    expect([enabled(start, "rain"), enabled(on, "rain")]).toEqual([false, true]);
    expect(enabled(applyCommand(on, { action: "toggle_stage", stage: "rain" }), "rain")).toBe(false);
  });

  it("set a parameter", () => {
    expect(param(after({ action: "set_param", stage: "ticker", param: "speed", value: 20 }), "ticker", "speed")).toBe(
      20,
    );
  });

  it("select a stage, which is told in the state", () => {
    const state = stateOf(after({ action: "select_stage", stage: "title" }));
    expect(state.selected_stage).toBe("title");
    expect(state.stages["title"]?.selected).toBe(true);
    expect(stateOf(start).selected_stage).toBeNull();
  });

  it("select a preset by name, and the next one around the list", () => {
    expect(after({ action: "select_preset", preset: "ember" }).preset).toBe("ember");
    let scene = start;
    for (const { name } of presets) {
      expect(scene.preset).toBe(name);
      scene = applyCommand(scene, { action: "next_preset" });
    }
    expect(scene.preset).toBe(start.preset);
  });

  it("reset to what the preset says, and keep the selected stage", () => {
    const scene = after(
      { action: "select_stage", stage: "ticker" },
      { action: "set_param", stage: "ticker", param: "speed", value: 20 },
      { action: "toggle_stage", stage: "rain" },
      { action: "reset" },
    );
    expect(scene).toEqual({ ...start, selected: "ticker" });
  });

  it("never change the scene that they are applied to", () => {
    const before = JSON.stringify(stateOf(start));
    after({ action: "toggle_stage", stage: "rain" }, { action: "set_param", stage: "rain", param: "speed", value: 3 });
    expect(JSON.stringify(stateOf(start))).toBe(before);
  });

  it.each<[string, unknown, (scene: Scene) => unknown, unknown]>([
    ["a bare word", "next_preset", ({ preset }) => preset, "newsroom"],
    ["command for action", { command: "toggle_stage", stage: "rain" }, (s) => enabled(s, "rain"), true],
    ["type for action", { type: "toggle_stage", stage: "rain" }, (s) => enabled(s, "rain"), true],
    ["a command within a command", { command: { action: "next_preset" } }, ({ preset }) => preset, "newsroom"],
    ["other letter case", { action: "Toggle-Stage", stage: " RAIN " }, (s) => enabled(s, "rain"), true],
    ["on", { action: "toggle_stage", stage: "title", enabled: true }, (s) => enabled(s, "title"), true],
    ["off by another word", { action: "disable_stage", stage: "title" }, (s) => enabled(s, "title"), false],
    ["the preset before", { action: "previous_preset" }, ({ preset }) => preset, presets.at(-1)?.name],
    ["a direction", { action: "cycle_preset", direction: -1 }, ({ preset }) => preset, presets.at(-1)?.name],
    ["a change to no preset", { action: "change_preset", direction: 1 }, ({ preset }) => preset, "newsroom"],
    ["a change to a preset", { action: "change_preset", preset: "Ember" }, ({ preset }) => preset, "ember"],
    [
      "a number as text",
      { action: "set_param", stage: "ticker", param: "speed", value: "12.5" },
      (s) => param(s, "ticker", "speed"),
      13,
    ],
    [
      "snake case of a parameter",
      { action: "set_param", stage: "clock", param: "show_date", value: "false" },
      (s) => param(s, "clock", "showDate"),
      false,
    ],
    [
      "a short colour",
      { action: "set_param", stage: "tint", param: "colour", value: "0Af" },
      (s) => param(s, "tint", "colour"),
      "#00aaff",
    ],
    [
      "a step up",
      { action: "adjust_param", stage: "ticker", param: "speed", delta: 3 },
      (s) => param(s, "ticker", "speed"),
      11,
    ],
    [
      "a step beyond the end",
      { action: "adjust_param", stage: "ticker", param: "speed", delta: -1000 },
      (s) => param(s, "ticker", "speed"),
      1,
    ],
    [
      "a step through choices",
      { action: "adjust_param", stage: "stars", param: "motion", delta: -1 },
      (s) => param(s, "stars", "motion"),
      "fly",
    ],
    [
      "text with controls in it",
      { action: "set_param", stage: "title", param: "text", value: "a\u001b[31m\u202eb" },
      (s) => param(s, "title", "text"),
      "a [31mb",
    ],
  ])("are taken with %s", (_what, command, read, expected) => {
    expect(read(after(command))).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /a command is an object such as/],
    ["a number", 7, /a command is an object such as/],
    ["a list", [{ action: "reset" }], /a command is an object such as/],
    ["an empty object", {}, /there is no command ""; there are: toggle_stage, set_param, select_stage/],
    ["an unknown action", { action: "explode" }, /there is no command "explode"; there are: toggle_stage/],
    ["a name of every object", { action: "constructor" }, /there is no command "constructor"/],
    ["no stage", { action: "toggle_stage" }, /toggle_stage lacks something: stage/],
    ["an unknown stage", { action: "toggle_stage", stage: "x" }, /there is no stage "x"; there are: gradient, plasma/],
    ["a stage of every object", { action: "select_stage", stage: "__proto__" }, /there is no stage/],
    [
      "an unknown parameter",
      { action: "set_param", stage: "rain", param: "x", value: 1 },
      /rain has no parameter "x"; it has: alphabet, colour/,
    ],
    ["no value", { action: "set_param", stage: "rain", param: "speed" }, /set_param lacks something: value/],
    [
      "a number out of range",
      { action: "set_param", stage: "rain", param: "speed", value: 1e9 },
      /rain\.speed cannot be 1000000000: it takes a number from 1 to 40 rows\/s/,
    ],
    ["no number", { action: "set_param", stage: "rain", param: "speed", value: "fast" }, /a number from 1 to 40/],
    ["NaN", { action: "set_param", stage: "rain", param: "speed", value: Number.NaN }, /value|a number from/],
    [
      "an unknown choice",
      { action: "set_param", stage: "rain", param: "alphabet", value: "latin" },
      /rain\.alphabet cannot be "latin": it takes one of code, greek/,
    ],
    ["no colour", { action: "set_param", stage: "rain", param: "colour", value: "red" }, /a colour such as #40a0ff/],
    ["no boolean", { action: "set_param", stage: "title", param: "shadow", value: 2 }, /true or false/],
    ["a number for text", { action: "set_param", stage: "title", param: "text", value: 2 }, /text of up to 60/],
    ["a delta for text", { action: "adjust_param", stage: "title", param: "text", delta: 1 }, /a value, not a delta/],
    [
      "an unknown preset",
      { action: "select_preset", preset: "x" },
      /there is no preset "x"; there are: aurora, newsroom/,
    ],
  ])("are refused with a remedy: %s", (_what, command, message) => {
    const attempt = () => applyCommand(start, command);
    expect(attempt).toThrow(HubError);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect((error as HubError).code).toBe("bad-request");
    }
  });

  it("give a scene or a bad request, whatever comes", () => {
    const word = fc.oneof(
      fc.constantFrom("toggle_stage", "set_param", "select_preset", "adjust_param", "reset", "toString", "__proto__"),
      fc.string(),
    );
    const field = fc.oneof(fc.constantFrom("rain", "speed", "aurora", "hasOwnProperty"), fc.anything());
    const commands = fc.oneof(
      fc.anything(),
      fc.record(
        { action: word, stage: field, param: field, value: field, preset: field, delta: field, command: field },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(commands, (command) => {
        try {
          expect(applyCommand(start, command).stages.size).toBe(stages.length);
        } catch (error) {
          if (!(error instanceof HubError)) throw error;
          expect(error.code).toBe("bad-request");
          expect(error.message.length).toBeLessThan(1000);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("stages and presets", () => {
  it("agree: a preset sets only what there is, within its range", () => {
    for (const preset of presets) {
      for (const [name, values] of Object.entries(preset.stages)) {
        const stage = stageByName.get(name);
        expect(stage, `${preset.name}: ${name}`).toBeDefined();
        for (const [key, value] of Object.entries(values)) {
          const control = stage?.params[key]?.control;
          expect(control, `${preset.name}: ${name}.${key}`).toBeDefined();
          if (control) expect(paramValue(key, control, value), `${preset.name}: ${name}.${key}`).toEqual(value);
        }
      }
    }
  });

  it("are all in the README", () => {
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8").replace(/ +/g, " ");
    for (const { name, summary } of presets) expect(readme).toContain(`| \`${name}\` | ${summary} |`);
    for (const { name, summary, params } of stages)
      expect(readme).toContain(`| \`${name}\` | ${summary} | ${Object.keys(params).join(", ")} |`);
  });

  it("begin with values that their controls take", () => {
    for (const { name, params } of stages) {
      for (const [key, { control, initial }] of Object.entries(params))
        expect(paramValue(key, control, initial), `${name}.${key}`).toEqual(initial);
    }
  });

  it("have names that differ and that fit the protocol", () => {
    expect(new Set(stages.map(({ name }) => name)).size).toBe(stages.length);
    expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
    for (const { name } of [...stages, ...presets]) expect(name).toMatch(/^[a-z]{1,20}$/);
    for (const { name } of presets) expect(sceneState.parse(stateOf(sceneOf(name)))).toEqual(stateOf(sceneOf(name)));
  });
});
