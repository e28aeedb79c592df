// The layers of the house: wire ← core ← contract ← (picture, glyph, transport) ← modules ← modules.ts ← main.
// oxlint has the rest: import/no-cycle, and no-restricted-imports for web, sdk and examples (the swc parser reads no TSX). tools/boundaries.test.ts plants a violation of every rule and expects it to be found.
const module =
  "^hub/src/(sources|outputs)/[^/]+/|^hub/src/(access|channel-memory|http|monitor|pages|screens|schedule|show|standby|store|studio|library|system|cluster)/";
const layers = "^hub/src/(core|contract|picture|glyph|transport)/";
const test = "(\\.(test|fixture)\\.ts$|/testing/|/testing\\.ts$|/conformance/)";
const only = (name, comment, folder, packages) => ({
  name,
  comment,
  severity: "error",
  from: { path: "^(hub|wire|sdk)/", pathNot: [folder, test] },
  to: { path: packages },
});

export default {
  forbidden: [
    {
      name: "wire-is-pure",
      comment: "wire runs in browsers: zod and itself, no Node built-ins.",
      severity: "error",
      from: { path: "^wire/src/", pathNot: test },
      to: { pathNot: ["^wire/src/", "(^|/)node_modules/zod/"] },
    },
    {
      name: "core-is-pure",
      comment: "core does no I/O: itself and wire, no Node built-ins.",
      severity: "error",
      from: { path: "^hub/src/core/", pathNot: test },
      to: { pathNot: ["^hub/src/core/", "^wire/src/"] },
    },
    {
      name: "contract-below-modules",
      comment: "contract names what modules share; it knows none of them.",
      severity: "error",
      from: { path: "^hub/src/contract/", pathNot: test },
      to: { path: "^hub/src/", pathNot: ["^hub/src/(core|contract)/"] },
    },
    {
      name: "layers-below-modules",
      comment: "picture, glyph and transport serve modules and know none.",
      severity: "error",
      from: { path: "^hub/src/(picture|glyph|transport)/", pathNot: test },
      to: { path: "^hub/src/", pathNot: [layers] },
    },
    {
      name: "glyph-is-pure",
      comment: "glyph maps pixels to cells: no I/O.",
      severity: "error",
      from: { path: "^hub/src/glyph/", pathNot: test },
      to: { pathNot: ["^hub/src/(core|contract|glyph)/", "^wire/src/"] },
    },
    {
      name: "modules-apart",
      comment: "A module never imports another; it takes services from contract/.",
      severity: "error",
      from: { path: `(${module})`, pathNot: test },
      to: { path: `(${module})`, pathNot: "^$1" },
    },
    {
      name: "modules-by-their-door",
      comment: "Only module.ts of a module is imported from outside, and only by modules.ts (and the command line).",
      severity: "error",
      from: { path: "^hub/src/[^/]+\\.ts$|^hub/src/cli/", pathNot: test },
      to: { path: `(${module})`, pathNot: "/(module|tokens)\\.ts$" },
    },
    {
      name: "modules-below-boot",
      comment: "A module sees the layers below it, not the boot.",
      severity: "error",
      from: { path: `(${module})`, pathNot: test },
      to: { path: "^hub/src/([^/]+\\.ts$|cli/|testing/)" },
    },
    only(
      "sharp-in-picture",
      "Only picture/ imports an image library.",
      "^hub/src/picture/",
      "(^|/)node_modules/sharp/",
    ),
    only(
      "database-in-store",
      "Only store/ imports a database driver.",
      "^hub/src/store/",
      "^(node:)?sqlite$|(^|/)node_modules/(kysely|pg)/",
    ),
    only("kernel-in-transport", "Only transport/ calls the kernel.", "^hub/src/transport/", "(^|/)node_modules/koffi/"),
    {
      name: "resolvable",
      comment: "An import that resolves to nothing is checked by no rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^[a-z]+/dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".css"],
    },
    builtInModules: { add: ["node:sqlite"] },
  },
};
