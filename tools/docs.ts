// Writes what is derived from the code: docs/reference/ and the tables in README.md. `npm run docs`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { configurationReference } from "../hub/src/cli/reference.ts";
import { modes, type Mode } from "../hub/src/modes.ts";
import { modules } from "../hub/src/modules.ts";
import { commandLineReference } from "./docs/command-line.ts";
import { httpApiReference } from "./docs/http-api.ts";
import { wireProtocolsReference } from "./docs/wire-protocols.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function capabilityTable(): string {
  const rows = modules
    .filter((module) => module.capability.role !== "service")
    .map(
      ({ name, capability: { role, takes = "", gives = "", transport = "" } }) =>
        `| [${name}](${folderOf(name)}) | ${role} | ${takes} | ${gives} | ${transport} |`,
    );
  return ["| module | role | takes | gives | transport |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

function moduleTable(): string {
  const rows = modules.map((module, i) => {
    const inModes = Object.entries<Mode>(modes).flatMap(([mode, { modules: names }]) =>
      !names || names.includes(module.name) ? [mode] : [],
    );
    const words = (names: readonly string[]) => names.join(", ") || "–";
    return `| ${i + 1} | [${module.name}](../../${folderOf(module.name)}) | ${module.summary} | ${words([...module.needs, ...module.wants.map((name) => `(${name})`)])} | ${words(module.provides)} | ${inModes.join(", ")} |`;
  });
  return [
    "# Modules",
    "",
    "In the order in which they start; they close together, none before those that use its services. What a module uses only where it is there stands in brackets. Generated from `hub/src/modules.ts`.",
    "",
    "| # | module | what it does | needs | provides | modes |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function folderOf(name: string): string {
  const found = ["", "sources/", "outputs/"]
    .map((parent) => `hub/src/${parent}${name}`)
    .find((path) => existsSync(join(root, path)));
  if (!found) throw new Error(`there is no folder for the module "${name}"`);
  return found;
}

/** `text` with what stands between `<!-- generated: name -->` and `<!-- end -->` replaced. */
function fill(text: string, name: string, content: string): string {
  const start = `<!-- generated: ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf("<!-- end -->", from);
  if (from < 0 || to < 0) throw new Error(`README.md has no place for the generated part "${name}"`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

async function wanted(): Promise<Map<string, string>> {
  return new Map([
    ["docs/reference/command-line.md", commandLineReference()],
    ["docs/reference/http-api.md", await httpApiReference()],
    ["docs/reference/wire-protocols.md", wireProtocolsReference()],
    ["docs/reference/modules.md", moduleTable()],
    ["docs/reference/configuration.md", configurationReference(modules)],
    ["README.md", fill(readFileSync(join(root, "README.md"), "utf8"), "capabilities", capabilityTable())],
  ]);
}

/** Paths of generated files that are not what the code says. */
export async function checkDocs(): Promise<string[]> {
  return [...(await wanted())]
    .filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text)
    .map(([path]) => path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await wanted()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
