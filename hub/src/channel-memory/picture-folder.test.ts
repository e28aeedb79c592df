import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import type { ImageContent } from "#core/frame.ts";
import { plainPicture } from "#picture/testing.ts";
import { PictureFolder } from "./picture-folder.ts";

let content: ImageContent;
beforeAll(async () => void (content = await plainPicture(16, 12)));

function folder() {
  const parent = mkdtempSync(join(tmpdir(), "lightwell-pictures-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, "pictures");
}

const all = () => true;
const limits = { most: 10, mostBytes: 1_000_000 };
const picture = (capturedAt: number) => ({ content, capturedAt });

it("a picture is read again by the next hub, and only its own user may read it", async () => {
  const path = folder();
  const before = new PictureFolder(path, limits);
  await before.open(new Set());
  expect(await before.write("cam", picture(7), all)).toBe(true);
  expect(await before.write("cam", picture(8), all)).toBe(true);
  expect(readdirSync(path)).toEqual(["cam.picture"]);
  expect([statSync(path).mode & 0o777, statSync(join(path, "cam.picture")).mode & 0o777]).toEqual([0o700, 0o600]);
  const after = new PictureFolder(path, limits);
  await after.open(new Set(["cam"]));
  expect(await after.read("cam")).toMatchObject({ capturedAt: 8, content: { width: 16, height: 12 } });
  expect(await after.read("door")).toBeUndefined();
});

it("what is of no known channel, half written or damaged is not shown", async () => {
  const path = folder();
  const before = new PictureFolder(path, limits);
  await before.open(new Set());
  for (const name of ["cam", "gone"]) await before.write(name, picture(1), all);
  writeFileSync(join(path, "half.picture.part"), "half");
  writeFileSync(join(path, "cam.picture"), "damaged");
  const after = new PictureFolder(path, limits);
  await after.open(new Set(["cam"]));
  expect(readdirSync(path)).toEqual(["cam.picture"]);
  expect(await after.read("cam")).toBeUndefined();
});

it("there are never more or larger ones than agreed: the oldest that may go makes room", async () => {
  const path = folder();
  const pictures = new PictureFolder(path, { most: 2, mostBytes: 1_000_000 });
  await pictures.open(new Set());
  for (const name of ["a", "b", "c"]) expect(await pictures.write(name, picture(1), all)).toBe(true);
  expect(readdirSync(path).sort()).toEqual(["b.picture", "c.picture"]);
  expect(await pictures.write("d", picture(1), (name) => name === "c")).toBe(true);
  expect(await pictures.write("e", picture(1), () => false)).toBe(false);
  expect(readdirSync(path).sort()).toEqual(["b.picture", "d.picture"]);
  const small = new PictureFolder(folder(), { most: 10, mostBytes: content.bytes.length });
  expect(await small.write("a", picture(1), all)).toBe(false);
});

it("a hub that is to keep none deletes what there is", async () => {
  const path = folder();
  const before = new PictureFolder(path, limits);
  await before.write("cam", picture(1), all);
  await new PictureFolder(path, { ...limits, most: 0 }).open(new Set(["cam"]));
  expect(readdirSync(path)).toEqual([]);
});
