import { Attribute } from "@lightwell/wire/text/grid.ts";
import { blockGlyphs, blockWidth, FONT_HEIGHT } from "../block-font.ts";
import { align, drawLetters, fitSize } from "../block-letters.ts";
import { mix, rgb, scale } from "../colour.ts";
import { choice, colour, defineStage, number, toggle } from "../stage.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const clock = defineStage({
  name: "clock",
  summary: "The time, small or in big figures, and the date.",
  params: {
    figures: choice(["small", "big"], "small"),
    x: number(100, 0, 100, 1, "%"),
    y: number(0, 0, 100, 1, "%"),
    size: number(0, 0, 8, 1),
    colour: colour("#ffffff"),
    lower: colour("#9ab8ff"),
    showSeconds: toggle(true),
    showDate: toggle(true),
  },
  draw(canvas, { figures, x, y, size, colour: hex, lower, showSeconds, showDate }, { timeMs, data }) {
    const now = new Date(timeMs + data.utcOffsetMinutes * 60_000);
    const time = now.toISOString().slice(11, showSeconds ? 19 : 16);
    const date = `${WEEKDAYS[now.getUTCDay()]}, ${now.getUTCDate()} ${MONTHS[now.getUTCMonth()]} ${now.getUTCFullYear()}`;
    const [ink, second] = [rgb(hex), rgb(lower)];
    const letters = blockGlyphs(time);
    const square = fitSize(size, blockWidth(letters), canvas.cols, canvas.height);
    const width = blockWidth(letters) * square;
    const height = FONT_HEIGHT * square;
    const rows = Math.ceil(height / 2) + (showDate ? 2 : 0);
    if (figures === "big" && square > 0 && rows <= canvas.rows) {
      const left = align(width, canvas.cols, x, 3);
      const top = align(rows, canvas.rows, y, 1);
      const place = { x: left, y: top * 2, size: square };
      drawLetters(canvas, letters, { ...place, x: left + square, y: top * 2 + square }, (px, py) =>
        scale(canvas.pixel(px, py), 0.35),
      );
      drawLetters(canvas, letters, place, (_x, _y, share) => mix(ink, second, share));
      if (showDate) {
        const start = left + align(date.length, width, 50);
        canvas.text(Math.max(0, start), top + rows - 1, date, second);
      }
      return;
    }
    const line = showDate && canvas.cols >= 60 ? `${date}  ${time}` : time;
    const start = align(line.length, canvas.cols, x, 3);
    const row = align(1, canvas.rows, y);
    canvas.text(start, row, line.slice(0, -time.length), second);
    canvas.text(start + line.length - time.length, row, time, ink, { attr: Attribute.bold });
  },
});
