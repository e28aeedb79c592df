/** The part of JSON Schema that the hub's schemas use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly nullable?: boolean;
  readonly default?: unknown;
}

/** The members of a union, or the schema itself. */
export const membersOf = (schema: JsonSchema): readonly JsonSchema[] => schema.anyOf ?? schema.oneOf ?? [schema];

/** A type in words: `1–64 characters`, `list of number`, `"a" or "b"`. */
export function typeOf(schema: JsonSchema): string {
  const words = wordsOf(schema);
  return schema.nullable ? `${words} or null` : words;
}

function wordsOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return [...new Set(union.map(typeOf))].join(" or ");
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => wordsOf({ ...schema, type })).join(" or ");
  switch (schema.type) {
    case "null":
      return "null";
    case "string":
      return `text${range(schema.minLength, schema.maxLength, " of ", " characters")}`;
    case "integer":
    case "number":
      return `number${range(schema.minimum ?? schema.exclusiveMinimum, schema.maximum, " ", "")}`;
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${schema.items ? typeOf(schema.items) : "anything"}${range(undefined, schema.maxItems, ", ", "")}`;
    case "object":
      return typeof schema.additionalProperties === "object"
        ? `map of ${typeOf(schema.additionalProperties)}`
        : "object";
    default:
      return "anything";
  }
}

function range(least: number | undefined, most: number | undefined, before: string, after: string): string {
  const [from, to] = [least, most].map((bound) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined,
  );
  if (to === undefined) return from === undefined || from === 0 ? "" : `${before}at least ${from}${after}`;
  return from === undefined ? `${before}at most ${to}${after}` : `${before}${from}–${to}${after}`;
}

/** Every field, those inside others too (`channels[].name`), as rows of a table: field, type, meaning. */
export function fieldRows(schema: JsonSchema, prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = !schema.required?.includes(name) || field.default !== undefined;
    const path = `${prefix}${name}`;
    const said = field.description ?? field.items?.description ?? "";
    const fallback = field.default === undefined ? "" : `Default: \`${JSON.stringify(field.default)}\`.`;
    const meaning = [said, fallback].filter(Boolean).join(" ");
    return [
      row(`\`${path}\`${optional ? " (optional)" : ""}`, typeOf(field), meaning),
      ...fieldRows(field, `${path}.`),
      ...(field.items ? fieldRows(field.items, `${path}[].`) : []),
      ...(typeof field.additionalProperties === "object"
        ? fieldRows(field.additionalProperties, `${path}.<name>.`)
        : []),
    ];
  });
}

/** One row of a Markdown table. */
export const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;

/** A Markdown table; nothing when it has no rows. */
export const table = (head: readonly string[], rows: readonly string[]): string[] =>
  rows.length === 0 ? [] : [row(...head), row(...head.map(() => "---")), ...rows, ""];
