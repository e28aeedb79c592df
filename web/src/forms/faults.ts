import { ApiError } from "../queries/api.ts";
import { texts } from "../texts.ts";
import { durationText } from "./duration.ts";
import type { FormField } from "./form-field.ts";
import type { z } from "@lightwell/wire/zod.ts";

/** What is wrong, by key of the field. */
export type Faults = Readonly<Record<string, string>>;

/** Words for what a schema has no words of its own: what to type instead. */
export function remedyFor(field: FormField | undefined, issue: z.core.$ZodRawIssue): string | undefined {
  const { form } = texts;
  const words = (value: unknown): string => {
    if (field?.control.type === "duration") return durationText(Number(value));
    const unit = field?.control.type === "number" ? field.control.unit : undefined;
    return unit ? `${String(value)} ${unit}` : String(value);
  };
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined || issue.input === null ? form.needed : form.whole;
    case "invalid_value":
      return form.choose;
    case "too_small":
      if (issue.origin === "string")
        return Number(issue.minimum) <= 1 ? form.needed : form.longer(words(issue.minimum));
      return form.atLeast(words(issue.minimum));
    case "too_big":
      if (issue.origin === "string") return form.shorter(words(issue.maximum));
      return issue.origin === "array" ? form.fewer(words(issue.maximum)) : form.atMost(words(issue.maximum));
    default:
      return undefined;
  }
}

/** What the hub has against a form: at the fields that it names, the rest for the whole form. */
export function faultsOfReply(
  error: unknown,
  keys: readonly string[],
): { readonly fields: Faults; readonly form: string | undefined } {
  const message = error instanceof Error ? error.message : String(error);
  const errors = error instanceof ApiError ? error.errors : [];
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of errors) {
    const key = pointer.split("/")[1] ?? "";
    if (keys.includes(key)) fields[key] ??= detail;
  }
  if (Object.keys(fields).length > 0) return { fields, form: undefined };
  const [only, ...others] = keys;
  // One field alone was sent: it is what is not right.
  if (only !== undefined && others.length === 0) return { fields: { [only]: texts.failed(message) }, form: undefined };
  return { fields, form: texts.failed(message) };
}
