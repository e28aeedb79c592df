/** Width by height of a tile. */
const SHAPE = 16 / 9;

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
  let best: WallLayout = { columns: 1, tileWidth: 0 };
  for (let columns = 1; columns <= most; columns++) {
    const rows = Math.ceil(tiles / columns);
    const byHeight = ((height - gap * (rows - 1)) / rows) * SHAPE;
    const tileWidth = Math.floor(Math.min(byWidth(columns), byHeight));
    if (tileWidth > best.tileWidth) best = { columns, tileWidth };
  }
  return best.tileWidth >= leastWidth ? best : { columns: most, tileWidth: Math.floor(byWidth(most)) };
}
