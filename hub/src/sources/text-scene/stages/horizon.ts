import { add, mix, rgb, scale } from "../colour.ts";
import { rampColour } from "../palettes.ts";
import { smoothNoise } from "../randomness.ts";
import { colour, defineStage, number } from "../stage.ts";
import type { Canvas } from "../canvas.ts";
import { clamp, fraction, smoothStep } from "../waves.ts";

export const horizon = defineStage({
  name: "horizon",
  summary: "A sun that sets behind mountains, and a lattice that rolls towards the eye.",
  params: {
    sky: colour("#10052c"),
    glow: colour("#ff4f8b"),
    sun: colour("#ffd23f"),
    grid: colour("#21d4ff"),
    level: number(60, 30, 80, 1, "%"),
    sunSize: number(70, 0, 100, 1, "%"),
    speed: number(1, 0, 5, 0.1),
  },
  draw(canvas, { sky, glow, sun, grid, level, sunSize, speed }, { seconds, seed }) {
    const [night, dusk, gold, neon] = [rgb(sky), rgb(glow), rgb(sun), rgb(grid)];
    const edge = Math.round((canvas.height * level) / 100);
    const t = seconds * speed;
    const skyColours = [scale(night, 0.5), night, mix(night, dusk, 0.35), mix(night, dusk, 0.85)];
    const floorAt = latticeColour(canvas, { edge, t, ground: scale(night, 0.5), neon, glow: dusk });
    canvas.paint((x, y) => (y < edge ? rampColour(skyColours, y / Math.max(1, edge)) : floorAt(x, y)));
    drawSun(canvas, edge, (sunSize / 100) * edge * 0.62, t, gold, dusk);
    drawMountains(canvas, edge, seed, mix(night, 0, 0.35), mix(dusk, night, 0.35));
  },
});

function drawSun(canvas: Canvas, edge: number, radius: number, t: number, gold: number, rose: number): void {
  if (radius < 1) return;
  const middleX = canvas.cols / 2 - 0.5;
  const middleY = edge - radius * 0.72;
  const slit = Math.max(3.5, radius / 3);
  for (let y = Math.floor(middleY - radius - 3); y < edge; y++) {
    const down = (y - middleY) / radius;
    // Slits open in the lower half and sink, thicker the lower they are.
    const inSlit = down > -0.1 && fraction((y - middleY - t * 0.8) / slit) < 0.22 + 0.3 * clamp(down, 0, 1);
    for (let x = Math.floor(middleX - radius - 4); x <= middleX + radius + 4; x++) {
      const distance = Math.hypot(x - middleX, y - middleY) - radius;
      const cover = clamp(0.5 - distance, 0, 1);
      if (cover > 0 && !inSlit) canvas.mixPixel(x, y, mix(gold, rose, 0.5 + down * 0.55), cover);
      else if (distance > 0) canvas.setPixel(x, y, add(canvas.pixel(x, y), rose, 0.28 * clamp(1 - distance / 4, 0, 1)));
    }
  }
}

function drawMountains(canvas: Canvas, edge: number, seed: number, rock: number, rim: number): void {
  for (let x = 0; x < canvas.cols; x++) {
    // Low in the middle, so that the sun has a valley.
    const valley = smoothStep(0.1, 0.5, Math.abs(x / canvas.cols - 0.5) * 1.2);
    const ridge = 1 - Math.abs(2 * smoothNoise(seed, x * 0.1, 0.5) - 1) * 0.7 - smoothNoise(seed, x * 0.4, 7.5) * 0.3;
    const top = Math.round(edge - 1 - ridge * valley * edge * 0.5);
    for (let y = top; y < edge; y++) canvas.setPixel(x, y, y === top && top < edge - 1 ? rim : rock);
  }
}

interface Floor {
  readonly edge: number;
  readonly t: number;
  readonly ground: number;
  readonly neon: number;
  readonly glow: number;
}

/** Columns between two lines that run towards the eye, per row of pixels below the horizon. */
const LANE = 1.1;

/** Lines of a lattice seen in perspective, as wide as a pixel covers of it, so that they do not flicker afar. */
function latticeColour(canvas: Canvas, { edge, t, ground, neon, glow }: Floor): (x: number, y: number) => number {
  const depth = Math.max(1, canvas.height - edge);
  const middle = canvas.cols / 2 - 0.5;
  return (x, y) => {
    const below = y - edge + 0.6;
    const z = depth / below;
    const column = z / depth / LANE;
    const across = (x - middle) * column;
    const along = nearLine(z * 1.6 + t * 0.9, (z / below) * 1.2);
    // A line that runs flat passes several columns in a row of pixels.
    const side = nearLine(across + 0.5, column * Math.max(0.8, 0.5 + Math.abs(across) * LANE * 0.6));
    const far = clamp(below / depth, 0, 1);
    const light = clamp(Math.max(along, side) * (0.25 + 0.75 * far), 0, 1);
    const fog = mix(ground, glow, 0.55 * (1 - smoothStep(0, 0.35, far)));
    return mix(fog, neon, light);
  };
}

/** 1 on a line at a whole number, falling to 0 at `width` beside it; faint when lines lie closer than that. */
function nearLine(value: number, width: number): number {
  const distance = Math.abs(fraction(value + 0.5) - 0.5);
  return width > 0.5 ? 0.35 : clamp(1 - distance / width, 0, 1);
}
