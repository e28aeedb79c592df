import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "./plain-text.ts";

describe("clean text", () => {
  it.each<[string, string, string]>([
    ["composed accents", "e\u0301", "é"],
    ["an accent that stands alone", "\u0301x\u20dd", "x"],
    ["escape sequences", "\u001b]0;title\u0007red", "]0;title red"],
    ["directional and invisible characters", "a\u202eb\u2066c\u200dd\ufeffe", "abcde"],
    ["wide characters and emoji, as they are", "日本 🌍!", "日本 🌍!"],
    ["emoji of several parts, as the parts that stand alone", "👍🏽 ❤\ufe0f 👩\u200d🚀", "👍 ❤ 👩🚀"],
    ["half a character", "a\ud83db", "a�b"],
    ["what leaves nothing between two spaces", "a \u200b b", "a b"],
    ["loose parts of Korean syllables", "\u1161a\u11a8", "a"],
    ["white space of all kinds", "\u00a0a\u2003\t\nb\u3000", "a b"],
    ["blocks and box lines, as they are", "█▀┌─┐⣿", "█▀┌─┐⣿"],
  ])("of %s", (_what, text, expected) => {
    expect(cleanText(text, 100)).toBe(expected);
  });

  it("keeps lines on request", () => {
    expect(cleanText("a\r\nb\n\nc\u2028d", 100, { keepLines: true })).toBe("a\nb\n\nc\nd");
    expect(cleanText("a\nb", 100)).toBe("a b");
  });

  it("is cut with an ellipsis, never within a character", () => {
    expect(cleanText("abcdef", 4)).toBe("abc…");
    expect(cleanText("a𝔸𝔸𝔸", 4)).toBe("a𝔸…");
    expect(cleanText("a𝔸𝔸𝔸", 3)).toBe("a…");
  });

  it("is printable, within the length and stays as it is when cleaned again", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string({ unit: "binary-ascii" })),
        fc.integer({ min: 0, max: 30 }),
        fc.boolean(),
        (text, maxLength, keepLines) => {
          const clean = cleanText(text, maxLength, { keepLines });
          expect(clean.length).toBeLessThanOrEqual(maxLength);
          expect(clean.replaceAll(keepLines ? "\n" : "", "")).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]*$/u);
          expect(cleanText(clean, maxLength, { keepLines })).toBe(clean);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
