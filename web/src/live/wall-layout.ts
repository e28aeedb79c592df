/** Width by height of a tile. */
const SHAPE = 16 / 9;
/** Of layouts that differ by less, the wider one: pictures beside each other look better than a tower. */
const NEARLY = 0.95;

/** How tiles are laid out, in CSS pixels. */
export interface WallLayout {
  readonly columns: number;
  readonly tileWidth: number;
}

/**
 * Shows `count` tiles as large as possible without scrolling; where that would make them narrower than
 * `leastWidth`, as many columns as fit, and the page scrolls. All in CSS pixels.
 */
export function wallLayout(count: number, width: number, height: number, gap: number, leastWidth: number): WallLayout {
  const byWidth = (columns: number) => (width - gap * (columns - 1)) / columns;
  const tiles = Math.max(1, count);
  const most = Math.max(1, Math.min(tiles, Math.floor((width + gap) / (leastWidth + gap))));
  const layouts = Array.from({ length: most }, (_, index): WallLayout => {
    const rows = Math.ceil(tiles / (index + 1));
    const byHeight = ((height - gap * (rows - 1)) / rows) * SHAPE;
    return { columns: index + 1, tileWidth: Math.floor(Math.min(byWidth(index + 1), byHeight)) };
  });
  const largest = Math.max(...layouts.map(({ tileWidth }) => tileWidth));
  const best = layouts.findLast(({ tileWidth }) => tileWidth >= largest * NEARLY);
  if (best && best.tileWidth >= leastWidth) return best;
  return { columns: most, tileWidth: Math.floor(byWidth(most)) };
}
