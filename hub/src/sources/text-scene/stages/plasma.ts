import { scale } from "../colour.ts";
import { palette, paletteNames } from "../palettes.ts";
import { choice, defineStage, number } from "../stage.ts";
import { fraction, wave } from "../waves.ts";

/** Where a pixel lies: from the middle, in units of the picture's height, right and down. */
interface Place {
  readonly u: number;
  readonly v: number;
  readonly t: number;
}

/** Each gives a level of 0–1. */
const patterns = {
  plasma: ({ u, v, t }: Place) =>
    0.5 +
    (wave(u * 0.9 + t * 0.11) +
      wave(v * 1.1 - t * 0.13) +
      wave((u + v) * 0.7 + t * 0.07) +
      wave(Math.hypot(u + 0.4 * wave(t * 0.05), v + 0.4 * wave(t * 0.043 + 0.25)) * 1.6 - t * 0.17)) /
      8,
  silk: ({ u, v, t }: Place) => {
    const bend = wave(u * 0.35 + t * 0.05) * 0.5 + wave(u * 0.8 - t * 0.03) * 0.2;
    const fold = wave((v + bend) * 1.3 + wave(v * 0.4 + u * 0.3 + t * 0.04) * 0.4);
    return 0.5 + 0.5 * fold * (0.6 + 0.4 * wave(u * 0.25 - t * 0.06));
  },
  rings: ({ u, v, t }: Place) => {
    const a = Math.hypot(u - 0.7 * wave(t * 0.06), v - 0.4 * wave(t * 0.08 + 0.25));
    const b = Math.hypot(u - 0.7 * wave(t * 0.05 + 0.5), v - 0.4 * wave(t * 0.07));
    return 0.5 + 0.25 * (wave(a * 3 - t * 0.2) + wave(b * 3 - t * 0.15));
  },
  tunnel: ({ u, v, t }: Place) => {
    const [x, y] = [u - 0.25 * wave(t * 0.07), v - 0.15 * wave(t * 0.09 + 0.25)];
    const distance = Math.hypot(x, y) + 0.05;
    const angle = Math.atan2(y, x) / (2 * Math.PI);
    const depth = 0.35 / distance;
    const walls = 0.5 + 0.5 * wave(depth + t * 0.6) * wave(angle * 4 + depth * 0.2 + t * 0.08);
    return walls * Math.min(1, distance * 1.3);
  },
};

export const plasma = defineStage({
  name: "plasma",
  summary: "Slow colours that flow over the whole ground.",
  params: {
    pattern: choice(Object.keys(patterns) as [keyof typeof patterns, ...Array<keyof typeof patterns>], "plasma"),
    palette: choice(paletteNames, "ocean"),
    speed: number(1, 0, 5, 0.1),
    size: number(1, 0.3, 4, 0.1),
    brightness: number(0.6, 0, 1, 0.05),
    cycle: number(0, 0, 1, 0.05, "turns/s"),
  },
  draw(canvas, { pattern, palette: name, speed, size, brightness, cycle }, { seconds }) {
    const level = patterns[pattern];
    const colours = palette(name).map((step) => scale(step, brightness));
    const t = seconds * speed;
    const turn = fraction(seconds * cycle);
    const { cols, height } = canvas;
    canvas.paint((x, y) => {
      const at = level({ u: (x - cols / 2) / height / size, v: (y / height - 0.5) / size, t });
      // A turning palette runs up and down again, so that it has no seam.
      const share = cycle === 0 ? at : 1 - Math.abs(2 * fraction(at * 0.5 + turn) - 1);
      return colours[Math.max(0, Math.min(colours.length - 1, Math.floor(share * colours.length)))] as number;
    });
  },
});
