import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { Collection } from "#contract/services.ts";
import type { Cancel, Clock } from "#core/clock.ts";
import { z } from "zod";
import { paramValue } from "./param-value.ts";
import { presetByName } from "./presets.ts";
import { sceneOf, type Scene, type StageSettings } from "./scene.ts";
import { stageByName } from "./stages.ts";

/** A hand on a slider changes the scene many times a second. */
const SAVE_AFTER_MS = 1000;

const saved = z.object({
  /** The preset of the configuration by then: another one there now is newer than what was steered. */
  configured: z.string(),
  preset: z.string(),
  selected: z.string().optional(),
  stages: z.record(z.string(), z.object({ enabled: z.boolean(), params: z.record(z.string(), z.unknown()) })),
});
export type SavedScene = z.infer<typeof saved>;

/** Keeps a scene as viewers have set it across restarts of the hub. */
export class SceneMemory {
  readonly #collection: Collection<unknown>;
  readonly #id: string;
  readonly #configured: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #unsaved: Scene | undefined;
  #cancelSave: Cancel | undefined;

  /** @param id of the scene's document: the channel's name */
  constructor(collection: Collection<unknown>, id: string, configured: string, { clock, log }: SceneMemoryHouse) {
    this.#collection = collection;
    this.#id = id;
    this.#configured = configured;
    this.#clock = clock;
    this.#log = log;
  }

  /** The scene as it was left, as far as this version knows its parts; else as the configured preset has it. */
  async recall(): Promise<Scene> {
    const { success, data } = saved.safeParse(await this.#collection.get(this.#id));
    return success && data.configured === this.#configured && presetByName.has(data.preset)
      ? sceneFrom(data)
      : sceneOf(this.#configured);
  }

  /** Save the scene soon. */
  note(scene: Scene): void {
    this.#unsaved = scene;
    this.#cancelSave ??= this.#clock.after(SAVE_AFTER_MS, () => void this.save());
  }

  /** Save what has been noted, now. Never fails: a scene that cannot be saved goes on. */
  async save(): Promise<void> {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    const scene = this.#unsaved;
    this.#unsaved = undefined;
    if (!scene) return;
    const { preset, selected, stages } = scene;
    const document = { configured: this.#configured, preset, selected, stages: Object.fromEntries(stages) };
    await this.#collection.put(this.#id, document satisfies SavedScene).catch((error: unknown) => {
      this.#log.warn({ error: messageOf(error) }, "the scene could not be saved");
    });
  }
}

export interface SceneMemoryHouse {
  readonly clock: Clock;
  readonly log: Log;
}

function sceneFrom({ preset, selected, stages }: SavedScene): Scene {
  const scene = sceneOf(preset, selected !== undefined && stageByName.has(selected) ? selected : undefined);
  return {
    ...scene,
    stages: new Map(
      [...scene.stages].map(([name, settings]) => [
        name,
        stages[name] ? settingsFrom(name, settings, stages[name]) : settings,
      ]),
    ),
  };
}

function settingsFrom(name: string, { params }: StageSettings, kept: SavedScene["stages"][string]): StageSettings {
  const controls = stageByName.get(name)?.params ?? {};
  return {
    enabled: kept.enabled,
    params: Object.fromEntries(
      Object.entries(params).map(([param, value]) => {
        const control = controls[param]?.control;
        try {
          return [param, control && param in kept.params ? paramValue(param, control, kept.params[param]) : value];
        } catch {
          // The range is another one since then.
          return [param, value];
        }
      }),
    ),
  };
}
