import type { ModuleDefinition } from "#contract/module.ts";
import { z } from "zod";
import { descriptionOf, inner, keysOf } from "../config-schema.ts";
import { environmentName, sectionsOf } from "../config.ts";
import { modes, type Mode } from "../modes.ts";

/** Every setting with type, default and meaning, as Markdown. */
export function configurationReference(modules: readonly ModuleDefinition[]): string {
  const summaries = new Map(modules.map((module) => [module.name, module.summary]));
  const parts = Object.entries(sectionsOf(modules)).map(([name, schema]) => {
    const keys = Object.entries(keysOf(schema));
    const head = `## ${name}\n\n${summaries.get(name) ?? (name === "hub" ? "The hub as a whole." : "Every channel, and single ones by name.")}\n`;
    if (keys.length === 0) return `${head}\nNo settings.\n`;
    const rows = keys.map(
      ([key, value]) =>
        `| \`${key}\` | ${typeOf(value)} | ${defaultOf(value)} | ${meaningOf(value)} | \`${environmentName(name, key)}\` |`,
    );
    return `${head}\n| key | type | default | meaning | environment |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  const changed = Object.entries<Mode>(modes).flatMap(([mode, { defaults }]) =>
    Object.entries(defaults).map(([path, value]) => `| ${mode} | \`${path}\` | ${JSON.stringify(value)} |`),
  );
  return [
    "# Configuration",
    "",
    "A YAML file with one section per module; then the environment; then `--set section.key=value`. The later wins. The file is",
    "`lightwell.yaml` in Lightwell's own folder (of an installed package: `lightwell/lightwell.yaml` in the user's folder for",
    "settings, `XDG_CONFIG_HOME`), or the one that `--config` names; `./lightwell config check` says which one it read.",
    "Generated from the modules' schemas: `./lightwell config docs`.",
    "",
    ...parts,
    "## What modes change",
    "",
    "| mode | setting | default there |",
    "| --- | --- | --- |",
    ...changed,
    "",
  ].join("\n");
}

function typeOf(schema: z.ZodType): string {
  const type = inner(schema);
  if (type instanceof z.ZodEnum) return type.options.map((value) => `\`${value}\``).join(" \\| ");
  if (type instanceof z.ZodUnion) return type.options.map((option) => typeOf(option as z.ZodType)).join(" \\| ");
  if (type instanceof z.ZodLiteral) return [...type.values].map((value) => `\`${String(value)}\``).join(" \\| ");
  if (type instanceof z.ZodArray) return `list of ${typeOf(type.element as z.ZodType)}`;
  if (type instanceof z.ZodRecord) return "map";
  if (type instanceof z.ZodObject) return `{ ${Object.keys(type.shape).join(", ")} }`;
  const { minimum, maximum } = bounds(type);
  const range = minimum !== undefined || maximum !== undefined ? ` ${minimum ?? ""}–${maximum ?? ""}` : "";
  return `${type instanceof z.ZodNumber ? "number" : type.type}${range}`;
}

function bounds(type: z.ZodType): { minimum?: number; maximum?: number } {
  if (!(type instanceof z.ZodNumber)) return {};
  const limit = (value: number | null) =>
    value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
  const [minimum, maximum] = [limit(type.minValue), limit(type.maxValue)];
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}

function defaultOf(schema: z.ZodType): string {
  const result = schema.safeParse(undefined);
  return result.success && result.data !== undefined ? `\`${JSON.stringify(result.data)}\`` : "–";
}

function meaningOf(schema: z.ZodType): string {
  return descriptionOf(schema).replaceAll("|", "\\|").replaceAll("\n", " ");
}
