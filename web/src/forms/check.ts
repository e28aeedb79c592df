import { z } from "@lightwell/wire/zod.ts";
import { remedyFor, type Faults } from "./faults.ts";
import type { FormField } from "./form-field.ts";
import type { Read } from "./typed-text.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a form stands for, by key: checked values, or what is wrong at which field. */
export function checkAll(
  schema: z.ZodObject,
  fields: readonly FormField[],
  read: ReadonlyMap<string, Read>,
): { readonly faults: Faults; readonly values: Values | undefined } {
  const unread: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  for (const [key, result] of read) {
    if ("fault" in result) unread[key] = result.fault;
    else if (result.value !== undefined) values[key] = result.value;
  }
  const checked = schema.safeParse(values, {
    error: (issue) =>
      remedyFor(
        fields.find(({ key }) => key === issue.path?.[0]),
        issue,
      ),
  });
  const faults: Record<string, string> = { ...unread };
  for (const { path, message } of checked.error?.issues ?? []) faults[String(path[0] ?? "")] ??= message;
  return { faults, values: Object.keys(faults).length === 0 ? checked.data : undefined };
}

/** What one field stands for by itself. */
export function checkOne(schema: z.ZodObject, field: FormField, read: Read): Read {
  if ("fault" in read) return read;
  const part: unknown = schema.shape[field.key];
  if (!(part instanceof z.ZodType)) return read;
  const checked = part.safeParse(read.value, { error: (issue) => remedyFor(field, issue) });
  return checked.success
    ? { value: checked.data }
    : { fault: checked.error.issues[0]?.message ?? checked.error.message };
}
