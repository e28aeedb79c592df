import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A small copy of the house in which `files` are planted; returns the names of the rules that were broken. */
function brokenRules(files: Record<string, string>): string[] {
  const house = mkdtempSync(join(tmpdir(), "lightwell-house-"));
  try {
    for (const name of [
      ".dependency-cruiser.mjs",
      ".oxlintrc.json",
      "package.json",
      "hub/package.json",
      "wire/package.json",
    ]) {
      mkdirSync(dirname(join(house, name)), { recursive: true });
      cpSync(join(root, name), join(house, name));
    }
    symlinkSync(join(root, "node_modules"), join(house, "node_modules"));
    for (const [path, text] of Object.entries({ ...innocent, ...files })) {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    }
    const options = { cwd: house, encoding: "utf8" } as const;
    const cruise = spawnSync(
      "depcruise",
      ["--config", ".dependency-cruiser.mjs", "-T", "json", "wire/src", "hub/src"],
      options,
    );
    const { summary } = JSON.parse(cruise.stdout) as {
      summary: { totalCruised: number; violations: Array<{ rule: { name: string } }> };
    };
    // A cruise that reads nothing finds nothing wrong.
    expect(summary.totalCruised).toBeGreaterThanOrEqual(Object.keys(innocent).length - 1);
    const lint = spawnSync("oxlint", ["--deny-warnings", "hub", "web"], options);
    const lintRules = [...lint.stdout.matchAll(/(?:import|eslint)\(([a-z-]+)\)/g)].map((match) => match[1] ?? "");
    return [...new Set([...summary.violations.map((violation) => violation.rule.name), ...lintRules])].sort();
  } finally {
    rmSync(house, { recursive: true, force: true });
  }
}

const innocent = {
  "wire/src/a.ts": "export const a = 1;",
  "hub/src/core/a.ts": "export const a = 1;",
  "hub/src/contract/a.ts": "import type { a } from '#core/a.ts';\nexport type A = typeof a;",
  "hub/src/picture/a.ts": "import { a } from '#core/a.ts';\nexport const b = a;",
  "hub/src/glyph/a.ts": "import { a } from '#core/a.ts';\nexport const b = a;",
  "hub/src/transport/a.ts": "import { a } from '#core/a.ts';\nexport const b = a;",
  "hub/src/outputs/one/module.ts": "import { b } from '#picture/a.ts';\nexport default b;",
  "hub/src/outputs/two/module.ts": "import { own } from './own.ts';\nexport default own;",
  "hub/src/outputs/two/own.ts": "export const own = 1;",
  "hub/src/modules.ts":
    "import one from '#outputs/one/module.ts';\nimport two from '#outputs/two/module.ts';\nexport const modules = [one, two];",
  "web/src/a.ts": "export const a = 1;",
};

it("finds nothing wrong in a house that is in order", () => {
  expect(brokenRules({})).toEqual([]);
});

it.each([
  ["wire-is-pure", { "wire/src/b.ts": "import fs from 'node:fs';\nexport default fs;" }],
  ["core-is-pure", { "hub/src/core/b.ts": "import fs from 'node:fs';\nexport default fs;" }],
  ["core-is-pure", { "hub/src/core/b.ts": "import type { A } from '#contract/a.ts';\nexport type B = A;" }],
  [
    "contract-below-modules",
    { "hub/src/contract/b.ts": "import one from '#outputs/one/module.ts';\nexport default one;" },
  ],
  [
    "layers-below-modules",
    { "hub/src/picture/b.ts": "import one from '#outputs/one/module.ts';\nexport default one;" },
  ],
  ["glyph-is-pure", { "hub/src/glyph/b.ts": "import fs from 'node:fs';\nexport default fs;" }],
  ["modules-apart", { "hub/src/outputs/two/b.ts": "import one from '#outputs/one/module.ts';\nexport default one;" }],
  ["modules-by-their-door", { "hub/src/b.ts": "import { own } from '#outputs/two/own.ts';\nexport default own;" }],
  [
    "modules-below-boot",
    {
      "hub/src/outputs/two/b.ts": "import { c } from '#c.ts';\nexport default c;",
      "hub/src/c.ts": "export const c = 1;",
    },
  ],
  [
    "no-restricted-imports",
    { "web/src/b.tsx": "import { a } from '../../hub/src/core/a.ts';\nexport default () => <b>{a}</b>;" },
  ],
  ["sharp-in-picture", { "hub/src/outputs/two/b.ts": "import sharp from 'sharp';\nexport default sharp;" }],
  ["database-in-store", { "hub/src/outputs/two/b.ts": "import { Kysely } from 'kysely';\nexport default Kysely;" }],
  [
    "database-in-store",
    { "hub/src/outputs/two/b.ts": "import { DatabaseSync } from 'node:sqlite';\nexport default DatabaseSync;" },
  ],
  ["kernel-in-transport", { "hub/src/outputs/two/b.ts": "import koffi from 'koffi';\nexport default koffi;" }],
  ["resolvable", { "hub/src/outputs/two/b.ts": "import x from './nowhere.ts';\nexport default x;" }],
  [
    "no-cycle",
    {
      "hub/src/core/b.ts": "import { c } from './c.ts';\nexport const b = () => c;",
      "hub/src/core/c.ts": "import { b } from './b.ts';\nexport const c = () => b;",
    },
  ],
])("finds a planted violation of %s", (rule, files) => {
  expect(brokenRules(files as Record<string, string>)).toContain(rule);
});
