import { align } from "../block-letters.ts";
import { mix, rgb } from "../colour.ts";
import { wrap } from "../news-line.ts";
import { choice, colour, defineStage, number, text } from "../stage.ts";
import { fraction } from "../waves.ts";

const CURSOR = 0x2588;
/** Seconds that a typed text stands when it is whole. */
const STAND = 8;

export const message = defineStage({
  name: "message",
  summary: "Plain text in a box: typed sign by sign, or at once.",
  params: {
    text: text("", 1000),
    x: number(50, 0, 100, 1, "%"),
    y: number(50, 0, 100, 1, "%"),
    width: number(60, 10, 100, 1, "%"),
    appear: choice(["typed", "at once"], "typed"),
    speed: number(25, 2, 120, 1, "signs/s"),
    colour: colour("#f4f8ff"),
    ground: colour("#05070f"),
    backing: number(0.75, 0, 1, 0.05),
  },
  draw(canvas, values, { seconds, data }) {
    const words = values.text || data.message;
    const width = Math.round((canvas.cols * values.width) / 100) - 4;
    if (words === "" || width < 1) return;
    const lines = wrap(words, width, Math.max(1, canvas.rows - 2));
    const widest = Math.max(...lines.map((line) => [...line].length));
    const [boxWidth, boxHeight] = [widest + 4, lines.length + 2];
    const left = align(boxWidth, canvas.cols, values.x, 1);
    const top = align(boxHeight, canvas.rows, values.y);
    for (let y = top; y < top + boxHeight; y++) for (let x = left; x < left + boxWidth; x++) canvas.clear(x, y);
    canvas.wash(left, top, boxWidth, boxHeight, rgb(values.ground), values.backing);

    const ink = rgb(values.colour);
    const signs = lines.reduce((sum, line) => sum + [...line].length, 0);
    const lapSeconds = signs / values.speed + STAND;
    const typed = fraction(seconds / lapSeconds) * lapSeconds * values.speed;
    let toShow = values.appear === "typed" ? Math.floor(typed) : signs;
    for (const [i, line] of lines.entries()) {
      const shown = [...line].slice(0, toShow);
      const end = canvas.text(left + 2, top + 1 + i, shown.join(""), ink);
      toShow -= shown.length;
      if (shown.length < [...line].length) {
        canvas.put(end, top + 1 + i, CURSOR, ink);
        break;
      }
    }
    for (let y = top + 1; y < top + boxHeight - 1; y++) canvas.text(left, y, "▎", mix(ink, 0, 0.4));
  },
});
