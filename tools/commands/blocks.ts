/** How a block of commands is run by the test. */
interface Run {
  readonly kind: "run";
  /** A hub, by the command that starts it: it runs beside the block. */
  readonly beside: string | undefined;
  /** The block starts a hub, which holds its terminal and runs on beside the blocks that follow. */
  readonly holds: boolean;
  /** Files that the reader is told to have: paths from where the block runs, or from `~`. */
  readonly files: readonly string[];
  /** What the reader is told to put in the place of a word; `repository` is the address to clone from. */
  readonly values: ReadonlyMap<string, string>;
  /** The block ends by these keys, typed when it has drawn something. `^C` is an interrupt. */
  readonly keys: string | undefined;
  /** With `keys`: they are typed when this command succeeds. */
  readonly when: string | undefined;
  /** The block is left out where this command fails. */
  readonly needs: string | undefined;
  /** Words that have to be in the output. */
  readonly shows: string | undefined;
}

/** A fenced block of a page that the reader is to type or to save. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  readonly use:
    | Run
    | { readonly kind: "file"; readonly path: string }
    | { readonly kind: "not-run"; readonly reason: string };
}

/** A block without a marker, or with one that is none. */
export interface Fault {
  readonly at: string;
  readonly fault: string;
}

const FENCE = /^(?<indent> *)```(?<language>\w*)\n(?<text>[^]*?)^ *```$/gm;
const MARKER = /<!-- *(.*?) *-->\s*$/;
const KEYS = ["beside", "with", "where", "keys", "when", "needs", "shows"] as const;

/**
 * The blocks of commands (`sh`) of a page, and those that it has the reader save as a file. Each has a marker right
 * before it, an HTML comment:
 *
 * - `run`, then any of `; holds`, `; beside: <command of a hub>`, `; with: <file>, <file>`, `; where: <word>=<value>`,
 *   `; keys: q`, `; when: <command>`, `; needs: <command>`, `; shows: <words>`
 * - `file: <path>`
 * - `not run: <why the test cannot>`
 */
export function blocksOf(page: string, markdown: string): { blocks: Block[]; faults: Fault[] } {
  const blocks: Block[] = [];
  const faults: Fault[] = [];
  for (const match of markdown.matchAll(FENCE)) {
    const { indent = "", language = "", text = "" } = match.groups ?? {};
    const before = markdown.slice(0, match.index);
    const line = before.split("\n").length;
    const marker = MARKER.exec(before)?.[1];
    const use = marker === undefined ? undefined : readMarker(marker);
    const at = `${page}:${line}`;
    if (typeof use === "string") faults.push({ at, fault: use });
    else if (use) blocks.push({ page, line, text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""), use });
    else if (language === "sh")
      faults.push({ at, fault: "a block of commands without a marker: see tools/commands/blocks.ts" });
  }
  return { blocks, faults };
}

/** What a marker says, why it says nothing that can be used, or undefined when it is another comment. */
function readMarker(marker: string): Block["use"] | string | undefined {
  const [head = "", ...parts] = marker.split(/ *; */);
  const [, reason] = /^not run: *(.+)$/.exec(marker) ?? [];
  if (reason !== undefined) return { kind: "not-run", reason };
  const [, path] = /^file: *(\S+)$/.exec(marker) ?? [];
  if (path !== undefined) return { kind: "file", path };
  if (head !== "run") return undefined;
  const said = new Map<string, string>();
  for (const part of parts) {
    const [, key = "", value = ""] = /^(\w+)(?:: *(.+))?$/.exec(part) ?? [];
    if (key !== "holds" && !(KEYS as readonly string[]).includes(key))
      return `the marker says "${part}", which means nothing`;
    said.set(key, value);
  }
  const list = (key: string) => said.get(key)?.split(/ *, */) ?? [];
  return {
    kind: "run",
    beside: said.get("beside"),
    holds: said.has("holds"),
    files: list("with"),
    values: new Map(list("where").map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)])),
    keys: said.get("keys"),
    when: said.get("when"),
    needs: said.get("needs"),
    shows: said.get("shows"),
  };
}
