import { add, scale } from "../colour.ts";
import { palette, paletteNames } from "../palettes.ts";
import { smoothNoise } from "../randomness.ts";
import { choice, defineStage, number } from "../stage.ts";
import { clamp } from "../waves.ts";

export const fire = defineStage({
  name: "fire",
  summary: "Flames that rise from the lower edge.",
  params: {
    palette: choice(paletteNames, "ember"),
    height: number(70, 10, 100, 1, "%"),
    speed: number(1, 0, 5, 0.1),
    brightness: number(0.85, 0, 1, 0.05),
  },
  draw(canvas, { palette: name, height, speed, brightness }, { seconds, seed }) {
    const colours = palette(name).map((step) => scale(step, brightness));
    const reach = Math.max(1, (canvas.height * height) / 100);
    const top = Math.max(0, Math.floor(canvas.height - reach * 1.4));
    const t = seconds * speed;
    for (let y = top; y < canvas.height; y++) {
      const up = (canvas.height - y) / reach;
      for (let x = 0; x < canvas.cols; x++) {
        const sway = smoothNoise(seed, x * 0.04, up * 2 + t * 0.7) * 6;
        const tongue = smoothNoise(seed + 1, (x + sway) * 0.13, y * 0.09 + t * 1.5);
        const lick = smoothNoise(seed + 2, (x - sway) * 0.31, y * 0.19 + t * 2.7);
        const heat = clamp(tongue * 0.9 + lick * 0.45 + 0.42 - up * 1.15, 0, 1);
        const step = Math.floor(heat * (colours.length - 1));
        if (step > 2) canvas.setPixel(x, y, add(canvas.pixel(x, y), colours[step] as number));
      }
    }
  },
});
