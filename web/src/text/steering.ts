import type { SceneCommand, SceneParam, SceneState } from "@lightwell/wire/text/scene.ts";
import { Value } from "../live/value.ts";
import type { DisplayConnection } from "./display-connection.ts";

/** Something that was asked for and that the hub's state does not show yet. */
interface Wanted {
  readonly apply: (state: SceneState) => SceneState;
  readonly holds: (state: SceneState) => boolean;
  readonly command: SceneCommand & { readonly enabled?: boolean };
}

/** A producer may take a moment to answer a command; one that never does keeps what it has. */
const PATIENCE_MS = 1500;

/** Names the field of a parameter, as in {@link Steering.problems}. */
export const fieldOf = (stage: string, param: string): string => `${stage}.${param}`;

/**
 * What somebody at the panel sees and does: the scene's state with what was just asked for on top of it, until the hub
 * shows the same or refuses. Of a slider that is dragged the latest value goes when the one before was answered.
 */
export class Steering {
  readonly scene = new Value<SceneState | undefined>(undefined);
  /** What the hub has against a change, by field, stage, or `""` for the whole. */
  readonly problems = new Value<ReadonlyMap<string, string>>(new Map());
  readonly #connection: Pick<DisplayConnection, "scene" | "command">;
  readonly #wanted = new Map<string, Wanted>();
  /** Keys of what was sent and is not answered. */
  readonly #underWay = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(connection: Pick<DisplayConnection, "scene" | "command">) {
    this.#connection = connection;
  }

  /** Follow the hub until the function that this returns is called. */
  start(): () => void {
    const leave = this.#connection.scene.follow(this.#update);
    this.#update();
    return () => {
      leave();
      for (const timer of this.#timers.values()) clearTimeout(timer);
      this.#timers.clear();
      this.#wanted.clear();
    };
  }

  setParam(stage: string, param: string, value: SceneParam): void {
    this.#want(fieldOf(stage, param), {
      command: { action: "set_param", stage, param, value },
      apply: (state) => withStage(state, stage, (it) => ({ ...it, params: { ...it.params, [param]: value } })),
      holds: (state) => state.stages[stage]?.params[param] === value,
    });
  }

  toggle(stage: string): void {
    const now = this.scene.get()?.stages[stage];
    if (!now) return;
    const enabled = !now.enabled;
    this.#want(stage, {
      // Scenes that know `enabled` are not turned twice by two who switch at once.
      command: { action: "toggle_stage", stage, enabled },
      apply: (state) => withStage(state, stage, (it) => ({ ...it, enabled })),
      holds: (state) => state.stages[stage]?.enabled === enabled,
    });
  }

  select(stage: string): void {
    this.#want(" selected", {
      command: { action: "select_stage", stage },
      apply: (state) => ({ ...state, selected_stage: stage }),
      holds: (state) => state.selected_stage === stage,
    });
  }

  choosePreset(preset: string): void {
    this.#forget();
    this.#want(" preset", {
      command: { action: "select_preset", preset },
      apply: (state) => ({ ...state, preset }),
      holds: (state) => state.preset === preset,
    });
  }

  nextPreset(): void {
    const { presets = [], preset } = this.scene.get() ?? {};
    const next = presets[(presets.indexOf(preset ?? "") + 1) % presets.length];
    if (next !== undefined) this.choosePreset(next);
  }

  reset(): void {
    this.#forget();
    void this.#connection.command({ action: "reset" }).then((problem) => this.#complain("", problem));
  }

  /** The whole scene changes: what waits is of the old one. */
  #forget(): void {
    this.#wanted.clear();
    this.problems.set(new Map());
  }

  #want(key: string, wanted: Wanted): void {
    this.#wanted.set(key, wanted);
    this.#complain(key, undefined);
    this.#update();
    if (!this.#underWay.has(key)) this.#send(key, wanted);
  }

  #send(key: string, wanted: Wanted): void {
    this.#underWay.add(key);
    void this.#connection.command(wanted.command).then((problem) => {
      this.#underWay.delete(key);
      const now = this.#wanted.get(key);
      if (now === undefined) return;
      if (now !== wanted) this.#send(key, now);
      else if (problem === undefined) this.#settle(key, wanted);
      else {
        this.#wanted.delete(key);
        this.#complain(key.startsWith(" ") ? "" : key, problem);
      }
      this.#update();
    });
  }

  #settle(key: string, wanted: Wanted): void {
    clearTimeout(this.#timers.get(key));
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      if (this.#wanted.get(key) !== wanted) return;
      this.#wanted.delete(key);
      this.#update();
    }, PATIENCE_MS);
    this.#timers.set(key, timer);
  }

  #complain(key: string, problem: string | undefined): void {
    const problems = new Map(this.problems.get());
    if (problem === undefined ? problems.delete(key) : problems.set(key, problem)) this.problems.set(problems);
  }

  readonly #update = (): void => {
    let state = this.#connection.scene.get();
    if (state) {
      for (const [key, { apply, holds }] of this.#wanted) {
        if (!this.#underWay.has(key) && holds(state)) this.#wanted.delete(key);
        else state = apply(state);
      }
    }
    this.scene.set(state);
  };
}

type StageState = SceneState["stages"][string];

function withStage(state: SceneState, name: string, change: (stage: StageState) => StageState): SceneState {
  const stage = state.stages[name];
  return stage ? { ...state, stages: { ...state.stages, [name]: change(stage) } } : state;
}
