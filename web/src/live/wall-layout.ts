/** Width by height of a tile when nothing is known. */
export const USUAL_SHAPE = 16 / 9;
/** Beyond these a tile has bars: a ribbon would show too little, and a tower leave no room for its name. */
const NARROWEST = 2 / 3;
const WIDEST = 2.4;
/** Of layouts that differ by less, the one of fewer rows: pictures beside each other look better than a tower. */
const NEARLY = 0.95;
/** Rows are so much higher than the lowest at most, to be as long as the longest. */
const MOST_STRETCH = 1.3;
/** A row alone on a page that scrolls leaves something of the next one to see. */
const MOST_OF_HEIGHT = 0.85;

/** Where a tile is, in CSS pixels from the upper left corner of the wall. */
export interface TilePlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface WallLayout {
  readonly tiles: readonly TilePlace[];
  /** CSS pixels; more than the room has when the page scrolls. */
  readonly height: number;
}

/** CSS pixels. */
export interface WallRoom {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  /** Tiles are at least so high, where there is room for one. */
  readonly leastHeight: number;
}

interface Row {
  readonly shapes: readonly number[];
  readonly height: number;
}

/**
 * Shows tiles in the shapes of their pictures (width by height), in their order, nearly of one height and as large as
 * possible without scrolling; where that would make them lower than `leastHeight`, in rows that fill the width, and
 * the page scrolls.
 */
export function wallLayout(shapes: readonly number[], room: WallRoom): WallLayout {
  const bounded = shapes.map((shape) => Math.min(WIDEST, Math.max(NARROWEST, shape)));
  if (bounded.length === 0) return { tiles: [], height: 0 };
  const fitting = fittingRows(bounded, room);
  return fitting ? placed(fitting, room) : placed(scrollingRows(bounded, room), room);
}

function fittingRows(shapes: readonly number[], room: WallRoom): Row[] | undefined {
  const most = Math.min(shapes.length, Math.floor((room.height + room.gap) / (room.leastHeight + room.gap)));
  let [best, bestHeight] = [undefined as Row[] | undefined, 0];
  for (let count = 1; count <= most; count++) {
    const rows = evenedRows(evenRows(shapes, count), room);
    const lowest = Math.min(...rows.map(({ height }) => height));
    if (lowest < room.leastHeight || lowest * NEARLY <= bestHeight) continue;
    [best, bestHeight] = [rows, lowest];
  }
  return best;
}

/** Rows as long as the longest one, where that makes them not much higher than it; as large as the room allows. */
function evenedRows(rows: readonly (readonly number[])[], { width, height, gap }: WallRoom): Row[] {
  const sums = rows.map((row) => row.reduce((sum, shape) => sum + shape, 0));
  const longest = sums.indexOf(Math.max(...sums));
  // A row's height is (length - gaps) / sum: of itself when it is stretched, else of the longest.
  const models = sums.map((sum, index) => ((sums[longest] ?? 0) / sum <= MOST_STRETCH ? index : longest));
  const gapsOf = (index: number) => gap * ((rows[index]?.length ?? 1) - 1);
  const heightAt = (length: number, index: number) => (length - gapsOf(index)) / (sums[index] ?? 1);
  const spare =
    height - gap * (rows.length - 1) + models.reduce((sum, index) => sum + gapsOf(index) / (sums[index] ?? 1), 0);
  const byHeight = spare / models.reduce((sum, index) => sum + 1 / (sums[index] ?? 1), 0);
  const length = Math.min(width, byHeight);
  return rows.map((shapes, index) => ({ shapes, height: heightAt(length, models[index] ?? index) }));
}

/** How high a row is that fills the width. */
function heightOf(shapes: readonly number[], { width, gap }: WallRoom): number {
  return (width - gap * (shapes.length - 1)) / shapes.reduce((sum, shape) => sum + shape, 0);
}

/** At most `count` rows in order, the longest of them as short as can be. */
function evenRows(shapes: readonly number[], count: number): number[][] {
  const total = shapes.reduce((sum, shape) => sum + shape, 0);
  let [low, high] = [Math.max(total / count, ...shapes), total];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (rowsWithin(shapes, middle).length <= count) high = middle;
    else low = middle;
  }
  return rowsWithin(shapes, high);
}

/** Rows filled one after the other, none longer than `most` unless a single tile is. */
function rowsWithin(shapes: readonly number[], most: number): number[][] {
  const rows: number[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const shape of shapes) {
    // A sum of the same numbers in another order may differ in its last bit.
    if (length + shape > most + 1e-9) {
      rows.push([]);
      length = 0;
    }
    rows.at(-1)?.push(shape);
    length += shape;
  }
  return rows;
}

function scrollingRows(shapes: readonly number[], room: WallRoom): Row[] {
  const rows: Row[] = [];
  const close = (row: readonly number[], isLast: boolean) => {
    const before = rows.at(-1)?.height ?? Number.POSITIVE_INFINITY;
    const most = Math.max(room.leastHeight, room.height * MOST_OF_HEIGHT);
    // The last row may be short: its tiles are no larger for that.
    rows.push({ shapes: row, height: Math.min(most, heightOf(row, room), isLast ? before : most) });
  };
  let row: number[] = [];
  for (const shape of shapes) {
    if (row.length > 0 && heightOf([...row, shape], room) < room.leastHeight) {
      close(row, false);
      row = [];
    }
    row.push(shape);
  }
  close(row, rows.length > 0);
  return rows;
}

/** Each row in the middle, and all of them together when there is height to spare; on whole pixels. */
function placed(rows: readonly Row[], { width, height, gap }: WallRoom): WallLayout {
  const total = rows.reduce((sum, row) => sum + Math.floor(row.height), gap * (rows.length - 1));
  const tiles: TilePlace[] = [];
  let top = Math.max(0, Math.floor((height - total) / 2));
  for (const row of rows) {
    const tileHeight = Math.floor(row.height);
    const widths = row.shapes.map((shape) => Math.floor(row.height * shape));
    const spare = width - widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
    let left = Math.max(0, Math.floor(spare / 2));
    for (const tileWidth of widths) {
      tiles.push({ left, top, width: tileWidth, height: tileHeight });
      left += tileWidth + gap;
    }
    top += tileHeight + gap;
  }
  return { tiles, height: Math.max(0, top - gap) };
}
