import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { HubError } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import { systemClock } from "#core/clock.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { bootHub } from "#testing/boot.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { failureLines } from "./failure-lines.ts";
import store from "./module.ts";
import { openStore } from "./open-store.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "lightwell-store-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function open(dir: string) {
  const opened = await openStore(dir, systemClock);
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return opened;
}

test("a document comes back as it was put", async () => {
  const things = (await open(folder())).collection<unknown>("things");
  const value = { text: "'; DROP TABLE documents; -- ✓", list: [1, null, { deep: true }], none: null };
  await things.put("a", value);
  expect(await things.get("a")).toEqual(value);
  expect(await things.get("b")).toBeUndefined();
});

test("putting twice replaces, deleting says whether there was one, lists are in the order of ids", async () => {
  const things = (await open(folder())).collection<number>("things");
  await things.put("b", 1);
  await things.put("a", 2);
  await things.put("b", 3);
  expect(await things.list()).toEqual([
    { id: "a", value: 2 },
    { id: "b", value: 3 },
  ]);
  expect([await things.delete("a"), await things.delete("a")]).toEqual([true, false]);
  expect(await things.list()).toEqual([{ id: "b", value: 3 }]);
});

test("collections do not see each other", async () => {
  const opened = await open(folder());
  await opened.collection<number>("one").put("x", 1);
  expect(await opened.collection<number>("two").list()).toEqual([]);
  expect(await opened.collection<number>("two").delete("x")).toBe(false);
});

test("what one hub put the next one finds", async () => {
  const dataDir = folder();
  const first = await bootHub([store], {}, { dataDir });
  await first.service("store")?.collection<string>("things").put("k", "kept");
  await first.close();
  const second = await bootHub([store], {}, { dataDir });
  expect(await second.service("store")?.collection<string>("things").get("k")).toBe("kept");
});

test("two processes share the file: each sees what the other wrote", async () => {
  const dir = folder();
  const [one, two] = [await open(dir), await open(dir)];
  await one.collection<number>("n").put("x", 1);
  expect(await two.collection<number>("n").get("x")).toBe(1);
  await two.collection<number>("n").put("x", 2);
  expect(await one.collection<number>("n").get("x")).toBe(2);
});

test("what was acknowledged survives kill -9 in the middle of writing", async () => {
  const dir = folder();
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL("open-store.ts", import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL("../core/clock.ts", import.meta.url).href)});
    const numbers = (await openStore(${JSON.stringify(dir)}, systemClock)).collection("numbers");
    for (let i = 0; ; i++) { await numbers.put("n" + i, i); process.stdout.write(i + "\\n"); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.split("\n").length > 200) child.kill("SIGKILL");
  });
  await once(child, "close");
  expect(child.signalCode).toBe("SIGKILL");

  const acknowledged = said.split("\n").slice(0, -1).map(Number);
  const kept = new Set((await (await open(dir)).collection<number>("numbers").list()).map(({ value }) => value));
  expect(acknowledged.length).toBeGreaterThan(100);
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
});

test("only the hub's own user can read the file", async () => {
  const dir = folder();
  await (await open(dir)).collection<number>("n").put("x", 1);
  for (const file of ["lightwell.sqlite", "lightwell.sqlite-wal"])
    expect(statSync(join(dir, file)).mode & 0o077, `at ${file}`).toBe(0);
});

test("a file of a later version is left alone, and said to be one", async () => {
  const dir = folder();
  const first = await openStore(dir, systemClock);
  await first.collection<number>("n").put("x", 1);
  await first[Symbol.asyncDispose]();
  const file = new DatabaseSync(join(dir, "lightwell.sqlite"));
  file.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2099-01-01')");
  file.close();
  await expect(openStore(dir, systemClock)).rejects.toThrow(
    `${join(dir, "lightwell.sqlite")} was written by a later version of Lightwell`,
  );
});

test("a folder has one first hub, until that closes or is killed", async () => {
  const dir = folder();
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL("open-store.ts", import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL("../core/clock.ts", import.meta.url).href)});
    const store = await openStore(${JSON.stringify(dir)}, systemClock);
    store.claim();
    process.stdout.write("claimed");
    setInterval(() => store, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const one = await open(dir);
  expect(one.claim()).toBe(false);
  await one.collection<number>("n").put("x", 1);
  child.kill("SIGKILL");
  await once(child, "close");
  expect([one.claim(), one.claim()]).toEqual([true, true]);
  const two = await open(dir);
  expect(two.claim()).toBe(false);
  await one[Symbol.asyncDispose]();
  expect(two.claim()).toBe(true);
});

test("a full disk refuses what it cannot keep, in words, loses nothing, and is forgotten when there is room", async () => {
  const dir = folder();
  const opened = await open(dir);
  const things = opened.collection<string>("things");
  await things.put("before", "kept");
  const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });
  const run = vi.spyOn(StatementSync.prototype, "run").mockImplementation(() => {
    throw full;
  });
  onTestFinished(() => run.mockRestore());
  await expect(things.put("during", "lost")).rejects.toMatchObject({
    code: "unavailable",
    message: "the store cannot be read or written now: database or disk is full",
  });
  run.mockRestore();
  await things.put("after", "kept");
  expect(await things.list()).toEqual([
    { id: "after", value: "kept" },
    { id: "before", value: "kept" },
  ]);
});

test("a file that is no database is named, not overwritten", async () => {
  const dir = folder();
  writeFileSync(join(dir, "lightwell.sqlite"), "this was somebody's diary, ".repeat(100));
  const failure = await openStore(dir, systemClock).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HubError);
  expect((failure as HubError).message).toContain(join(dir, "lightwell.sqlite"));
  expect((failure as HubError).message).toContain("put a backup in its place, or move it away");
  expect(statSync(join(dir, "lightwell.sqlite")).size).toBe(2700);
});

test("a damaged file is named, with what to do about it", async () => {
  const dir = folder();
  const first = await openStore(dir, systemClock);
  for (let i = 0; i < 200; i++) await first.collection<string>("things").put(`k${i}`, "x".repeat(500));
  await first[Symbol.asyncDispose]();
  const file = join(dir, "lightwell.sqlite");
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0x55, 100));
  await expect(openStore(dir, systemClock)).rejects.toThrow("put a backup in its place, or move it away");
});

test("a disk without room is in the log, in one line a minute, with what it means", async () => {
  const dir = folder();
  const lines: Array<{ readonly fields: object; readonly words: string }> = [];
  const log = { error: (fields: object, words: string) => void lines.push({ fields, words }) } as unknown as Log;
  const clock = new ManualClock();
  const onFailure = failureLines(clock, log, dir);
  const opened = await openStore(dir, systemClock, { onFailure });
  onTestFinished(() => opened[Symbol.asyncDispose]());
  const things = opened.collection<string>("things");
  await things.put("a", "small");
  // A full disk cannot be had in a test: this is what node:sqlite throws on one.
  for (const failing of ["run", "all", "get"] as const) {
    const spy = vi.spyOn(StatementSync.prototype, failing).mockImplementation(() => {
      throw Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
    });
    onTestFinished(() => spy.mockRestore());
  }
  for (let i = 0; i < 5; i++) await expect(things.put("b", "x")).rejects.toThrow("database or disk is full");
  expect(lines).toHaveLength(1);
  expect(lines[0]?.words).toContain("the disk of the data folder is full");
  expect(lines[0]?.fields).toMatchObject({ folder: dir, failures: 1 });
  clock.advance(60_000);
  await expect(things.put("b", "x")).rejects.toThrow("full");
  expect(lines.map(({ fields }) => (fields as { failures: number }).failures)).toEqual([1, 5]);
});
