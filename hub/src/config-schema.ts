import { z } from "zod";

/** Keys of a section with their schemas. */
export function keysOf(section: z.ZodType): Record<string, z.ZodType> {
  return section instanceof z.ZodObject ? (section.shape as Record<string, z.ZodType>) : {};
}

/** Schemas may have several wrappers (default, optional, a transformation); what is inside says the type. */
export function inner(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return inner(schema.in as z.ZodType);
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault
    ? inner(schema.unwrap() as z.ZodType)
    : schema;
}

/** What a setting means, as its schema says. */
export function descriptionOf(schema: z.ZodType): string {
  return schema.meta()?.description ?? inner(schema).meta()?.description ?? "";
}
