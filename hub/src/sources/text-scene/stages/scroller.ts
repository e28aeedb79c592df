import { blockGlyphs, blockWidth, FONT_HEIGHT, type BlockGlyph } from "../block-font.ts";
import { align, drawLetters, fitSize } from "../block-letters.ts";
import { mix, rainbow, scale } from "../colour.ts";
import { paletteNames, palette, rampColour } from "../palettes.ts";
import { choice, defineStage, number, text, toggle } from "../stage.ts";
import { wave } from "../waves.ts";

/** The letters of the last text: they are the same from frame to frame. */
let known: { readonly text: string; readonly letters: readonly BlockGlyph[] } | undefined;

export const scroller = defineStage({
  name: "scroller",
  summary: "Big letters that run through the picture on a wave.",
  params: {
    text: text("", 300),
    y: number(75, 0, 100, 1, "%"),
    size: number(0, 0, 8, 1),
    speed: number(24, 2, 120, 1, "columns/s"),
    wave: number(4, 0, 12, 0.5, "px"),
    colours: choice(["rainbow", ...paletteNames], "rainbow"),
    shadow: toggle(true),
  },
  draw(canvas, { text: own, y, size, speed, wave: swing, colours, shadow }, { seconds, data }) {
    const words = (own || [data.title, ...data.news].join("  +++  ")).replaceAll("\n", " ").slice(0, 2000);
    if (known?.text !== words) known = { text: words, letters: blockGlyphs(words) };
    const { letters } = known;
    const square = Math.max(1, fitSize(size || Math.floor(canvas.height / 50), 1, canvas.cols, canvas.height));
    const lap = (blockWidth(letters) + 1) * square + canvas.cols;
    const left = canvas.cols - Math.floor((seconds * speed) % lap);
    const upper = align(FONT_HEIGHT * square, canvas.height, y, 1);
    const lift = (x: number) => swing * wave(x / 100 - seconds * 0.3);
    const ramp = colours === "rainbow" ? undefined : [...palette(colours)].slice(56);
    const ink = (x: number, _y: number, share: number) => {
      const base = ramp
        ? rampColour(ramp, 0.5 + 0.5 * wave(x / 110 + seconds * 0.06))
        : rainbow(x / 110 + seconds * 0.12);
      return mix(mix(base, 0xffffff, 0.7 * (1 - share)), scale(base, 0.6), share);
    };
    if (shadow) {
      drawLetters(canvas, letters, { x: left + square, y: upper + square, size: square, lift }, (x, at) =>
        scale(canvas.pixel(x, at), 0.35),
      );
    }
    drawLetters(canvas, letters, { x: left, y: upper, size: square, lift }, ink);
  },
});
