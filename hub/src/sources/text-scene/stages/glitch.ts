import type { Canvas } from "../canvas.ts";
import { chance, hash } from "../randomness.ts";
import { defineStage, number, toggle } from "../stage.ts";

/** Seconds that one picture of a disturbance stands. */
const STEP = 0.09;

export const glitch = defineStage({
  name: "glitch",
  summary: "Now and then the picture tears: bands slip aside, their colours part, blocks fall out.",
  params: {
    every: number(5, 0.5, 60, 0.5, "s"),
    length: number(0.5, 0.1, 3, 0.1, "s"),
    strength: number(0.5, 0, 1, 0.05),
    colours: toggle(true),
  },
  draw(canvas, { every, length, strength, colours }, { seconds, seed }) {
    const turn = Math.floor(seconds / every);
    // Not in time with anything: each disturbance begins somewhere within its turn.
    const since = seconds - turn * every - chance(seed, turn) * Math.max(0, every - length);
    if (since < 0 || since > length) return;
    const step = Math.floor(since / STEP);
    const bands = 1 + Math.floor(strength * 5 * chance(seed, turn, step));
    for (let band = 0; band < bands; band++) {
      const lot = hash(seed, turn, step, band);
      const top = lot % canvas.rows;
      const height = 1 + ((lot >>> 8) % Math.max(1, Math.round(canvas.rows * 0.18 * strength + 1)));
      const slip = Math.round((((lot >>> 16) % 1000) / 1000 - 0.5) * canvas.cols * 0.4 * strength);
      for (let y = top; y < Math.min(canvas.rows, top + height); y++) {
        slipRow(canvas, y, slip);
        if (colours) partColours(canvas, y, 1 + (lot % 3));
      }
    }
    if (chance(seed, turn, step, 99) < strength) dropBlock(canvas, hash(seed, turn, step, 100));
  },
});

/** Move a row to the right, around the edge. */
function slipRow(canvas: Canvas, y: number, by: number): void {
  const { cols } = canvas;
  const start = y * cols;
  const split = (((-by % cols) + cols) % cols) + start;
  for (const plane of [canvas.glyph, canvas.fg, canvas.bg, canvas.attr]) {
    const head = plane.slice(start, split);
    plane.copyWithin(start, split, start + cols);
    plane.set(head, start + cols - head.length);
  }
}

/** Red from the left, blue from the right. */
function partColours(canvas: Canvas, y: number, by: number): void {
  const start = y * canvas.cols;
  for (const plane of [canvas.fg, canvas.bg]) {
    const row = plane.slice(start, start + canvas.cols);
    for (let x = 0; x < row.length; x++) {
      const red = row[Math.max(0, x - by)] as number;
      const blue = row[Math.min(row.length - 1, x + by)] as number;
      plane[start + x] = (red & 0xff0000) | ((row[x] as number) & 0x00ff00) | (blue & 0x0000ff);
    }
  }
}

function dropBlock(canvas: Canvas, lot: number): void {
  const left = lot % canvas.cols;
  const top = (lot >>> 8) % canvas.rows;
  const [width, height] = [4 + ((lot >>> 16) % 14), 1 + ((lot >>> 20) % 3)];
  for (let y = top; y < Math.min(canvas.rows, top + height); y++) {
    for (let x = left; x < Math.min(canvas.cols, left + width); x++) {
      const i = y * canvas.cols + x;
      [canvas.fg[i], canvas.bg[i]] = [canvas.bg[i] as number, canvas.fg[i] as number];
    }
  }
}
