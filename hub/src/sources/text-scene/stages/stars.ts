import { mix, rgb } from "../colour.ts";
import { chance, hash } from "../randomness.ts";
import { choice, colour, defineStage, number } from "../stage.ts";
import type { Canvas } from "../canvas.ts";
import { fraction, wave } from "../waves.ts";

/** First of the braille patterns: eight dots in a cell, so that stars move by quarters of a row. */
const BRAILLE = 0x2800;
const DOTS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

export const stars = defineStage({
  name: "stars",
  summary: "A night sky that twinkles, drifts by or is flown through.",
  params: {
    motion: choice(["twinkle", "drift", "fly"], "twinkle"),
    density: number(3, 0, 20, 0.5, "%"),
    speed: number(1, 0, 5, 0.1),
    colour: colour("#dfe8ff"),
    depth: number(100, 10, 100, 1, "%"),
  },
  draw(canvas, { motion, density, speed, colour: hex, depth }, { seconds, seed }) {
    const ink = rgb(hex);
    const rows = Math.max(1, Math.round((canvas.rows * depth) / 100));
    const count = Math.round((canvas.cols * rows * density) / 100);
    const t = seconds * speed;
    for (let star = 0; star < count; star++) {
      if (motion === "fly") flyBy(canvas, star, t, seed, ink);
      else {
        const size = chance(seed, star, 2);
        const passed = motion === "drift" ? t * 0.01 * (0.3 + size) : 0;
        const x = fraction(chance(seed, star, 0) + passed) * canvas.cols;
        const y = chance(seed, star, 1) * rows;
        const flicker = 0.5 + 0.5 * wave(t * (0.08 + 0.2 * chance(seed, star, 3)) + chance(seed, star, 4));
        // In steps, and the small ones steady: a sky in which everything changes all the time is noise.
        const light = size < 0.6 ? 0.25 + 0.4 * size : 0.35 + (Math.round(flicker * 6) / 6) * 0.65;
        if (size > 0.95 && motion === "twinkle") sparkle(canvas, Math.floor(x), Math.floor(y), ink, light);
        else dot(canvas, x, y, ink, light);
      }
    }
  },
});

/** One star of the tunnel: it comes from afar, past the eye, and begins anew elsewhere. */
function flyBy(canvas: Canvas, star: number, t: number, seed: number, ink: number): void {
  const way = t * 0.22 + chance(seed, star, 5);
  const lap = Math.floor(way);
  const z = 1.02 - (way - lap);
  const place = hash(seed, star, lap);
  const x = ((place & 0xffff) / 0xffff - 0.5) / z;
  const y = ((place >>> 16) / 0xffff - 0.5) / z;
  dot(canvas, (x + 0.5) * canvas.cols, (y + 0.5) * canvas.rows, ink, Math.min(1, 0.25 + (1 - z) * 1.1));
}

/** One braille dot at a place in cells; several in a cell share it. */
function dot(canvas: Canvas, x: number, y: number, ink: number, light: number): void {
  const [col, row] = [Math.floor(x), Math.floor(y)];
  if (col < 0 || row < 0 || col >= canvas.cols || row >= canvas.rows) return;
  const i = row * canvas.cols + col;
  const bit = DOTS[Math.floor((y - row) * 4) * 2 + Math.floor((x - col) * 2)] ?? 1;
  const before = canvas.glyph[i] as number;
  const others = before >= BRAILLE && before <= BRAILLE + 0xff ? before - BRAILLE : 0;
  canvas.flatten(i);
  canvas.put(col, row, BRAILLE + (others | bit), mix(canvas.bg[i] as number, ink, light));
}

function sparkle(canvas: Canvas, x: number, y: number, ink: number, light: number): void {
  const glyph = light > 0.85 ? "✦" : light > 0.6 ? "✧" : "·";
  canvas.put(x, y, glyph.codePointAt(0) ?? 0, mix(canvas.pixel(x, y * 2), ink, light));
}
