import { describe, expect, it } from "vitest";
import { FONT_HEIGHT, blockGlyphs, blockWidth } from "./block-font.ts";

const drawn = (text: string) =>
  blockGlyphs(text).map(({ width, pixels }) =>
    Array.from({ length: FONT_HEIGHT }, (_, y) =>
      [...pixels.subarray(y * width, (y + 1) * width)].map((pixel) => (pixel ? "#" : ".")).join(""),
    ).join("\n"),
  );

const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?-+/'\"()&*#%=_<>[]@";

describe("the block font", () => {
  it("has letters that are all different and whole", () => {
    const glyphs = blockGlyphs(all);
    for (const { width, pixels } of glyphs) {
      expect(width).toBeGreaterThan(0);
      expect(pixels).toHaveLength(width * FONT_HEIGHT);
      expect(pixels.includes(1)).toBe(true);
    }
    // Nought is the letter O.
    expect(new Set(drawn(all)).size).toBe(all.length - 1);
  });

  it("draws every digit equally wide, so that a clock stands still", () => {
    expect(new Set(blockGlyphs("0123456789").map(({ width }) => width)).size).toBe(1);
  });

  it("draws small letters as capitals and leaves accents out", () => {
    expect(drawn("Straße, déjà-vu")).toEqual(drawn("STRASSE, DEJA-VU"));
  });

  it("draws a box for what it does not have", () => {
    expect(drawn("語")).toEqual(drawn("☃"));
    expect(drawn("語")[0]).toContain("#..#");
  });

  it("says how wide a line is", () => {
    const [a, b] = blockGlyphs("AI");
    expect(blockWidth(blockGlyphs("AI"))).toBe((a?.width ?? 0) + 1 + (b?.width ?? 0));
    expect(blockWidth([])).toBe(0);
  });
});
