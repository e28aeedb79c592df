import { mix, rgb } from "../colour.ts";
import { chance, hash } from "../randomness.ts";
import { choice, colour, defineStage, number } from "../stage.ts";

const specks = [..."░▒▓▖▗▘▝·:'`"].map((glyph) => glyph.codePointAt(0) ?? 0);

export const noise = defineStage({
  name: "noise",
  summary: "Specks of a bad line, or the grain of a film.",
  params: {
    kind: choice(["specks", "grain"], "specks"),
    amount: number(2, 0, 60, 0.5, "%"),
    rate: number(8, 0.5, 30, 0.5, "changes/s"),
    edges: number(0, 0, 1, 0.05),
    colour: colour("#9ad0ff"),
  },
  draw(canvas, { kind, amount, rate, edges, colour: hex }, { seconds, seed }) {
    const ink = rgb(hex);
    const turn = Math.floor(seconds * rate);
    for (let y = 0, i = 0; y < canvas.rows; y++) {
      // At the edges only: none in the middle, as on a screen that is out of tune.
      const outside = Math.abs((y + 0.5) / canvas.rows - 0.5) * 2;
      const level = (amount / 100) * (1 - edges + edges * outside ** 3 * 2);
      for (let x = 0; x < canvas.cols; x++, i++) {
        const lot = chance(seed, x, y, turn);
        if (kind === "grain") canvas.scaleCell(i, 1 + (lot - 0.5) * 2 * level);
        else if (lot < level) {
          const sign = specks[hash(seed, x, y, turn + 1) % specks.length] ?? 0;
          canvas.put(x, y, sign, mix(canvas.pixel(x, y * 2), ink, 0.25 + (0.6 * lot) / level));
        }
      }
    }
  },
});
