import { add, mix, rgb, scale } from "../colour.ts";
import { smoothNoise } from "../randomness.ts";
import { colour, defineStage, number } from "../stage.ts";
import { smoothStep, wave } from "../waves.ts";

export const aurora = defineStage({
  name: "aurora",
  summary: "Curtains of northern light upon the ground.",
  params: {
    low: colour("#2bffa0"),
    high: colour("#7a3cff"),
    brightness: number(0.85, 0, 1.5, 0.05),
    height: number(60, 10, 100, 1, "%"),
    speed: number(1, 0, 5, 0.1),
    curtains: number(3, 1, 5, 1),
  },
  draw(canvas, { low, high, brightness, height, speed, curtains }, { seconds, seed }) {
    const [green, violet] = [rgb(low), rgb(high)];
    const t = seconds * speed;
    const reach = (height / 100) * canvas.height;
    const count = Math.round(curtains);
    for (let curtain = 0; curtain < count; curtain++) {
      const phase = curtain * 0.37;
      for (let x = 0; x < canvas.cols; x++) {
        const u = x / 80;
        const hem =
          reach *
          (0.75 + 0.16 * wave(u * 0.8 + phase + t * 0.013) + 0.09 * wave(u * 2.1 - phase + t * 0.029) - curtain * 0.14);
        // Rays stand in the curtain, folds wander through it.
        const fold = 0.55 + 0.45 * wave(u * 1.6 + phase * 3 - t * 0.021 + 0.3 * wave(u * 0.7 + t * 0.017));
        const rays = smoothNoise(seed + curtain, x * 0.55 + 3 * wave(u + t * 0.011), t * 0.35);
        const light = brightness * fold * (0.3 + 0.7 * rays);
        const length = reach * (0.5 + 0.5 * rays);
        for (let y = Math.max(0, Math.floor(hem - length)); y < hem + 2; y++) {
          const up = (hem - y) / length;
          const strength = light * (up < 0 ? 1 - smoothStep(0, 2, y - hem) : (1 - up) ** 1.3);
          if (strength < 0.02) continue;
          // In few steps: what hardly changes then does not change at all, which saves bytes.
          const step = Math.round(strength * 24) / 24;
          canvas.setPixel(x, y, add(canvas.pixel(x, y), scale(mix(green, violet, up * 1.3), step)));
        }
      }
    }
  },
});
