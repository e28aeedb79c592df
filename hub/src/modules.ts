import type { ModuleDefinition } from "#contract/module.ts";

/** Every module of the hub, in the order in which they start; they close in reverse. */
export const modules: readonly ModuleDefinition[] = [];
