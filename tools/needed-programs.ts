import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProgram } from "./programs.mjs";

/** A test file that cannot run on this machine. */
export interface LeftOut {
  readonly file: string;
  readonly missing: readonly string[];
}

/**
 * Test files below `root` that need programs which this machine has not. A file names its programs in its first line,
 * `// needs: chromium, ffmpeg`; the fixtures that it imports may do the same.
 */
export function leftOut(root: string, include: readonly string[], find = findProgram): LeftOut[] {
  const found = new Map<string, boolean>();
  const isMissing = (program: string) => {
    if (!found.has(program)) found.set(program, find(program) !== undefined);
    return !found.get(program);
  };
  return globSync([...include], { cwd: root, exclude: (path) => path.endsWith("node_modules") })
    .map((file) => ({ file, missing: [...needsOf(join(root, file))].filter(isMissing) }))
    .filter(({ missing }) => missing.length > 0);
}

function needsOf(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !existsSync(path)) return new Set();
  seen.add(path);
  const text = readFileSync(path, "utf8");
  const needs = new Set((/^\/\/ needs: (.+)$/m.exec(text.slice(0, 200))?.[1] ?? "").split(/ *, */).filter(Boolean));
  for (const [, from = ""] of text.matchAll(/from "(\.[^"]*(?:\.fixture|\/testing\/\w+)\.ts)"/g))
    for (const need of needsOf(join(dirname(path), from), seen)) needs.add(need);
  return needs;
}
