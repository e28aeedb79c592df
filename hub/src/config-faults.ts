import { z } from "zod";
import { inner, keysOf } from "./config-schema.ts";
import { nearest } from "./nearest.ts";

/** What is wrong in a section, a line a fault: the path, the fault, for a key that there is none of the nearest one. */
export function describeFault(section: string, schema: z.ZodType, issue: z.core.$ZodIssue): string[] {
  const path = [section, ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(keysOf(schemaAt(schema, issue.path)));
    return issue.keys.map((key) => `${path}.${key}: there is no such setting${nearest(key, known)}`);
  }
  return [`${path}: ${issue.message}`];
}

/** The schema of what a path leads to, through maps and lists. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType {
  const [key, ...rest] = path;
  const type = inner(schema);
  if (key === undefined) return type;
  if (type instanceof z.ZodArray) return schemaAt(type.element as z.ZodType, rest);
  if (type instanceof z.ZodRecord) return schemaAt(type.valueType as z.ZodType, rest);
  const below = keysOf(type)[String(key)];
  return below ? schemaAt(below, rest) : z.unknown();
}
