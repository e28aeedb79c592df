import { mix, rgb } from "../colour.ts";
import { colour, defineStage, number } from "../stage.ts";
import { smoothStep, wave } from "../waves.ts";

export const fade = defineStage({
  name: "fade",
  summary: "The picture sinks into one colour towards its upper and lower edge, or breathes as a whole.",
  params: {
    top: number(15, 0, 60, 1, "%"),
    bottom: number(15, 0, 60, 1, "%"),
    amount: number(0.9, 0, 1, 0.05),
    breath: number(0, 0, 1, 0.05),
    into: colour("#000000"),
  },
  draw(canvas, { top, bottom, amount, breath, into }, { seconds }) {
    const colourInto = rgb(into);
    const whole = breath * (0.5 + 0.5 * wave(seconds * 0.12));
    for (let y = 0; y < canvas.rows; y++) {
      const [above, below] = [(y + 0.5) / canvas.rows, (canvas.rows - y - 0.5) / canvas.rows];
      const kept = edge(above, top) * edge(below, bottom);
      const share = 1 - (1 - amount * (1 - kept)) * (1 - whole);
      for (let x = 0, i = y * canvas.cols; x < canvas.cols; x++, i++) {
        if (share === 0) break;
        canvas.fg[i] = mix(canvas.fg[i] as number, colourInto, share);
        canvas.bg[i] = mix(canvas.bg[i] as number, colourInto, share);
      }
    }
  },
});

function edge(distance: number, reachPercent: number): number {
  return reachPercent === 0 ? 1 : smoothStep(0, reachPercent / 100, distance);
}
