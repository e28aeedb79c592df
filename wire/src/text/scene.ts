import { z } from "zod";

/** How a parameter of a stage can be set: what a control panel needs to draw it. */
export const sceneControl = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("number"),
    min: z.number(),
    max: z.number(),
    step: z.number(),
    unit: z.string().optional(),
  }),
  z.object({ type: z.literal("choice"), choices: z.array(z.string()) }),
  z.object({ type: z.literal("boolean") }),
  z.object({ type: z.literal("color") }),
  z.object({ type: z.literal("text"), maxLength: z.int() }),
]);
export type SceneControl = z.infer<typeof sceneControl>;

export const sceneParam = z.union([z.number(), z.string(), z.boolean()]);
export type SceneParam = z.infer<typeof sceneParam>;

/**
 * What a text scene does now, as the original's `state` message has it.
 * `controls` is Lightwell's addition; a producer may leave it out, then the panel goes by the values' types.
 */
export const sceneState = z.object({
  stages: z.record(
    z.string().max(64),
    z.object({
      enabled: z.boolean(),
      params: z.record(z.string().max(64), sceneParam),
      selected: z.boolean(),
      controls: z.record(z.string().max(64), sceneControl).optional(),
    }),
  ),
  preset: z.string().nullable(),
  presets: z.array(z.string()),
  selected_stage: z.string().nullable(),
});
export type SceneState = z.infer<typeof sceneState>;

/** What a source says that it does. A scene's is a {@link SceneState}; a producer's may be any JSON object. */
export const sourceState = z.looseObject({});
export type SourceState = z.infer<typeof sourceState>;

/** The state of a scene, for a control panel; undefined when it is something else. Never throws. */
export function asSceneState(state: SourceState): SceneState | undefined {
  return sceneState.safeParse(state).data;
}

/** A viewer's wish to a source, as it came. A scene knows those of {@link sceneCommand}. */
export const sourceCommand = z.looseObject({});
export type SourceCommand = z.infer<typeof sourceCommand>;

/** A command that every scene knows. */
export const sceneCommand = z.discriminatedUnion("action", [
  z.object({ action: z.literal("toggle_stage"), stage: z.string().max(64) }),
  z.object({ action: z.literal("set_param"), stage: z.string().max(64), param: z.string().max(64), value: sceneParam }),
  z.object({ action: z.literal("select_stage"), stage: z.string().max(64) }),
  z.object({ action: z.literal("select_preset"), preset: z.string().max(64) }),
  z.object({ action: z.literal("next_preset") }),
  z.object({ action: z.literal("reset") }),
]);
export type SceneCommand = z.infer<typeof sceneCommand>;
