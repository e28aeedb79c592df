import { Attribute } from "@lightwell/wire/text/grid.ts";
import { mix, rgb } from "../colour.ts";
import { choice, colour, defineStage, number, text } from "../stage.ts";
import { wave } from "../waves.ts";

/** Corners from the upper left clockwise, then the horizontal and the vertical line. */
const styles = {
  light: "┌┐┘└─│",
  round: "╭╮╯╰─│",
  heavy: "┏┓┛┗━┃",
  double: "╔╗╝╚═║",
  dashed: "┌┐┘└┄┆",
  blocks: "▛▜▟▙▀▌",
};

export const border = defineStage({
  name: "border",
  summary: "A frame around the picture, with a word on it.",
  params: {
    style: choice(Object.keys(styles) as [keyof typeof styles, ...Array<keyof typeof styles>], "round"),
    colour: colour("#4a78c8"),
    second: colour("#9ae6ff"),
    run: number(0.1, 0, 2, 0.05, "turns/s"),
    label: text("", 40),
  },
  draw(canvas, { style, colour: hex, second, run, label }, { seconds }) {
    const { cols, rows } = canvas;
    if (cols < 2 || rows < 2) return;
    const [upperLeft, upperRight, lowerRight, lowerLeft, across, down] = [...styles[style]];
    const [ink, light] = [rgb(hex), rgb(second)];
    const around = 2 * (cols + rows * 2);
    /** The colours run around the frame; `way` is how far a cell lies along it, in columns. */
    const colourAt = (way: number) =>
      mix(ink, light, run === 0 ? 0 : Math.max(0, Math.round(wave(way / around - seconds * run) * 16) / 16) ** 2);
    const set = (x: number, y: number, sign: string | undefined, way: number) =>
      canvas.put(x, y, sign?.codePointAt(0) ?? 0, colourAt(way));
    for (let x = 1; x < cols - 1; x++) {
      set(x, 0, across, x);
      set(x, rows - 1, style === "blocks" ? "▄" : across, 2 * cols + 2 * rows - x);
    }
    for (let y = 1; y < rows - 1; y++) {
      set(0, y, down, around - 2 * y);
      set(cols - 1, y, style === "blocks" ? "▐" : down, cols + 2 * y);
    }
    set(0, 0, upperLeft, 0);
    set(cols - 1, 0, upperRight, cols);
    set(cols - 1, rows - 1, lowerRight, cols + 2 * rows);
    set(0, rows - 1, lowerLeft, 2 * cols + 2 * rows);
    const words = [...label.replaceAll("\n", " ")].slice(0, Math.max(0, cols - 8));
    if (words.length === 0) return;
    for (let x = 2; x < words.length + 4; x++) canvas.clear(x, 0);
    canvas.text(3, 0, words.join(""), light, { attr: Attribute.bold });
  },
});
