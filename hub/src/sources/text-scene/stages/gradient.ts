import { mix, rgb } from "../colour.ts";
import { choice, colour, defineStage, number } from "../stage.ts";
import { clamp, wave } from "../waves.ts";

export const gradient = defineStage({
  name: "gradient",
  summary: "A ground of two or three colours.",
  params: {
    from: colour("#040818"),
    middle: colour("#0a1a3c"),
    to: colour("#10324a"),
    shape: choice(["vertical", "horizontal", "diagonal", "radial"], "vertical"),
    drift: number(0, 0, 1, 0.05),
  },
  draw(canvas, { from, middle, to, shape, drift }, { seconds }) {
    const [start, centre, end] = [rgb(from), rgb(middle), rgb(to)];
    const shift = drift * 0.25 * wave(seconds * 0.03);
    const [width, height] = [Math.max(1, canvas.cols - 1), Math.max(1, canvas.height - 1)];
    canvas.paint((x, y) => {
      const [u, v] = [x / width, y / height];
      let at: number;
      if (shape === "vertical") at = v;
      else if (shape === "horizontal") at = u;
      else if (shape === "diagonal") at = (u + v) / 2;
      else at = Math.hypot(u - 0.5, (v - 0.5) * 0.8) * 1.6;
      at = clamp(at + shift, 0, 1);
      return at < 0.5 ? mix(start, centre, at * 2) : mix(centre, end, at * 2 - 1);
    });
  },
});
