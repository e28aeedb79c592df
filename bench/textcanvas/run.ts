import { chromium, type Page } from "playwright-core";
import { serveSources } from "./sources.ts";
import { CHROMIUM_PATH } from "../../hub/src/testing/chromium.ts";

type Row = Record<string, string | number>;

const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** What the cells hold; in all but `ticker` each cell differs from frame to frame. */
const CONTENTS = ["quadrants", "letters", "solid", "ticker"] as const;

const CASES = [
  { cols: 160, rows: 45, width: 1440, height: 900 },
  { cols: 400, rows: 120, width: 1600, height: 960 },
  { cols: 80, rows: 24, width: 1440, height: 900 },
  { cols: 400, rows: 120, width: 3840, height: 2160 },
] as const;

interface Measured {
  readonly showMs: number;
  readonly p95Ms: number;
  readonly fps: number;
  readonly cell: string;
}

/** The canvas of the text display in a browser that renders in software: drawing alone, and frames that reach the screen. */
export default async function run(args: readonly string[]): Promise<{ table: Row[]; notes: readonly string[] }> {
  const quick = args.includes("--quick");
  const sources = await serveSources();
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: FLAGS.split(" ") });
  const table: Row[] = [];
  try {
    for (const { cols, rows, width, height } of quick ? CASES.slice(0, 2) : CASES) {
      const page = await browser.newPage({ viewport: { width, height } });
      await page.goto(sources.url);
      for (const content of CONTENTS) {
        const { showMs, p95Ms, fps, cell } = await measure(page, { cols, rows, content, seconds: quick ? 1 : 3 });
        const row = { grid: `${cols}×${rows}`, window: `${width}×${height}`, cell, content };
        table.push({ ...row, "ms per frame": showMs.toFixed(2), "p95 ms": p95Ms.toFixed(2), fps: fps.toFixed(0) });
        console.log(Object.values(table.at(-1) ?? {}).join(" · "));
      }
      await page.close();
    }
  } finally {
    await browser.close();
    sources.close();
  }
  return {
    table,
    notes: [
      "Headless Chromium without a GPU, one CSS pixel to a device pixel. All cells are drawn each time but in `ticker`, where one row in twelve changes.",
      "ms per frame: median of TextScreen.show() (painting cells and putImageData), read back once at the end so that nothing is put off. fps: frames in a requestAnimationFrame loop that shows a new one at each call; Chromium calls at most 60 times a second.",
    ],
  };
}

async function measure(
  page: Page,
  wanted: { cols: number; rows: number; content: (typeof CONTENTS)[number]; seconds: number },
): Promise<Measured> {
  return page.evaluate<Measured>(`(${browserSide})(${JSON.stringify(wanted)})`);
}

/** Runs in the page; written as text because the bench is checked without a browser's types. */
const browserSide = `async ({ cols, rows, content, seconds }) => {
  const { TextScreen } = await import("/web/src/text/text-screen.ts");
  const { fitCells } = await import("/web/src/text/fit-cells.ts");
  const cell = fitCells({ width: innerWidth, height: innerHeight }, { cols, rows });
  const count = cols * rows;
  const quadrants = Array.from(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█", (glyph) => glyph.codePointAt(0));
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const glyphOf = {
    quadrants: () => quadrants[Math.floor(random() * 16)],
    letters: () => 0x21 + Math.floor(random() * 94),
    solid: () => 0x20,
    ticker: () => 0x21 + Math.floor(random() * 94),
  }[content];
  const grids = Array.from({ length: 4 }, (_, number) => {
    const grid = {
      cols, rows,
      glyph: Uint32Array.from({ length: count }, glyphOf),
      fg: Uint32Array.from({ length: count }, () => Math.floor(random() * 0xffffff)),
      bg: Uint32Array.from({ length: count }, () => Math.floor(random() * 0xffffff)),
      attr: new Uint8Array(count),
    };
    return grid;
  });
  if (content === "ticker")
    for (const grid of grids.slice(1))
      for (const plane of ["glyph", "fg", "bg"])
        for (let row = 0; row < rows; row++)
          if (row % 12) grid[plane].set(grids[0][plane].subarray(row * cols, (row + 1) * cols), row * cols);
  const canvas = document.querySelector("canvas");
  const screen = new TextScreen(canvas);
  const show = (number) => screen.show(grids[number % grids.length], cell, false);
  for (let number = 0; number < 8; number++) show(number);
  const times = [];
  for (let number = 0; number < 60; number++) {
    const before = performance.now();
    show(number);
    times.push(performance.now() - before);
    if (number % 10 === 9) await new Promise(requestAnimationFrame);
  }
  canvas.getContext("2d").getImageData(0, 0, 1, 1);
  times.sort((a, b) => a - b);
  let frames = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    await new Promise(requestAnimationFrame);
    show(frames++);
  }
  const fps = (frames * 1000) / (performance.now() - start);
  return { showMs: times[30], p95Ms: times[57], fps, cell: cell.width + "×" + cell.height };
}`;
