import { mix, rainbow, scale } from "../colour.ts";
import { palette, paletteNames, rampColour } from "../palettes.ts";
import { choice, defineStage, number } from "../stage.ts";
import { clamp, wave } from "../waves.ts";

export const copper = defineStage({
  name: "copper",
  summary: "Metal bars that swing up and down, as the copper chip of an Amiga drew them.",
  params: {
    bars: number(7, 1, 16, 1),
    thickness: number(7, 3, 20, 1, "px"),
    y: number(50, 0, 100, 1, "%"),
    swing: number(60, 0, 100, 1, "%"),
    speed: number(1, 0, 5, 0.1),
    colours: choice(["rainbow", ...paletteNames], "rainbow"),
    brightness: number(0.9, 0, 1, 0.05),
  },
  draw(canvas, { bars, thickness, y: level, swing, speed, colours, brightness }, { seconds }) {
    const count = Math.round(bars);
    const t = seconds * speed;
    const half = thickness / 2;
    const order = Array.from({ length: count }, (_, bar) => {
      const phase = t * 0.16 + bar * 0.085;
      return { bar, y: (level / 100 + 0.5 * (swing / 100) * wave(phase)) * canvas.height, depth: wave(phase + 0.25) };
    }).sort((a, b) => a.depth - b.depth);
    for (const { bar, y: middle, depth } of order) {
      const metal =
        colours === "rainbow"
          ? rainbow(bar / count + t * 0.02)
          : rampColour([...palette(colours)], 0.35 + (0.65 * bar) / count);
      const light = brightness * (0.7 + 0.3 * depth);
      for (let y = Math.ceil(middle - half); y <= middle + half; y++) {
        const across = (y - middle) / half;
        const round = Math.sqrt(clamp(1 - across * across, 0, 1));
        const shine = clamp(1 - Math.abs(across + 0.3) * 2.5, 0, 1);
        const row = scale(mix(metal, 0xffffff, shine * 0.65), light * round);
        for (let x = 0; x < canvas.cols; x++) canvas.mixPixel(x, y, row, clamp(round * 2, 0, 1));
      }
    }
  },
});
