import type { SceneControl, SceneParam } from "@lightwell/wire/text/scene.ts";

const MAX_TEXT = 1000;
const COLOUR = /^#[0-9a-f]{6}$/i;

/** How a parameter is set when its scene does not say: by the kind of value that it has. */
export function controlOf(value: SceneParam, given: SceneControl | undefined): SceneControl | undefined {
  if (given) return given;
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "string") return COLOUR.test(value) ? { type: "color" } : { type: "text", maxLength: MAX_TEXT };
  // A number without a range can be typed, but not slid.
  return undefined;
}

/** `sunSize` and `sun_size` as words. */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
