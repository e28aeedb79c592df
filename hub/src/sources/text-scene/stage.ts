import type { SceneControl, SceneParam } from "@lightwell/wire/text/scene.ts";
import type { Canvas } from "./canvas.ts";
import type { SceneData } from "./scene-data.ts";

/** When and of what a frame is drawn: with the canvas's size and the parameters, all that a stage may depend on. */
export interface Moment {
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  /** The same in seconds, for speeds. */
  readonly seconds: number;
  /** Number of the frame at the scene's rate, counted from the epoch. */
  readonly frame: number;
  readonly seed: number;
  readonly data: SceneData;
}

/** A parameter of a stage: how it can be set and what it is at first. */
export interface Param<T extends SceneParam = SceneParam> {
  readonly control: SceneControl;
  readonly initial: T;
}

type Params = Readonly<Record<string, Param>>;
type Values<P extends Params> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never };

/** One step of the picture: draws on what the stages before it left. */
export interface Stage {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly params: Params;
  /** `values` hold every parameter, within its range. */
  draw(canvas: Canvas, values: Readonly<Record<string, SceneParam>>, moment: Moment): void;
}

export function defineStage<const P extends Params>(stage: {
  readonly name: string;
  readonly summary: string;
  readonly params: P;
  draw(canvas: Canvas, values: Values<P>, moment: Moment): void;
}): Stage {
  // Values come from the scene, which checks each against its control: that is what the types promise.
  return stage as unknown as Stage;
}

/** A number with its range; `step` is what a slider moves by, values between are taken too. */
export function number(initial: number, min: number, max: number, step: number, unit?: string): Param<number> {
  return { control: { type: "number", min, max, step, ...(unit && { unit }) }, initial };
}

export function choice<const C extends readonly string[]>(choices: C, initial: C[number]): Param<C[number]> {
  return { control: { type: "choice", choices: [...choices] }, initial };
}

export function toggle(initial: boolean): Param<boolean> {
  return { control: { type: "boolean" }, initial };
}

/** `#rrggbb`, lower case. */
export function colour(initial: `#${string}`): Param<string> {
  return { control: { type: "color" }, initial };
}

/** Clean text (see `plain-text.ts`), up to `maxLength` UTF-16 units. */
export function text(initial: string, maxLength: number): Param<string> {
  return { control: { type: "text", maxLength }, initial };
}
