import { Attribute } from "@lightwell/wire/text/grid.ts";
import { blockGlyphs, blockWidth, FONT_HEIGHT } from "../block-font.ts";
import { align, drawLetters, fitSize } from "../block-letters.ts";
import { COVERED } from "../columns.ts";
import { mix, rgb, scale } from "../colour.ts";
import { colour, defineStage, number, text, toggle } from "../stage.ts";
import { clamp, fraction, wave } from "../waves.ts";

/** Seconds from one gleam to the next. */
const GLEAM_EVERY = 7;

export const title = defineStage({
  name: "title",
  summary: "A few words in big letters; in small ones where the screen is too narrow.",
  params: {
    text: text("", 60),
    x: number(50, 0, 100, 1, "%"),
    y: number(12, 0, 100, 1, "%"),
    size: number(0, 0, 8, 1),
    top: colour("#ffffff"),
    bottom: colour("#5ad1ff"),
    shadow: toggle(true),
    gleam: toggle(true),
    wave: number(0, 0, 6, 0.5, "px"),
  },
  draw(canvas, { text: own, x, y, size, top, bottom, shadow, gleam, wave: swing }, { seconds, data }) {
    const words = (own || data.title).replaceAll("\n", " ");
    if (words === "") return;
    const [light, dark] = [rgb(top), rgb(bottom)];
    const letters = blockGlyphs(words);
    const length = blockWidth(letters);
    const square = fitSize(size, length, canvas.cols, canvas.height);
    // There are no big letters for wide characters.
    if (square < 1 || words.includes(COVERED)) {
      drawSmall();
      return;
    }
    const left = align(length * square, canvas.cols, x, 3);
    const upper = align(FONT_HEIGHT * square, canvas.height, y, 2);
    const lift = swing > 0 ? (at: number) => swing * wave(at / 60 - seconds * 0.35) : undefined;
    const placement = { x: left, y: upper, size: square, ...(lift && { lift }) };
    if (shadow) {
      const below = { ...placement, x: left + square, y: upper + square };
      drawLetters(canvas, letters, below, (px, py) => scale(canvas.pixel(px, py), 0.4));
    }
    const gleamAt = left - 12 + fraction(seconds / GLEAM_EVERY) * GLEAM_EVERY * (length * square + 24) * 0.7;
    drawLetters(canvas, letters, placement, (px, py, share) => {
      const metal = mix(light, dark, share);
      return gleam ? mix(metal, 0xffffff, clamp(1 - Math.abs(px + (py - upper) * 0.7 - gleamAt) / 5, 0, 1)) : metal;
    });

    function drawSmall(): void {
      const characters = [...words];
      const row = align(1, canvas.rows, y, 1);
      const start = Math.max(0, align(characters.length, canvas.cols, x, 1));
      for (const [i, character] of characters.entries())
        canvas.text(start + i, row, character, mix(light, dark, i / characters.length), { attr: Attribute.bold });
    }
  },
});
