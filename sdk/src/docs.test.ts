import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGrid } from "@lightwell/wire/text/grid.ts";
import { describe, expect, onTestFinished, test } from "vitest";
import { plainPicture } from "../../hub/src/picture/testing.ts";
import { ADMIN_TOKEN } from "../../hub/src/testing/boot.ts";
import { until } from "../../hub/src/testing/wait.ts";
import { startHub } from "./hub.fixture.ts";
import * as sdk from "./index.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

interface Example {
  readonly file: string;
  readonly code: string;
  /** What the docstring stands above. */
  readonly subject: string;
}

/** The examples of every docstring. */
const examples: Example[] = globSync("*.ts", { cwd: folder }).flatMap((file) =>
  [...readFileSync(`${folder}/${file}`, "utf8").matchAll(/\/\*\*((?:(?!\*\/)[^])*?)@example\n([^]*?)\*\/\n(.*)/g)]
    .filter(() => !file.endsWith(".test.ts"))
    .map(([, , body = "", subject = ""]) => ({ file, code: body.replace(/^ *\* ?/gm, ""), subject })),
);

/** Runs TypeScript as a program of its own beside the sdk. */
function run(code: string, publicUrl: string) {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-"], {
    cwd: folder,
    env: { ...process.env, LIGHTWELL_TOKEN: ADMIN_TOKEN },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stdout.resume();
  child.stderr.on("data", (data) => (errors += String(data)));
  child.stdin.end(code.replaceAll("http://127.0.0.1:8080", publicUrl).replaceAll("<token>", ADMIN_TOKEN));
  return new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, errors }));
  });
}

async function hubWithDemo() {
  const hub = await startHub();
  hub.channels
    .open("demo")
    .publisher("test")
    .publish(await plainPicture(64, 48));
  hub.channels
    .open("text")
    .publisher("test")
    .publish({ kind: "text", grid: createGrid(40, 10) });
  return hub;
}

describe("an example in a docstring", () => {
  test.each(Object.keys(sdk))("shows %s", (name) => {
    const inSubject = examples.filter(({ subject }) => new RegExp(`\\b${name}\\b`).test(subject));
    expect(inSubject.map(({ code }) => code).join("")).toMatch(new RegExp(`import \\{[^}]*\\b${name}\\b`));
  });

  test.each(examples)("runs as it stands: $file, $subject", async ({ code }) => {
    const hub = await hubWithDemo();
    expect(await run(code, hub.publicUrl)).toEqual({ code: 0, errors: "" });
  });
});

test("the program that opens the README runs as it stands", async () => {
  const readme = readFileSync(`${folder}/../README.md`, "utf8");
  const [, code = ""] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  expect(code.trim().split("\n").length).toBeLessThanOrEqual(20);
  const hub = await hubWithDemo();
  const ended = run(code, hub.publicUrl);
  await until("a moving clock", () => (hub.channels.get("clock")?.published ?? 0) > 3);
  expect(hub.channels.get("clock")?.control?.state()).toBeUndefined();
  expect(await Promise.race([ended, Promise.resolve("still running")])).toBe("still running");
});

test("the programs further down the README run as they stand", async () => {
  const readme = readFileSync(`${folder}/../README.md`, "utf8");
  const [, ...programs] = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code = ""]) => code);
  expect(programs.length).toBeGreaterThan(0);
  for (const program of programs) {
    const hub = await hubWithDemo();
    expect(await run(program, hub.publicUrl)).toEqual({ code: 0, errors: "" });
  }
});
