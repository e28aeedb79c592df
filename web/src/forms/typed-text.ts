import { texts } from "../texts.ts";
import { durationOf, durationText } from "./duration.ts";
import type { FormField } from "./form-field.ts";

/** What a typed text stands for, or why it stands for nothing. */
export type Read = { readonly value: unknown } | { readonly fault: string };

/** The text of a value, as one would type it. */
export function textOf({ control }: FormField, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (control.type === "duration" && typeof value === "number") return durationText(value);
  if (Array.isArray(value)) return value.join(", ");
  return String(value);
}

/** The value of a typed text. Whether the schema takes it is another question. */
export function readText({ control, empty }: FormField, text: string): Read {
  const typed = text.trim();
  if (typed === "") return { value: empty };
  switch (control.type) {
    case "duration": {
      const value = durationOf(typed);
      return value === undefined ? { fault: texts.form.duration } : { value };
    }
    case "number": {
      const value = Number(typed.replaceAll(",", "."));
      return Number.isFinite(value) ? { value } : { fault: texts.form.number };
    }
    case "list":
      return { value: typed.split(/[\s,]+/).filter(Boolean) };
    default:
      return { value: text };
  }
}
