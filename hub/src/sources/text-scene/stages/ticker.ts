import { Attribute } from "@lightwell/wire/text/grid.ts";
import { mix, rgb } from "../colour.ts";
import { splitNews } from "../news-line.ts";
import { align } from "../block-letters.ts";
import { colour, defineStage, number, text } from "../stage.ts";

export const ticker = defineStage({
  name: "ticker",
  summary: "One row through which the news run from right to left.",
  params: {
    y: number(100, 0, 100, 1, "%"),
    speed: number(8, 1, 40, 1, "columns/s"),
    label: text("", 20),
    separator: text("◆", 5),
    colour: colour("#f4f8ff"),
    tag: colour("#ffd479"),
    ground: colour("#0b1530"),
    labelGround: colour("#c0203a"),
    backing: number(0.85, 0, 1, 0.05),
  },
  draw(canvas, values, { seconds, data }) {
    const y = align(1, canvas.rows, values.y);
    const [ink, tagInk, ground] = [rgb(values.colour), rgb(values.tag), rgb(values.ground)];
    const label = values.label ? ` ${values.label} ` : "";
    const from = label && canvas.cols > label.length * 2 ? [...label].length : 0;
    for (let x = 0; x < canvas.cols; x++) canvas.clear(x, y);
    canvas.wash(0, y, canvas.cols, 1, ground, values.backing);

    const pieces = data.news.flatMap((line) => {
      const { tag, words } = splitNews(line);
      return [
        ...(tag ? [{ words: `${tag} `, ink: tagInk, attr: Attribute.bold }] : []),
        { words, ink, attr: 0 },
        { words: `  ${values.separator}  `, ink: mix(ground, tagInk, 0.6), attr: 0 },
      ];
    });
    const lengths = pieces.map((piece) => [...piece.words].length);
    const lap = lengths.reduce((sum, length) => sum + length, 0);
    if (lap > 0) {
      let x = from - (Math.floor(seconds * values.speed) % lap);
      for (let i = 0; x < canvas.cols; i = (i + 1) % pieces.length) {
        const piece = pieces[i];
        const length = lengths[i] ?? 0;
        if (piece && x + length > from) canvas.text(x, y, piece.words, piece.ink, { attr: piece.attr, from });
        x += length;
      }
    }
    if (from > 0) {
      canvas.wash(0, y, from, 1, rgb(values.labelGround), 1);
      canvas.text(0, y, label, 0xffffff, { attr: Attribute.bold });
    }
  },
});
