import { Attribute } from "@lightwell/wire/text/grid.ts";
import { align } from "../block-letters.ts";
import { mix, rgb } from "../colour.ts";
import { wrap } from "../news-line.ts";
import { choice, colour, defineStage, number, text } from "../stage.ts";
import { fraction } from "../waves.ts";

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

    const signs = lines.reduce((sum, line) => sum + [...line].length, 0);
    const lapSeconds = signs / values.speed + STAND;
    let left_ =
      values.appear === "typed" ? Math.floor(fraction(seconds / lapSeconds) * lapSeconds * values.speed) : signs;
    const ink = rgb(values.colour);
    for (const [i, line] of lines.entries()) {
      if (left_ < 0) break;
      const shown = [...line].slice(0, left_);
      const end = canvas.text(left + 2, top + 1 + i, shown.join(""), ink);
      if (shown.length < [...line].length && left_ >= 0) canvas.put(end, top + 1 + i, 0x2588, mix(ink, 0, 0.2));
      left_ -= [...line].length;
      if (left_ <= 0 && shown.length < [...line].length) break;
    }
    canvas.text(left + 1, top + 1, "▎", mix(ink, 0, 0.3), { attr: Attribute.bold });
  },
});
