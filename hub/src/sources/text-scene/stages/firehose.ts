import { mix, rgb } from "../colour.ts";
import { chance, hash } from "../randomness.ts";
import { colour, defineStage, number } from "../stage.ts";
import { smoothStep } from "../waves.ts";

export const firehose = defineStage({
  name: "firehose",
  summary: "Everything at once: rows of raw news that rush upwards.",
  params: {
    top: number(50, 0, 100, 1, "%"),
    height: number(50, 5, 100, 1, "%"),
    speed: number(7, 0.5, 30, 0.5, "rows/s"),
    colour: colour("#2f7d5a"),
    bright: colour("#8dffc0"),
    density: number(85, 5, 100, 1, "%"),
    soft: number(30, 0, 100, 1, "%"),
  },
  draw(canvas, values, { seconds, seed, data }) {
    const { news } = data;
    if (news.length === 0) return;
    const top = Math.round((canvas.rows * values.top) / 100);
    const rows = Math.min(canvas.rows - top, Math.max(1, Math.round((canvas.rows * values.height) / 100)));
    const [ink, bright] = [rgb(values.colour), rgb(values.bright)];
    const way = Math.floor(seconds * values.speed);
    for (let row = 0; row < rows; row++) {
      const line = way + row;
      if (chance(seed, line, 1) * 100 >= values.density) continue;
      const y = top + row;
      const light = values.soft > 0 ? 0.1 + 0.9 * smoothStep(0, (rows * values.soft) / 100, row + 0.5) : 1;
      const loud = chance(seed, line, 2);
      const colourOfLine = loud > 0.93 ? bright : mix(mix(0, ink, 0.45 + 0.55 * loud), bright, loud > 0.8 ? 0.25 : 0);
      const id = hash(seed, line, 3).toString(16).padStart(8, "0");
      let raw = `${id.slice(0, 4)}:${id.slice(4)} `;
      for (let n = 0; raw.length < canvas.cols; n++)
        raw += `${n > 0 ? "  //" : ""} ${news[hash(seed, line, 6, n) % news.length]}`;
      let x = 1 + (hash(seed, line, 5) % 3) * 2;
      for (const character of raw) {
        if (x >= canvas.cols - 1) break;
        const behind = canvas.bg[y * canvas.cols + x] ?? 0;
        canvas.put(x, y, character.codePointAt(0) ?? 0, mix(behind, colourOfLine, light));
        x++;
      }
    }
  },
});
