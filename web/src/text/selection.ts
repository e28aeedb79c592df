import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { cellsText } from "./plain-text.ts";

export interface CellPlace {
  readonly col: number;
  readonly row: number;
}

/** Cells from one place to another, both included, in reading order. */
export interface Selection {
  readonly anchor: CellPlace;
  readonly head: CellPlace;
}

/** A part of one row, or of several whole ones; in cells, `right` and `bottom` excluded. */
export interface SelectedBlock {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function ordered({ anchor, head }: Selection): readonly [CellPlace, CellPlace] {
  const forward = anchor.row < head.row || (anchor.row === head.row && anchor.col <= head.col);
  return forward ? [anchor, head] : [head, anchor];
}

/** The selected cells as at most three rectangles. */
export function selectedBlocks(selection: Selection, cols: number): SelectedBlock[] {
  const [first, last] = ordered(selection);
  if (first.row === last.row) return [{ left: first.col, top: first.row, right: last.col + 1, bottom: first.row + 1 }];
  const blocks = [{ left: first.col, top: first.row, right: cols, bottom: first.row + 1 }];
  if (last.row > first.row + 1) blocks.push({ left: 0, top: first.row + 1, right: cols, bottom: last.row });
  blocks.push({ left: 0, top: last.row, right: last.col + 1, bottom: last.row + 1 });
  return blocks;
}

/** The selected text, a line for each row, without the blanks at their ends. */
export function selectedText(grid: TextGrid, selection: Selection): string {
  const [first, last] = ordered(selection);
  const lines: string[] = [];
  for (let row = first.row; row <= Math.min(last.row, grid.rows - 1); row++) {
    const from = row === first.row ? first.col : 0;
    const to = row === last.row ? Math.min(grid.cols, last.col + 1) : grid.cols;
    lines.push(cellsText(grid, row, from, to));
  }
  return lines.join("\n");
}

const STEPS: Readonly<Record<string, CellPlace>> = {
  ArrowLeft: { col: -1, row: 0 },
  ArrowRight: { col: 1, row: 0 },
  ArrowUp: { col: 0, row: -1 },
  ArrowDown: { col: 0, row: 1 },
};

/** The selection after an arrow key with shift; it begins at the first cell. Undefined for another key. */
export function extended(
  selection: Selection | undefined,
  key: string,
  { cols, rows }: Pick<TextGrid, "cols" | "rows">,
): Selection | undefined {
  const step = STEPS[key];
  if (!step) return undefined;
  if (!selection) return { anchor: { col: 0, row: 0 }, head: { col: 0, row: 0 } };
  const { anchor, head } = selection;
  const cell = head.row * cols + head.col + step.row * cols + step.col;
  if (cell < 0 || cell >= cols * rows) return selection;
  return { anchor, head: { col: cell % cols, row: Math.floor(cell / cols) } };
}
