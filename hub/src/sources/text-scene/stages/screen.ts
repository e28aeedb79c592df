import { scale, luma, mix, rgb } from "../colour.ts";
import { colour, defineStage, number } from "../stage.ts";
import { clamp, fraction, smoothStep } from "../waves.ts";

export const scanlines = defineStage({
  name: "scanlines",
  summary: "Every other row darker, and a bright beam that rolls down, as on a glass screen.",
  params: {
    depth: number(0.2, 0, 1, 0.05),
    beam: number(0.2, 0, 1, 0.05),
    seconds: number(6, 1, 60, 1, "s"),
  },
  draw(canvas, { depth, beam, seconds: lap }, { seconds }) {
    const at = fraction(seconds / lap) * (canvas.rows + 8) - 4;
    for (let y = 0; y < canvas.rows; y++) {
      const light = (y % 2 === 1 ? 1 - depth : 1) * (1 + beam * clamp(1 - Math.abs(y - at) / 4, 0, 1));
      if (light === 1) continue;
      for (let i = y * canvas.cols; i < (y + 1) * canvas.cols; i++) canvas.scaleCell(i, light);
    }
  },
});

export const tint = defineStage({
  name: "tint",
  summary: "Everything in shades of one colour, as a screen with one phosphor; or just paler, brighter, darker.",
  params: {
    colour: colour("#35ff8a"),
    amount: number(0.8, 0, 1, 0.05),
    brightness: number(1, 0, 2, 0.05),
    contrast: number(1, 0, 2, 0.05),
  },
  draw(canvas, { colour: hex, amount, brightness, contrast }) {
    const phosphor = rgb(hex);
    for (const plane of [canvas.fg, canvas.bg]) {
      for (let i = 0; i < plane.length; i++) {
        const before = plane[i] as number;
        const light = luma(before);
        const level = clamp(((light - 128) * contrast + 128) * brightness, 0, 255);
        const own = contrast === 1 ? scale(before, brightness) : scale(before, level / Math.max(1, light));
        // Near its full light a phosphor turns white.
        const glow = level < 192 ? mix(0, phosphor, level / 192) : mix(phosphor, 0xffffff, ((level - 192) / 63) * 0.7);
        plane[i] = mix(own, glow, amount);
      }
    }
  },
});

export const vignette = defineStage({
  name: "vignette",
  summary: "Darker towards the corners.",
  params: {
    strength: number(0.5, 0, 1, 0.05),
    radius: number(0.6, 0, 1, 0.05),
  },
  draw(canvas, { strength, radius }) {
    const { cols, rows } = canvas;
    for (let y = 0, i = 0; y < rows; y++) {
      const v = (y + 0.5) / rows - 0.5;
      for (let x = 0; x < cols; x++, i++) {
        const u = (x + 0.5) / cols - 0.5;
        const out = smoothStep(radius, 1.15, Math.sqrt(u * u + v * v) * 1.6);
        if (out > 0) canvas.scaleCell(i, 1 - strength * out);
      }
    }
  },
});
