import { glyphWidth } from "@lightwell/wire/text/glyph-width.ts";
import type { SceneParam } from "@lightwell/wire/text/scene.ts";

/**
 * Stands after a wide character for the column that it covers: in such texts each character is one column. For private
 * use, so it is in no clean text.
 */
export const COVERED = "\ue000";

/** Everything below is narrow. */
const MAY_BE_WIDE = /[\u1100-\u{10ffff}]/u;

/** A clean text with {@link COVERED} after each wide character. */
export function inColumns(text: string): string {
  if (!MAY_BE_WIDE.test(text)) return text;
  let columns = "";
  for (const character of text)
    columns += glyphWidth(character.codePointAt(0) ?? 0) === 2 ? character + COVERED : character;
  return columns;
}

const known = new WeakMap<readonly string[], readonly string[]>();

/** As {@link inColumns} for lines that are shown again and again. */
export function linesInColumns(lines: readonly string[]): readonly string[] {
  let columns = known.get(lines);
  if (!columns) known.set(lines, (columns = lines.map(inColumns)));
  return columns;
}

/** Parameters of a stage, the texts among them in columns. */
export function paramsInColumns(params: Readonly<Record<string, SceneParam>>): Readonly<Record<string, SceneParam>> {
  const isWide = Object.values(params).some((value) => typeof value === "string" && MAY_BE_WIDE.test(value));
  if (!isWide) return params;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "string" ? inColumns(value) : value]),
  );
}
