import type { SceneControl, SceneParam } from "@lightwell/wire/text/scene.ts";
import { HubError } from "#contract/errors.ts";
import { cleanText } from "./content/plain-text.ts";

/**
 * A value that somebody sent, as the control takes it: numbers and booleans may come as text, colours as `#rgb`, in
 * capitals or without `#`.
 *
 * @throws {HubError} `bad-request` that names what is allowed.
 */
export function paramValue(name: string, control: SceneControl, value: unknown): SceneParam {
  switch (control.type) {
    case "number":
      return numberValue(name, control, value);
    case "boolean":
      if (value === true || value === "true" || value === 1) return true;
      if (value === false || value === "false" || value === 0) return false;
      throw refused(name, value, "true or false");
    case "choice":
      if (typeof value === "string") {
        const found = control.choices.find((choice) => choice === value.trim().toLowerCase());
        if (found !== undefined) return found;
      }
      throw refused(name, value, `one of ${control.choices.join(", ")}`);
    case "color":
      return colourValue(name, value);
    case "text":
      if (typeof value !== "string") throw refused(name, value, `text of up to ${control.maxLength} characters`);
      return cleanText(value, control.maxLength, { keepLines: true });
  }
}

function numberValue(name: string, control: Extract<SceneControl, { type: "number" }>, value: unknown): number {
  const { min, max, step, unit } = control;
  const number = typeof value === "string" && value.trim() !== "" && value.length < 40 ? Number(value) : value;
  if (typeof number !== "number" || !(number >= min && number <= max))
    throw refused(name, value, `a number from ${min} to ${max}${unit ? ` ${unit}` : ""}`);
  // What counts things takes whole numbers only.
  return Number.isInteger(step) && Number.isInteger(min) ? Math.round(number) : number;
}

function colourValue(name: string, value: unknown): string {
  const digits = typeof value === "string" ? /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(value.trim())?.[1] : undefined;
  if (digits === undefined) throw refused(name, value, "a colour such as #40a0ff");
  const six = digits.length === 3 ? digits.replace(/./g, "$&$&") : digits;
  return `#${six.toLowerCase()}`;
}

function refused(name: string, value: unknown, allowed: string): HubError {
  const given =
    typeof value === "string" ? `"${value.slice(0, 40)}"` : typeof value === "object" ? "that" : String(value);
  return new HubError("bad-request", `${name} cannot be ${given}: it takes ${allowed}`);
}
