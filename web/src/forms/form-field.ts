import { z } from "@lightwell/wire/zod.ts";

/** How a value is typed or chosen. */
export type Control =
  | { readonly type: "text"; readonly maxLength: number | undefined }
  | { readonly type: "number"; readonly unit: string | undefined; readonly whole: boolean }
  /** ms, typed with a unit: `10 s`. */
  | { readonly type: "duration" }
  | { readonly type: "choice"; readonly choices: ReadonlyArray<{ readonly value: string; readonly words: string }> }
  | { readonly type: "switch" }
  /** Words with commas between. */
  | { readonly type: "list" }
  /** Nothing that is known here: whoever makes the form gives it a control. */
  | { readonly type: "other" };

/** One field of a form, as its schema describes it. */
export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly example: string | undefined;
  /** What it is while nothing has been given. */
  readonly preset: unknown;
  /** What an emptied field stands for: null where the schema takes it, else what it is when nothing is given. */
  readonly empty: unknown;
  readonly control: Control;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The fields of an object's schema, in its order. */
export function fieldsOf(schema: z.ZodObject): FormField[] {
  // What cannot be written as JSON Schema gets a control from whoever makes the form.
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).flatMap(([key, property]) =>
    typeof property === "boolean" ? [] : [fieldOf(key, property, required.includes(key))],
  );
}

function fieldOf(key: string, property: JsonSchema, required: boolean): FormField {
  const { inner, nullable } = unwrap(property);
  const described = { ...property, ...inner };
  const example = described["x-placeholder"] ?? described.examples?.[0];
  const control = controlOf(key, inner);
  const missing = required && control.type === "text" ? "" : described.default;
  return {
    key,
    label: described.title ?? wordsOf(key),
    hint: described.description,
    example: typeof example === "string" ? example : undefined,
    preset: described.default,
    empty: nullable ? null : missing,
    control,
  };
}

/** `T | null` is a T that may be empty. */
function unwrap(property: JsonSchema): { readonly inner: JsonSchema; readonly nullable: boolean } {
  const options = property.anyOf ?? [];
  const [inner, ...more] = options.filter((option) => typeof option !== "boolean" && option.type !== "null");
  const nullable = options.length === 2 && more.length === 0 && typeof inner === "object";
  return nullable ? { inner, nullable } : { inner: property, nullable: false };
}

function controlOf(key: string, property: JsonSchema): Control {
  const { type, enum: values, items } = property;
  if (values?.every((value) => typeof value === "string")) {
    const words: unknown = property["x-choices"];
    return { type: "choice", choices: values.map((value) => ({ value, words: wordsFor(words, value) })) };
  }
  if (type === "boolean") return { type: "switch" };
  if (type === "string") return { type: "text", maxLength: property.maxLength };
  if ((type === "integer" || type === "number") && key.endsWith("Ms")) return { type: "duration" };
  if (type === "integer" || type === "number") return { type: "number", unit: unitOf(key), whole: type === "integer" };
  const item = Array.isArray(items) ? undefined : items;
  if (type === "array" && typeof item === "object" && item.type === "string") return { type: "list" };
  return { type: "other" };
}

function wordsFor(words: unknown, value: string): string {
  const found = typeof words === "object" && words !== null ? new Map(Object.entries(words)).get(value) : undefined;
  return typeof found === "string" ? found : value;
}

const UNITS: ReadonlyArray<readonly [RegExp, string]> = [
  [/Seconds$/, "s"],
  [/Bytes$/, "B"],
  [/Pixels$/, "px"],
  [/[pP]ercent$/, "%"],
  [/[fF]ps$/, "fps"],
];

/** Units are at the end of names. */
export function unitOf(key: string): string | undefined {
  return UNITS.find(([end]) => end.test(key))?.[1];
}

/** `maxViewers` → `Max viewers`: for a field whose schema has no title. */
export function wordsOf(key: string): string {
  const words = key.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
