import { describe, expect, it } from "vitest";
import { Frame, type ImageContent } from "#core/frame.ts";
import { badgePicture } from "./badge.ts";
import { Canvas, spot, type Coverage } from "./canvas.ts";
import { loadEngine } from "./engine.ts";
import { imageContent } from "./inspect.ts";
import { letter, letterEach } from "./lettering.ts";
import { pixelsOf } from "./pixels.ts";
import { placeholder } from "./placeholder.ts";
import { noisyPicture, plainPicture } from "./testing.ts";
import { validatePicture } from "./validate.ts";

const style = { face: "bold", sizePx: 24 } as const;

function inkBox({ alpha, width, height }: Coverage) {
  const rows = Array.from({ length: height }, (_, y) =>
    alpha.subarray(y * width, (y + 1) * width).some((a) => a > 127),
  );
  return { top: rows.indexOf(true), bottom: rows.lastIndexOf(true) };
}

const pixelsIn = (content: ImageContent, width: number, height: number) =>
  pixelsOf(new Frame(1, 0, content), { resize: { width, height } });

describe("lettering", () => {
  it("sets every line of a size equally high, on one baseline", async () => {
    const [plain, tail, high] = await Promise.all(["xxx", "xgx", "xlx"].map((text) => letter(text, style)));
    if (!plain || !tail || !high) throw new Error("no letters");
    expect([tail.height, high.height]).toEqual([plain.height, plain.height]);
    expect(inkBox(tail).top).toBe(inkBox(plain).top);
    expect(inkBox(tail).bottom).toBeGreaterThan(inkBox(plain).bottom);
    expect(inkBox(high).bottom).toBe(inkBox(plain).bottom);
    expect(inkBox(high).top).toBeLessThan(inkBox(plain).top);
  });

  it("gives digits one width, and a width to the space", async () => {
    const digits = await letterEach("0123456789 ", { face: "mono-bold", sizePx: 40 });
    expect(new Set([...digits.values()].map(({ width }) => width)).size).toBe(1);
    expect(digits.get(" ")?.width).toBeGreaterThan(10);
  });

  it.each([5, 6, 7, 8, 10, 14, 22, 60])("leaves letters whole and apart from the edges at %i px", async (sizePx) => {
    const line = await letter("Hgjp", { face: "regular", sizePx });
    const { top, bottom } = inkBox(line);
    expect(top).toBeGreaterThan(0);
    expect(bottom).toBeLessThan(line.height - 1);
    expect(bottom - top).toBeGreaterThan(sizePx * 0.55);
  });

  it("takes markup and odd characters as text", async () => {
    const angle = await letter("<b>&amp;</b>", style);
    const words = await letter("b", style);
    expect(angle.width).toBeGreaterThan(words.width * 6);
    for (const text of ["", "\n\t", "日本", "😀", "a".repeat(5000)]) await letter(text, style);
  });

  it("leaves out type that is too small to read", async () => {
    expect(await letter("words", { face: "regular", sizePx: 2 })).toMatchObject({ width: 0, height: 0 });
    expect(await letter("words", { face: "regular", sizePx: Number.NaN })).toMatchObject({ width: 0 });
  });
});

describe("the canvas", () => {
  it("cuts shapes at its edges", () => {
    const canvas = new Canvas(4, 4);
    const full = { width: 3, height: 3, alpha: new Uint8Array(9).fill(255) };
    for (const [x, y] of [
      [-2, -2],
      [3, 3],
      [-9, 0],
      [9, 9],
    ] as const)
      canvas.paint(full, x, y, 0xffffff);
    canvas.fill(-3, 3, 4, 9, 0x010203);
    const lit = [...canvas.data].map((value, i) => (value ? i : -1)).filter((i) => i >= 0);
    expect(lit).toEqual([0, 1, 2, 36, 37, 38, 45, 46, 47]);
    expect([...canvas.data.subarray(36, 39)]).toEqual([1, 2, 3]);
  });

  it("mixes by coverage and strength", () => {
    const canvas = new Canvas(1, 1);
    const half = { width: 1, height: 1, alpha: new Uint8Array([128]) };
    canvas.paint(half, 0, 0, 0xff0000);
    expect(canvas.data[0]).toBe(128);
    canvas.paint(half, 0, 0, 0x000000, 0);
    expect(canvas.data[0]).toBe(128);
  });

  it("draws round spots", () => {
    const { width, alpha } = spot(5, 0.5);
    expect([alpha[0], alpha[(width * width - 1) / 2]]).toEqual([0, 255]);
  });
});

describe("a badge", () => {
  const sizes = [
    [1, 1],
    [7, 300],
    [300, 7],
    [119, 90],
    [120, 20],
    [160, 120],
    [1280, 720],
  ] as const;

  it.each(sizes)("fits a picture of %i×%i", async (width, height) => {
    const badged = await badgePicture(await plainPicture(width, height), "stalled since 12:03:10");
    expect(badged).toMatchObject({ format: "jpeg", width, height });
    await validatePicture(badged);
  });

  it.each(["jpeg", "webp", "png"] as const)("keeps the format %s", async (format) => {
    expect(await badgePicture(await plainPicture(160, 120, { format }), "x")).toMatchObject({ format });
  });

  it("goes on grey, transparent and four-colour pictures too", async () => {
    const engine = await loadEngine();
    const base = engine((await noisyPicture(160, 120, "png")).bytes as Buffer);
    const kinds = [
      base.clone().greyscale().jpeg(),
      base.clone().ensureAlpha(0.5).png(),
      base.clone().toColourspace("cmyk").jpeg(),
    ];
    for (const kind of kinds) {
      const badged = await badgePicture(imageContent(await kind.toBuffer()), "stalled");
      await expect(validatePicture(badged)).resolves.toBeUndefined();
    }
  });

  it("is seen: the colours are drained, and light letters stand on dark ground", async () => {
    const red = await plainPicture(640, 360, { format: "png", colour: "#ff4040" });
    const { data } = await pixelsIn(await badgePicture(red, "stalled since 12:03:10"), 640, 360);
    const at = (x: number, y: number) => [...data.subarray((y * 640 + x) * 3, (y * 640 + x) * 3 + 3)];
    const [r = 0, g = 0] = at(320, 60);
    expect(r - g).toBeLessThan(60);
    const label = Array.from({ length: 200 }, (_, x) => at(60 + x, 324)[1] ?? 0);
    expect(Math.min(...label)).toBeLessThan(60);
    expect(Math.max(...label)).toBeGreaterThan(200);
  });
});

describe("a placeholder", () => {
  it.each([
    [1, 1],
    [64, 48],
    [320, 240],
    [100, 1000],
    [1920, 1080],
  ])("is a good picture of %i×%i", async (width, height) => {
    const made = await placeholder({ title: "a-channel.with_a-long-name".repeat(2), words: "waiting", width, height });
    expect(made).toMatchObject({ format: "jpeg", width, height });
    await validatePicture(made);
  });

  it("is drawn once", async () => {
    const wish = { title: "door", words: "waiting for a picture", width: 320, height: 180, format: "webp" } as const;
    expect(await placeholder(wish)).toBe(await placeholder({ ...wish }));
    expect(await placeholder({ ...wish, title: "hall" })).not.toBe(await placeholder(wish));
  });

  it("is dark, with a warm lamp and the name in light letters", async () => {
    const made = await placeholder({ title: "mmmmmm", words: "waiting", width: 320, height: 180, format: "png" });
    const { data } = await pixelsIn(made, 320, 180);
    const at = (x: number, y: number) => [...data.subarray((y * 320 + x) * 3, (y * 320 + x) * 3 + 3)];
    expect(Math.max(...at(2, 2))).toBeLessThan(40);
    const [r = 0, g = 0, b = 0] = at(160, 65);
    expect([r > 230, g > 150 && g < 200, b < 120]).toEqual([true, true, true]);
    const brightest = Math.max(...data.subarray(100 * 320 * 3, 122 * 320 * 3));
    expect(brightest).toBeGreaterThan(200);
  });
});
