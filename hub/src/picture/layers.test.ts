import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import type { Pixels } from "#glyph/pixels.ts";
import { blend } from "./blend.ts";
import { composeLayers, judgeHalves, measureLayer, probeHalves } from "./layers.ts";

const dir = mkdtempSync(join(tmpdir(), "lightwell-layers-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });

async function save(name: string, pipeline: Sharp): Promise<string> {
  const path = join(dir, name);
  await pipeline.toFile(path);
  return path;
}

/** Blue at the left, its opacity (white in the left half) at the right. */
async function sideBySide(name: string, width: number, height: number): Promise<string> {
  const colours = await plain(width, height, "#2222dd").png().toBuffer();
  const white = await plain(width / 2, height, "#fff")
    .png()
    .toBuffer();
  const both = plain(width * 2, height, "#000").composite([
    { input: colours, left: 0, top: 0 },
    { input: white, left: width, top: 0 },
  ]);
  return save(name, both.jpeg({ quality: 95 }));
}

async function pixelAt(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
}

const near = (pixel: readonly number[], wanted: readonly number[]) =>
  pixel.every((value, i) => Math.abs(value - (wanted[i] ?? 0)) < 16);

const opaque = (path: string) => ({ path, sideBySide: false });
const split = (path: string) => ({ path, sideBySide: true });
const RED = [221, 34, 34];
const BLUE = [34, 34, 221];

describe("composed layers", () => {
  it.each([
    ["of the size", 64],
    ["of another size", 32],
  ])("are float over main, by the right half of a float %s", async (_name, width) => {
    const main = await save(`red${width}.jpg`, plain(64, 48, "#dd2222").jpeg());
    const float = await sideBySide(`both${width}.jpg`, width, (width * 3) / 4);
    const { bytes } = await composeLayers({ width: 64, height: 48, main: opaque(main), float: split(float) });
    expect(near(await pixelAt(bytes, 8, 24), BLUE)).toBe(true);
    expect(near(await pixelAt(bytes, 56, 24), RED)).toBe(true);
  });

  it("stand before black when the main layer itself lets through", async () => {
    const main = split(await sideBySide("alone.jpg", 64, 48));
    const { bytes } = await composeLayers({ width: 64, height: 48, main });
    expect(near(await pixelAt(bytes, 8, 24), BLUE)).toBe(true);
    expect(near(await pixelAt(bytes, 56, 24), [0, 0, 0])).toBe(true);
  });

  it("name the file that is missing or broken", async () => {
    const path = join(dir, "broken.jpg");
    await expect(composeLayers({ width: 64, height: 48, main: opaque(path) })).rejects.toMatchObject({
      code: "not-found",
      message: `${path}: the file is gone`,
    });
    writeFileSync(path, "none");
    await expect(composeLayers({ width: 64, height: 48, main: opaque(path) })).rejects.toMatchObject({
      code: "bad-picture",
      message: expect.stringContaining(`${path}: this is no JPEG`) as string,
    });
    await expect(measureLayer(path)).rejects.toThrow(path);
  });
});

it("measures a picture as it is shown", async () => {
  const path = await save("turned.jpg", plain(40, 20, "#888").withMetadata({ orientation: 6 }).jpeg());
  expect(await measureLayer(path)).toEqual({ width: 20, height: 40 });
});

it("tells colours and opacity side by side from other pictures", async () => {
  expect(await probeHalves(await sideBySide("probe.jpg", 64, 48))).toEqual({
    leftNeutral: false,
    rightNeutral: true,
    rightIsMask: true,
  });
  expect(await probeHalves(await save("all-red.jpg", plain(64, 48, "#d22").jpeg()))).toMatchObject({
    rightNeutral: false,
  });
  expect(judgeHalves(new Uint8Array(64 * 32 * 3).fill(90), 64)).toEqual({
    leftNeutral: true,
    rightNeutral: true,
    rightIsMask: false,
  });
});

describe("blending", () => {
  it("is the cover where it is opaque, the base where it is not, and between otherwise", async () => {
    const byte = fc.nat(255);
    await fc.assert(
      fc.asyncProperty(byte, byte, byte, async (below, above, level) => {
        const base: Pixels = { data: new Uint8Array(3).fill(below), width: 1, height: 1, channels: 3 };
        const colours = { data: new Uint8Array([above, above, above, level]), start: 0, step: 4, row: 4 };
        await blend(base, { colours, opacity: { ...colours, start: 3 }, noisy: false });
        const exact = (below * (255 - level) + above * level) / 255;
        for (const value of base.data) expect(Math.abs(value - exact)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it("cuts off what JPEG leaves in black and white", async () => {
    const base: Pixels = { data: new Uint8Array([9, 9, 9, 9, 9, 9]), width: 2, height: 1, channels: 3 };
    const colours = { data: new Uint8Array(6).fill(200), start: 0, step: 3, row: 6 };
    await blend(base, {
      colours,
      opacity: { data: new Uint8Array([11, 244]), start: 0, step: 1, row: 2 },
      noisy: true,
    });
    expect([...base.data]).toEqual([9, 9, 9, 200, 200, 200]);
  });
});
