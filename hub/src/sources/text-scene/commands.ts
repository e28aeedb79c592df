import { sceneCommand, type SceneCommand } from "@lightwell/wire/text/scene.ts";
import { HubError } from "#contract/errors.ts";
import { paramValue } from "./param-value.ts";
import { presets } from "./presets.ts";
import { sceneOf, type Scene, type StageSettings } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { stageByName, stages } from "./stages.ts";

const ACTIONS = sceneCommand.options.map((option) => option.shape.action.value);

/** Other words for an action, and what they add to it. */
const aliases: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  toggle: { action: "toggle_stage" },
  enable_stage: { action: "toggle_stage", enabled: true },
  disable_stage: { action: "toggle_stage", enabled: false },
  set: { action: "set_param" },
  update_param: { action: "set_param" },
  adjust_param: { action: "set_param" },
  select: { action: "select_stage" },
  preset: { action: "select_preset" },
  set_preset: { action: "select_preset" },
  change_preset: { action: "select_preset" },
  load_preset: { action: "select_preset" },
  cycle_preset: { action: "next_preset" },
  previous_preset: { action: "next_preset", direction: -1 },
  prev_preset: { action: "next_preset", direction: -1 },
};

/**
 * The scene after a command, which may come as anything: see `sceneCommand` for its shapes. Taken as well: a bare word
 * for a command without fields, `command` or `type` for `action`, the words of `aliases`, names in other letter case or
 * with spaces or hyphens, `enabled` to switch instead of toggle, `delta` instead of `value`, `direction` of presets.
 *
 * @throws {HubError} `bad-request` for an unknown command, stage, parameter, preset or a value out of range; the
 * message names what there is.
 */
export function applyCommand(scene: Scene, input: unknown): Scene {
  const fields = fieldsOf(input);
  const command = shapeOf(fields);
  switch (command.action) {
    case "toggle_stage": {
      const [stage, settings] = stageOf(scene, command.stage);
      const wanted = fields["enabled"];
      const enabled = typeof wanted === "boolean" ? wanted : !settings.enabled;
      return withStage(scene, stage.name, { ...settings, enabled });
    }
    case "set_param": {
      const [stage, settings] = stageOf(scene, command.stage);
      const [name, param] = paramOf(stage, command.param);
      const value = paramValue(`${stage.name}.${name}`, param.control, command.value);
      return withStage(scene, stage.name, { ...settings, params: { ...settings.params, [name]: value } });
    }
    case "select_stage":
      return { ...scene, selected: stageOf(scene, command.stage)[0].name };
    case "select_preset":
      return sceneOf(wordOf(command.preset), scene.selected);
    case "next_preset": {
      const at = presets.findIndex(({ name }) => name === scene.preset);
      const step = Number(fields["direction"]) < 0 ? -1 : 1;
      return sceneOf(presets.at((at + step) % presets.length)?.name ?? scene.preset, scene.selected);
    }
    case "reset":
      return sceneOf(scene.preset, scene.selected);
  }

  function fieldsOf(given: unknown): Record<string, unknown> {
    if (typeof given === "string") return fieldsOf({ action: given });
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw new HubError("bad-request", 'a command is an object such as {"action":"next_preset"}');
    const { action, command: inner, type, ...rest } = given as Record<string, unknown>;
    if (action === undefined && typeof inner === "object") return fieldsOf(inner);
    const word = wordOf(String(action ?? inner ?? type ?? ""));
    const alias = Object.hasOwn(aliases, word) ? aliases[word] : undefined;
    const found = { action: word, ...alias, ...rest };
    if (found.action === "select_preset" && rest["preset"] === undefined) found.action = "next_preset";
    if (found.action === "set_param" && rest["value"] === undefined) return { ...found, value: shifted(scene, rest) };
    return found;
  }
}

function shapeOf(fields: Record<string, unknown>): SceneCommand {
  const result = sceneCommand.safeParse(fields);
  if (result.success) return result.data;
  const action = String(fields["action"]).slice(0, 64);
  if (!ACTIONS.some((known) => known === action))
    throw new HubError("bad-request", `there is no command "${action}"; there are: ${ACTIONS.join(", ")}`);
  const wrong = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
  throw new HubError("bad-request", `${action} lacks something: ${wrong}`);
}

/** The value that `delta` leads to, cut at the ends of the range; the parameter as it is without a `delta`. */
function shifted(scene: Scene, { stage: stageName, param: paramName, delta }: Record<string, unknown>): unknown {
  const by = Number(delta);
  if (typeof stageName !== "string" || typeof paramName !== "string" || delta === undefined || !Number.isFinite(by))
    return undefined;
  const [stage, settings] = stageOf(scene, stageName);
  const [name, { control }] = paramOf(stage, paramName);
  const value = settings.params[name];
  if (control.type === "number" && typeof value === "number")
    return Math.max(control.min, Math.min(control.max, Math.round((value + by) * 1e6) / 1e6));
  if (control.type === "boolean") return !value;
  if (control.type === "choice") {
    const at = control.choices.indexOf(String(value));
    return control.choices.at((at + (by < 0 ? -1 : 1)) % control.choices.length);
  }
  throw new HubError("bad-request", `${stage.name}.${name} takes a value, not a delta`);
}

function stageOf(scene: Scene, given: string): [Stage, StageSettings] {
  const stage = stageByName.get(wordOf(given));
  const settings = stage && scene.stages.get(stage.name);
  if (!stage || !settings)
    throw new HubError(
      "bad-request",
      `there is no stage "${given.slice(0, 64)}"; there are: ${stages.map(({ name }) => name).join(", ")}`,
    );
  return [stage, settings];
}

function paramOf(stage: Stage, given: string): [string, Stage["params"][string]] {
  const found = Object.entries(stage.params).find(([name]) => name.toLowerCase() === wordOf(given).replaceAll("_", ""));
  if (!found)
    throw new HubError(
      "bad-request",
      `${stage.name} has no parameter "${given.slice(0, 64)}"; it has: ${Object.keys(stage.params).join(", ")}`,
    );
  return found;
}

function withStage(scene: Scene, name: string, settings: StageSettings): Scene {
  return { ...scene, stages: new Map(scene.stages).set(name, settings) };
}

/** Lower case, with underscores, as stages, presets and actions are named. */
function wordOf(given: string): string {
  return given
    .slice(0, 200)
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}
