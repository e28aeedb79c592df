import type { SceneParam, SceneState } from "@lightwell/wire/text/scene.ts";
import { HubError } from "#contract/errors.ts";
import { presetByName, presets, type Preset } from "./presets.ts";
import { stageByName, stages } from "./stages.ts";

export interface StageSettings {
  readonly enabled: boolean;
  /** Every parameter of the stage, within its range. */
  readonly params: Readonly<Record<string, SceneParam>>;
}

/** How a scene is set: which stages draw, and how. Immutable. */
export interface Scene {
  readonly preset: string;
  readonly stages: ReadonlyMap<string, StageSettings>;
  readonly selected: string | undefined;
}

/**
 * The scene as a preset has it: its stages on, all others off, and what it does not say as the stage has it at first.
 *
 * @throws {HubError} `bad-request` for a name that is none.
 */
export function sceneOf(presetName: string, selected?: string): Scene {
  const preset = presetByName.get(presetName);
  if (!preset)
    throw new HubError(
      "bad-request",
      `there is no preset "${presetName.slice(0, 64)}"; there are: ${presets.map(({ name }) => name).join(", ")}`,
    );
  return {
    preset: preset.name,
    stages: new Map(stages.map((stage) => [stage.name, settingsOf(stage.name, preset)])),
    selected,
  };
}

function settingsOf(name: string, preset: Preset): StageSettings {
  const stage = stageByName.get(name);
  const initial = Object.entries(stage?.params ?? {}).map(([param, { initial: value }]) => [param, value] as const);
  const own = preset.stages[name];
  return { enabled: own !== undefined, params: { ...Object.fromEntries(initial), ...own } };
}

/** The scene as the protocol tells it, with what a panel needs to control it. */
export function stateOf(scene: Scene): SceneState {
  return {
    stages: Object.fromEntries(
      stages.map(({ name, params }) => {
        const settings = scene.stages.get(name);
        return [
          name,
          {
            enabled: settings?.enabled ?? false,
            params: { ...settings?.params },
            selected: scene.selected === name,
            controls: Object.fromEntries(Object.entries(params).map(([param, { control }]) => [param, control])),
          },
        ];
      }),
    ),
    preset: scene.preset,
    presets: presets.map(({ name }) => name),
    selected_stage: scene.selected ?? null,
  };
}
