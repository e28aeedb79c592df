import { z } from "zod";
import { inner, keysOf } from "./config-schema.ts";

/** Paths of the settings that say a port, among the sections of a configuration. */
export function portPaths(sections: Readonly<Record<string, z.ZodType>>): string[] {
  return Object.entries(sections).flatMap(([section, schema]) =>
    Object.entries(keysOf(schema))
      .filter(([key, type]) => /^port$|Port$/.test(key) && inner(type) instanceof z.ZodNumber)
      .map(([key]) => `${section}.${key}`),
  );
}
