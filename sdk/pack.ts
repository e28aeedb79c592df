import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Makes of this folder, for as long as `npm pack` reads it, a package that needs nothing of the repository:
 * `prepack` compiles the sources and what they use of `wire` to JavaScript with types, and puts a manifest in place that
 * names them; `postpack` puts the sources' own manifest back. `npm pack` cannot pack another manifest than the one here.
 */
const here = fileURLToPath(new URL(".", import.meta.url));
const at = (...parts: string[]) => join(here, ...parts);
const KEPT = at("dist", "package.source.json");
const SOURCE = at("dist", "source");

type Manifest = Record<string, unknown> & { dependencies?: Record<string, string>; version: string };
const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Manifest;

function prepack(): void {
  // After a pack that broke off, what is here is not the sources' manifest.
  if (existsSync(KEPT)) postpack();
  rmSync(at("dist"), { recursive: true, force: true });
  for (const part of ["sdk", "wire"]) copySources(part);
  const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
  execFileSync(process.execPath, [join(dirname(tsc), "bin", "tsc"), "-p", at("tsconfig.pack.json")], {
    stdio: "inherit",
  });
  for (const name of filesIn(at("dist"), /\.d\.ts$/))
    rewrite(name, name, (text) => text.replaceAll(RELATIVE, '"$2.js"'));
  renameSync(at("package.json"), KEPT);
  writeFileSync(at("package.json"), `${JSON.stringify(packedManifest(read(KEPT)), undefined, 2)}\n`);
  cpSync(at("..", "LICENSE"), at("LICENSE"));
}

function postpack(): void {
  if (!existsSync(KEPT)) return;
  renameSync(KEPT, at("package.json"));
  rmSync(at("LICENSE"), { force: true });
}

/** What the compiler would take for another package becomes a part of this one: imports of `wire` lead to its copy. */
function copySources(part: string): void {
  const from = at("..", part, "src");
  for (const file of filesIn(from, /(?<!\.test|\.fixture)\.ts$/)) {
    const to = join(SOURCE, part, "src", relative(from, file));
    const wire = relative(dirname(to), join(SOURCE, "wire", "src")).replaceAll("\\", "/");
    rewrite(file, to, (text) => text.replaceAll(/"@lightwell\/wire\//g, `"${wire}/`));
  }
}

/** The compiler leaves the endings of imports in declarations as they are. */
const RELATIVE = /(["'])(\.{1,2}\/[\w./-]+)\.ts\1/g;

function filesIn(folder: string, name: RegExp): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function rewrite(from: string, to: string, change: (text: string) => string): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, change(readFileSync(from, "utf8")));
}

function packedManifest({ name, version, license, type }: Manifest): Manifest {
  const { zod } = read(at("..", "wire", "package.json")).dependencies ?? {};
  const { ws } = read(at("..", "hub", "package.json")).dependencies ?? {};
  if (!zod || !ws) throw new Error("wire no longer depends on zod, or hub on ws: say here what the package needs");
  return {
    name,
    version,
    license,
    type,
    description: "Puts text and pictures of a program into a Lightwell hub, and watches its channels.",
    engines: { node: ">=20" },
    files: ["dist/sdk", "dist/wire"],
    exports: { ".": { types: "./dist/sdk/src/index.d.ts", default: "./dist/sdk/src/index.js" } },
    imports: {
      "#web-socket": { node: "./dist/sdk/src/web-socket-node.js", default: "./dist/sdk/src/web-socket.js" },
    },
    // Node 20 has no WebSocket of its own.
    dependencies: { ws, zod },
  };
}

if (process.argv[2] === "prepack") prepack();
else postpack();
