import { OCTANTS, QUADRANTS, SEXTANTS } from "./mosaics.ts";

/** A painter of one cell: fills a rectangle, given in shares of the cell (0–1), with a coverage of 0–255. */
export type FillShare = (left: number, top: number, right: number, bottom: number, coverage?: number) => void;

/** Draws one block element, or nothing; returns false when `codePoint` is none. */
export function drawBlock(codePoint: number, fill: FillShare): boolean {
  const rectangle = RECTANGLES.get(codePoint);
  if (rectangle) {
    fill(...rectangle);
    return true;
  }
  const mosaic = MOSAICS.get(codePoint);
  if (!mosaic) return false;
  const { across, down, pattern } = mosaic;
  for (let i = 0; i < across * down; i++) {
    if (!(pattern & (1 << i))) continue;
    const x = i % across;
    const y = Math.floor(i / across);
    fill(x / across, y / down, (x + 1) / across, (y + 1) / down);
  }
  return true;
}

type Rectangle = readonly [left: number, top: number, right: number, bottom: number, coverage?: number];

/** Eighths, halves and shades: U+2580–2595 and their counterparts in Symbols for Legacy Computing. */
const RECTANGLES: ReadonlyMap<number, Rectangle> = new Map<number, Rectangle>([
  [0x2580, [0, 0, 1, 1 / 2]],
  ...eighths(8, (n): [number, Rectangle] => [0x2580 + n, [0, 1 - n / 8, 1, 1]]),
  ...eighths(7, (n): [number, Rectangle] => [0x2590 - n, [0, 0, n / 8, 1]]),
  [0x2590, [1 / 2, 0, 1, 1]],
  [0x2591, [0, 0, 1, 1, 64]],
  [0x2592, [0, 0, 1, 1, 128]],
  [0x2593, [0, 0, 1, 1, 191]],
  [0x2594, [0, 0, 1, 1 / 8]],
  [0x2595, [7 / 8, 0, 1, 1]],
  // Upper and right eighths: 2, 3, 5, 6 and 7 of them.
  ...[2, 3, 5, 6, 7].map((n, i): [number, Rectangle] => [0x1fb82 + i, [0, 0, 1, n / 8]]),
  ...[2, 3, 5, 6, 7].map((n, i): [number, Rectangle] => [0x1fb87 + i, [1 - n / 8, 0, 1, 1]]),
  // One eighth, in the second to the seventh place.
  ...eighths(6, (n): [number, Rectangle] => [0x1fb6f + n, [n / 8, 0, (n + 1) / 8, 1]]),
  ...eighths(6, (n): [number, Rectangle] => [0x1fb75 + n, [0, n / 8, 1, (n + 1) / 8]]),
]);

function eighths<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}

interface Tiles {
  readonly across: number;
  readonly down: number;
  readonly pattern: number;
}

const MOSAICS: ReadonlyMap<number, Tiles> = new Map(
  [OCTANTS, SEXTANTS, QUADRANTS].flatMap(({ patterns, across, down }) =>
    Array.from(patterns, (codePoint, pattern): [number, Tiles] => [codePoint, { across, down, pattern }]),
  ),
);
