import { XTERM_PALETTE } from "@lightwell/wire/text/palette.ts";
import { expect, it } from "vitest";
import { BAYER_8X8 } from "./bayer.ts";
import { type Dither, quantiseColours, quantiseLevels } from "./dither.ts";
import { coloursAt } from "./palette-colours.ts";
import { addNoise, drawScene } from "./pictures.fixture.ts";

const WIDTH = 128;
const HEIGHT = 64;

function changedByNoise(depth: "16" | "256", dither: Dither): number {
  const rgb = drawScene(WIDTH, HEIGHT);
  const before = quantiseColours(rgb, WIDTH, HEIGHT, coloursAt(depth), dither);
  const after = quantiseColours(addNoise(rgb, 2, 3), WIDTH, HEIGHT, coloursAt(depth), dither);
  return before.filter((index, i) => index !== after[i]).length / before.length;
}

it("uses every threshold of the matrix once, spread as Bayer's", () => {
  expect(new Set(BAYER_8X8).size).toBe(64);
  expect([...BAYER_8X8.subarray(0, 8)]).toEqual([0, 32, 8, 40, 2, 34, 10, 42]);
  expect([...BAYER_8X8.subarray(8, 16)]).toEqual([48, 16, 56, 24, 50, 18, 58, 26]);
});

it.each(["16", "256"] as const)(
  "changes less than a tenth of the pixels in %s colours under ±2 noise when ordered",
  (depth) => {
    expect(changedByNoise(depth, "ordered")).toBeLessThan(0.1);
    expect(changedByNoise(depth, "ordered")).toBeGreaterThan(0);
  },
);

it("changes a great part of them when the error is diffused, which is why streams are not", () => {
  expect(changedByNoise("256", "diffusion")).toBeGreaterThan(0.4);
});

it.each(["16", "256"] as const)("keeps the %s palette's own colours as they are, whatever the threshold", (depth) => {
  const colours = coloursAt(depth);
  const [first, last] = depth === "16" ? [0, 15] : [16, 255];
  for (let index = first; index <= last; index++) {
    const colour = XTERM_PALETTE[index] ?? 0;
    const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255] as const;
    expect(XTERM_PALETTE[colours.nearest(r, g, b)]).toBe(colour);
    // The mixes of 16 colours know colours by five bits a channel only, so a colour's own mix is nearly pure.
    if (depth === "256") {
      for (const threshold of [0, 31, 63]) expect(XTERM_PALETTE[colours.ordered(r, g, b, threshold)]).toBe(colour);
    }
  }
});

it("lights as many pixels of a flat grey as it is light", () => {
  for (const dither of ["ordered", "diffusion"] as const) {
    for (const grey of [0, 40, 128, 200, 255]) {
      const lit = quantiseLevels(new Uint8Array(4096).fill(grey), 64, 64, 2, dither);
      const share = lit.reduce((sum, level) => sum + level, 0) / 4096;
      expect(Math.abs(share - grey / 255)).toBeLessThan(0.02);
    }
  }
});
