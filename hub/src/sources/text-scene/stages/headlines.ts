import { Attribute } from "@lightwell/wire/text/grid.ts";
import { mix, rgb } from "../colour.ts";
import { splitNews } from "../news-line.ts";
import { chance } from "../randomness.ts";
import { choice, colour, defineStage, number } from "../stage.ts";
import { clamp, smoothStep } from "../waves.ts";

/** Signs that a line passes through before it reads as itself. */
const UNREAD = [..."░▒▓·:+*/\\<>"];

export const headlines = defineStage({
  name: "headlines",
  summary: "The news line by line, moving up or standing in pages.",
  params: {
    motion: choice(["scroll", "pages"], "scroll"),
    top: number(35, 0, 100, 1, "%"),
    height: number(50, 5, 100, 1, "%"),
    margin: number(4, 0, 20, 1, "columns"),
    spacing: number(2, 1, 4, 1, "rows"),
    speed: number(0.5, 0.05, 5, 0.05, "lines/s"),
    colour: colour("#dbe7ff"),
    tag: colour("#ffd479"),
    backing: number(0.35, 0, 1, 0.05),
    edge: number(2, 0, 8, 1, "rows"),
  },
  draw(canvas, values, { seconds, seed, data }) {
    const { news } = data;
    if (news.length === 0) return;
    const { motion, margin, speed, backing, edge } = values;
    const spacing = Math.round(values.spacing);
    const top = Math.round((canvas.rows * values.top) / 100);
    const rows = Math.min(canvas.rows - top, Math.max(1, Math.round((canvas.rows * values.height) / 100)));
    const left = Math.round(margin);
    const right = canvas.cols - left;
    if (right - left < 4) return;
    const [ink, tagInk] = [rgb(values.colour), rgb(values.tag)];
    canvas.shade(left, top, right - left, rows, backing);

    if (motion === "scroll") {
      const way = seconds * speed;
      const first = Math.floor(way);
      const passed = Math.floor((way - first) * spacing);
      for (let i = 0; i * spacing - passed < rows; i++) {
        const y = i * spacing - passed;
        if (y < 0) continue;
        const near = edge > 0 ? clamp((Math.min(y, rows - 1 - y) + 1) / (edge + 1), 0, 1) : 1;
        // The line just come is still being read.
        drawLine(first + i, top + y, near, y >= rows - spacing ? (way - first) * 1.3 : 1);
      }
      return;
    }
    const perPage = Math.max(1, Math.floor((rows + spacing - 1) / spacing));
    const pages = (seconds * speed) / perPage;
    const page = Math.floor(pages);
    const age = (pages - page) * (perPage / speed);
    for (let i = 0; i < perPage; i++)
      drawLine(page * perPage + i, top + i * spacing, 1, smoothStep(0.12 * i, 0.12 * i + 0.9, age));

    function drawLine(number: number, y: number, light: number, read: number): void {
      const index = number % news.length;
      const { tag, words } = splitNews(news[index] ?? "");
      const start = tag ? left + Math.max([...tag].length, Math.min(8, Math.floor((right - left) / 4))) + 2 : left;
      drawWords(left, tag, tagInk, Attribute.bold);
      drawWords(start, words, ink, 0);

      function drawWords(from: number, line: string, colour: number, attr: number): void {
        let x = from;
        for (const character of line) {
          if (x >= right) break;
          // A line that is too long ends in an ellipsis.
          const cut = x === right - 1 && from + [...line].length > right;
          const known = chance(seed, x, index) < read;
          const sign = known
            ? cut
              ? "…"
              : character
            : (UNREAD[Math.floor(chance(seed, x, y, Math.floor(seconds * 12)) * UNREAD.length)] ?? "·");
          const behind = canvas.bg[y * canvas.cols + x] ?? 0;
          canvas.text(x, y, sign, mix(behind, colour, light * (known ? 1 : 0.45)), { attr });
          x++;
        }
      }
    }
  },
});
