import { execFile } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN } from "../hub/src/testing/boot.ts";
import { rowsOf, startHub } from "./src/hub.fixture.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const modules = join(repository, "node_modules");
const run = promisify(execFile);
let folder: string;
let project: string;
/** Of the sources, before and after. */
let manifests: readonly [string, string];

/** Packed from a copy: `npm pack` puts another manifest in place for a moment, which tests beside this one would see. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lightwell-sdk-"));
  const copy = join(folder, "repository");
  project = join(folder, "project");
  for (const path of ["sdk", "wire/src", "wire/package.json", "hub/package.json", "LICENSE", "tsconfig.base.json"])
    cpSync(join(repository, path), join(copy, path), {
      recursive: true,
      filter: (from) => !/[\\/](dist|node_modules|python)$/.test(from),
    });
  symlinkSync(modules, join(copy, "node_modules"));
  const sources = readFileSync(join(copy, "sdk/package.json"), "utf8");
  const env = { ...process.env, PATH: `${join(modules, ".bin")}:${process.env["PATH"]}` };
  await run("npm", ["pack", "--offline", "--pack-destination", folder], { cwd: join(copy, "sdk"), env });
  manifests = [sources, readFileSync(join(copy, "sdk/package.json"), "utf8")];

  // As npm would install it, without a registry: beside it are the packages that its manifest names, and nothing else.
  const installed = join(project, "node_modules/@lightwell/sdk");
  mkdirSync(installed, { recursive: true });
  const [tarball] = globSync("*.tgz", { cwd: folder });
  await run("tar", ["xzf", join(folder, String(tarball)), "-C", installed, "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) symlinkSync(join(modules, name), join(project, "node_modules", name));
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
import { asSceneState, connect, type Channel, type Command } from "@lightwell/sdk";

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
const hub = connect(process.env["HUB"] ?? "", { token: process.env["TOKEN"] });
const channel: Channel = hub.channel("packed", { cols: 20, rows: 5 });
channel.on("command", ({ action }: Command) => console.log(action));
channel.showLines(["hello"]);
await channel.flush();
for await (const { grid } of hub.watch("packed", { cols: 20, rows: 5 })) {
  console.log(grid.cols, asSceneState({}));
  break;
}
hub.close();
`;

describe("the package", () => {
  test("is JavaScript and types, without a trace of the repository", () => {
    const files = globSync("**/*", { cwd: join(project, "node_modules/@lightwell/sdk"), exclude: ["node_modules"] });
    expect(files).toContain("LICENSE");
    expect(files.filter((name) => /(?<!\.d)\.ts$|\.test\.|\.fixture\./.test(name))).toEqual([]);
    const text = files
      .filter((name) => /\.(js|ts)$/.test(name))
      .map((name) => readFileSync(join(project, "node_modules/@lightwell/sdk", name), "utf8"))
      .join("\n");
    expect(manifests[1]).toBe(manifests[0]);
    expect(text).not.toContain("@lightwell/wire");
    expect(text).not.toMatch(/from ["'][^"']*\.ts["']/);
  });

  test.each([
    ["nodenext", { module: "nodenext" }],
    ["bundler", { module: "esnext", moduleResolution: "bundler" }],
  ])("passes the strictest types: %s", async (_name, resolution) => {
    writeFileSync(join(project, "main.ts"), program);
    const compilerOptions = {
      ...resolution,
      target: "es2022",
      lib: ["es2022", "dom", "dom.iterable"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    const tsc = run(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", project]);
    expect(await tsc.catch(({ stdout }: { stdout: string }) => stdout)).toMatchObject({ stdout: "" });
  });

  test.each([
    ["with the WebSocket of Node", []],
    ["without one, as Node 20", ["--no-experimental-websocket"]],
  ])("publishes and watches %s", async (_name, flags) => {
    const hub = await startHub();
    const plain = program.replaceAll(/, type \w+|: (Channel|Command)\b|^declare .*$/gm, "");
    writeFileSync(join(project, "main.js"), plain);
    const env = { PATH: process.env["PATH"], HUB: hub.publicUrl, TOKEN: ADMIN_TOKEN };
    const { stdout } = await run(process.execPath, [...flags, join(project, "main.js")], { env });
    expect(stdout).toBe("20 undefined\n");
    const content = hub.channels.get("packed")?.live?.content;
    expect(content?.kind === "text" && rowsOf(content.grid)[0]?.trim()).toBe("hello");
  });

  test("goes into a bundle of Vite's without anything of Node", async () => {
    writeFileSync(
      join(project, "page.js"),
      'import { connect } from "@lightwell/sdk";\nglobalThis.hub = connect("/");\n',
    );
    const options = {
      root: project,
      logLevel: "warn",
      build: { target: "es2022", lib: { entry: "page.js", formats: ["es"], fileName: "page" } },
    };
    const script = `const { build } = await import(${JSON.stringify(join(modules, "vite/dist/node/index.js"))}); await build(${JSON.stringify(options)});`;
    const { stderr } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: project });
    expect(stderr).toBe("");
    const bundle = readFileSync(join(project, "dist/page.js"), "utf8");
    expect(bundle).toContain("deflate-raw");
    expect(bundle).not.toMatch(/\b(import|from)\b *\(?["']/);
  });
});
