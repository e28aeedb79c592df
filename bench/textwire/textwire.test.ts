import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BUDGETS } from "./budgets.ts";
import { advisedDeflate, measureHybrid, plainDeflate } from "./measure.ts";
import { textSequences, type TextSequence } from "./sequences.ts";

/** SHA-256 over the glyph, foreground and background arrays (32-bit, little-endian) of all frames, in that order. */
function checksum({ frames }: TextSequence): string {
  const hash = createHash("sha256");
  for (const { glyph, fg, bg } of frames) {
    for (const part of [glyph, fg, bg]) hash.update(new Uint8Array(part.buffer));
  }
  return hash.digest("hex");
}

const sequences = textSequences();

describe("the benchmark sequences", () => {
  test("are the ones that the budgets were measured on, cell for cell", () => {
    expect(sequences.map((sequence) => [sequence.name, sequence.frames.length, checksum(sequence)])).toEqual([
      ["ticker 80×24", 150, "4dbef526218ab932c4f4fbc8dbe7e31e5b7af71eb335936e8333aacfcfc99646"],
      ["dashboard 80×24", 150, "214f3fec870cce624f0c24b85fc34a92648b59f21632275e730ba9d5b3764fba"],
      ["plasma 80×24", 120, "78c8e999ed0f928a752a07e4beb09807177f54211a2b407813a8bc2b5f7401b3"],
      ["plasma 160×45", 120, "c2b7761d045080b2fc83466fe38aa2ed81fda2605b4093be36b05ebb027291a2"],
      ["pan 160×45", 120, "c49a1eff2daa36453fa313bcaf55d0745a6a7b353aea48d60ef3a64d536b3375"],
      ["camera 160×45", 120, "8f476f04eac91b9aa82d9544caa9efa62751b234231ca84494b586e20226d929"],
    ]);
  });

  test.each(BUDGETS)("$sequence takes no more bytes than its budget", ({ sequence: name, delta, key }) => {
    const sequence = sequences.find((candidate) => candidate.name === name);
    if (sequence === undefined) throw new Error(`there is no sequence ${name}`);
    for (const deflate of [advisedDeflate, plainDeflate]) {
      const figures = measureHybrid(sequence, deflate);
      expect(figures.deltaBytes).toBeLessThanOrEqual(delta);
      expect(figures.keyBytes).toBeLessThanOrEqual(key);
    }
  });
});
