// Six deterministic text sequences to measure wire formats on: no clock, no Math.random. Text as it really is on
// screens (a ticker, a dashboard) and pictures as half blocks (noise-free, panning, a still camera).
import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";

/** A named run of frames of one size. */
export interface TextSequence {
  readonly name: string;
  readonly frames: readonly TextGrid[];
}

/** The six sequences, built on call. */
export function textSequences(): TextSequence[] {
  return [ticker(), dashboard(), plasma(80, 24), plasma(160, 45), pan(), camera()];
}

/** Writes text into a grid; what lies outside the row is cut off. */
function put(grid: TextGrid, x: number, y: number, text: string, fg: number, bg: number): void {
  let column = x;
  for (const char of text) {
    if (column >= 0 && column < grid.cols) {
      const i = y * grid.cols + column;
      grid.glyph[i] = char.codePointAt(0) ?? 0x20;
      grid.fg[i] = fg;
      grid.bg[i] = bg;
    }
    column++;
  }
}

/** 31-bit linear congruential generator: the same numbers everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) / 0x80000000;
}

const frames = (count: number, frame: (n: number) => TextGrid): TextGrid[] =>
  Array.from({ length: count }, (_, n) => frame(n));

const rgb = (r: number, g: number, b: number): number => (r << 16) | (g << 8) | b;
const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value | 0);

/** A frame of upper half blocks from a function of the pixel (`cols × 2·rows` pixels). */
function picture(cols: number, rows: number, pixel: (x: number, y: number) => number): TextGrid {
  const grid = createGrid(cols, rows);
  grid.glyph.fill(0x2580);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      grid.fg[y * cols + x] = pixel(x, 2 * y);
      grid.bg[y * cols + x] = pixel(x, 2 * y + 1);
    }
  }
  return grid;
}

const NEWS =
  "HARBOUR: the night ferry returns to its winter timetable +++ ARTS: the glass pavilion reopens with forty new lamps +++ " +
  "WEATHER: fog until ten, then a pale sun +++ SPORT: home side wins on the last throw +++ CITY: tram line seven diverted past the market +++ ";

/** A page of news whose bottom row scrolls. */
function ticker(): TextSequence {
  const background = 0x000010;
  return {
    name: "ticker 80×24",
    frames: frames(150, (n) => {
      const grid = createGrid(80, 24, 0xc0c0c0, background);
      const seconds = String(Math.floor(n / 15) % 60).padStart(2, "0");
      put(grid, 0, 0, `${" EVENING NEWS ".padEnd(70)}18:30:${seconds}  `, 0xffffff, 0x800000);
      for (let y = 2; y < 20; y++) {
        const start = (y * 37) % 150;
        const line = NEWS.slice(start, start + 60 + ((y * 7) % 12));
        put(grid, 2, y, line, y % 5 === 2 ? 0xffd700 : 0xc0c0c0, background);
      }
      put(grid, 0, 22, "─".repeat(80), 0x4080ff, background);
      put(grid, 0, 23, (NEWS + NEWS + NEWS).slice(n, n + 80), 0x00ff80, 0x202020);
      return grid;
    }),
  };
}

/** Numbers and bars of which few change. */
function dashboard(): TextSequence {
  const random = seededRandom(7);
  const spark = Array.from({ length: 60 }, () => Math.floor(random() * 8));
  return {
    name: "dashboard 80×24",
    frames: frames(150, (n) => {
      const grid = createGrid(80, 24, 0xc0c0c0, 0);
      put(grid, 0, 0, `┌${"─".repeat(78)}┐`, 0x00aaaa, 0);
      put(grid, 0, 23, `└${"─".repeat(78)}┘`, 0x00aaaa, 0);
      for (let y = 1; y < 23; y++) {
        put(grid, 0, y, "│", 0x00aaaa, 0);
        put(grid, 79, y, "│", 0x00aaaa, 0);
      }
      put(grid, 3, 0, " CHANNELS ", 0xffffff, 0);
      for (let r = 0; r < 8; r++) {
        const level = Math.round((50 + 40 * Math.sin(n * 0.05 * (r % 3 === 0 ? 1 : 0) + r)) / 5);
        const viewers = String(10 + r * 3).padStart(4);
        const fps = r % 2 === 1 ? "30.0" : (29.5 + random()).toFixed(1);
        put(grid, 3, 2 + r, `${`stream-${r} `.padEnd(14)}viewers ${viewers}  fps ${fps}  `, 0xc0c0c0, 0);
        put(grid, 48, 2 + r, "█".repeat(level), 0x00c000, 0x202020);
        put(grid, 48 + level, 2 + r, " ".repeat(20 - level), 0xc0c0c0, 0x202020);
      }
      if (n % 10 === 0) {
        spark.shift();
        spark.push(Math.floor(random() * 8));
      }
      put(grid, 3, 14, `out kB/s ${(1000 + random() * 50).toFixed(1)}`, 0xffff00, 0);
      for (const [i, value] of spark.entries()) put(grid, 3 + i, 16, String.fromCharCode(0x2581 + value), 0x40a0ff, 0);
      const seconds = String(Math.floor(n / 10) % 60).padStart(2, "0");
      put(grid, 3, 20, `uptime 3d 04:12:${seconds}  rss 82 MB`, 0xc0c0c0, 0);
      return grid;
    }),
  };
}

/** Every pixel changes, without noise and without a common motion, at this share of the usual speed. */
export function plasma(cols: number, rows: number, speed = 1): TextSequence {
  return {
    name: `plasma ${cols}×${rows}`,
    frames: frames(120, (frame) => {
      const n = frame * speed;
      return picture(cols, rows, (x, y) => {
        const v =
          Math.sin(x * 0.12 + n * 0.1) +
          Math.sin(y * 0.17 - n * 0.07) +
          Math.sin((x + y) * 0.08 + n * 0.05) +
          Math.sin(Math.hypot(x - cols / 2, y - rows) * 0.15 - n * 0.12);
        const channel = (k: number): number => (127.5 + 127.5 * Math.sin(v * 1.3 + k)) | 0;
        return rgb(channel(0), channel(2.1), channel(4.2));
      });
    }),
  };
}

const latticeRandom = seededRandom(1234);
const LATTICE = Float64Array.from({ length: 65536 }, () => latticeRandom());

/** Smooth value noise in [0, 1). */
function noise(x: number, y: number): number {
  const [xi, yi] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - xi, y - yi];
  const at = (i: number, j: number): number => LATTICE[((j & 255) << 8) | (i & 255)] ?? 0;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  return (
    (at(xi, yi) * (1 - u) + at(xi + 1, yi) * u) * (1 - v) + (at(xi, yi + 1) * (1 - u) + at(xi + 1, yi + 1) * u) * v
  );
}

/** The landscape that the two video-like sequences look at. */
function landscape(x: number, y: number): [number, number, number] {
  const n =
    0.5 * noise(x / 34, y / 34) +
    0.28 * noise(x / 13 + 40, y / 13) +
    0.14 * noise(x / 5 + 90, y / 5) +
    0.08 * noise(x / 2.1, y / 2.1 + 60);
  const sky = Math.max(0, 1 - y / 70);
  return [60 + 150 * n + 40 * sky, 50 + 170 * n + 25 * sky, 40 + 110 * n + 90 * sky];
}

/** A camera that pans by parts of a pixel. */
function pan(): TextSequence {
  return {
    name: "pan 160×45",
    frames: frames(120, (n) =>
      picture(160, 45, (x, y) => {
        const [r, g, b] = landscape(x + n * 1.37, y + 4 * Math.sin(n * 0.05));
        return rgb(byte(r), byte(g), byte(b));
      }),
    ),
  };
}

/** A still camera after a video codec: a tenth of the cells flicker by a few levels, one object crosses. */
function camera(): TextSequence {
  const [cols, rows] = [160, 45];
  const random = seededRandom(99);
  const still = new Float64Array(cols * 2 * rows * 3);
  for (let y = 0; y < 2 * rows; y++) {
    for (let x = 0; x < cols; x++) still.set(landscape(x, y), (y * cols + x) * 3);
  }
  return {
    name: "camera 160×45",
    frames: frames(120, (n) => {
      const flicker = new Int8Array(cols * rows);
      for (let i = 0; i < flicker.length; i++) if (random() < 0.09) flicker[i] = Math.floor(random() * 7) - 3;
      const cx = ((n * 1.9) % (cols + 20)) - 10;
      const cy = 46 + 8 * Math.sin(n * 0.13);
      return picture(cols, rows, (x, y) => {
        if ((x - cx) ** 2 + ((y - cy) * 0.9) ** 2 < 49)
          return rgb(200, byte(70 + 3 * (y - cy)), byte(60 + 4 * (x - cx)));
        const i = (y * cols + x) * 3;
        const d = flicker[(y >> 1) * cols + x] ?? 0;
        return rgb(byte((still[i] ?? 0) + d), byte((still[i + 1] ?? 0) + d), byte((still[i + 2] ?? 0) + d));
      });
    }),
  };
}
