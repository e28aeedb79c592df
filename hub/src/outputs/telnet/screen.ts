import { diffToAnsiBytes, gridToAnsiBytes, gridToAnsiLines, type ColourDepth } from "@lightwell/wire/text/ansi.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import { Encoding, type Frame } from "#core/frame.ts";
import { centred, type ClassicText } from "#picture/text-rendition.ts";

/** How a screen is taken over and given back. */
export interface ScreenWays {
  readonly enter: Buffer;
  /** `rows`: of the terminal. */
  leave(rows: number): Buffer;
}

/** A terminal of which we know: the alternate screen, no cursor, no wrapping; all of it is given back. */
export const fullScreen: ScreenWays = {
  enter: Buffer.from("\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[0m\x1b[2J"),
  leave: () => Buffer.from("\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"),
};

/**
 * A program that passes bytes on (`nc`). When it is ended at its own keyboard nothing can be given back any more, so
 * nothing is taken: the screen is cleared once.
 */
export const rawScreen: ScreenWays = {
  enter: Buffer.from("\x1b[0m\x1b[2J"),
  leave: (rows) => Buffer.from(`\x1b[?2026l\x1b[0m\x1b[${rows};1H\r\n`),
};

/** As the original streamer did. */
export const classicScreen: ScreenWays = {
  enter: Buffer.from("\x1b[?25l\x1b[2J"),
  leave: () => Buffer.from("\x1b[?25h"),
};

// Synchronised output: a terminal that knows it shows a frame whole or not at all; others ignore it.
const BEGIN = Buffer.from("\x1b[?2026h");
const END = Buffer.from("\x1b[?2026l");

const drawing = new Encoding<Buffer>("telnet");
const cutting = new Encoding<TextGrid>("telnet-cut");
const classicDrawing = new Encoding<Buffer>("telnet-classic");

/** A terminal that shows a frame. */
export interface Screen {
  readonly cols: number;
  readonly rows: number;
  readonly depth: ColourDepth;
}

/**
 * What turns a screen that shows `shown` (a frame of the same channel; undefined: anything) into one that shows
 * `frame`, in one write. Built once for all screens alike that show the same. Empty when nothing looks different.
 */
export function frameBytes(frame: Frame, shown: Frame | undefined, screen: Screen): Buffer {
  const { cols, rows, depth } = screen;
  return frame.encoded(
    drawing,
    () => {
      const grid = fitting(frame, cols, rows);
      const base = shown && fitting(shown, cols, rows);
      if (!grid) return Buffer.alloc(0);
      const body = base ? diffToAnsiBytes(grid, base, depth) : gridToAnsiBytes(grid, depth);
      return body.length === 0 ? Buffer.alloc(0) : Buffer.concat([BEGIN, body, END]);
    },
    `${cols}x${rows};${depth};${shown?.seq ?? "whole"}`,
  );
}

/** A frame as the original sends it: home, then the text. `textOf` knows it when the frame was a picture. */
export function classicBytes(frame: Frame, textOf: ClassicText): Buffer {
  return frame.encoded(classicDrawing, () => {
    const { content } = frame;
    const lines = content.kind === "text" ? gridToAnsiLines(content.grid, "256") : [];
    return Buffer.from(`\x1b[H${textOf(frame) ?? lines.join("\r\n")}`);
  });
}

/** The frame's grid, cut when it is larger than the screen: too many different sizes end at a common one. */
function fitting(frame: Frame, cols: number, rows: number): TextGrid | undefined {
  const { content } = frame;
  if (content.kind !== "text") return undefined;
  const { grid } = content;
  if (grid.cols <= cols && grid.rows <= rows) return grid;
  const [width, height] = [Math.min(cols, grid.cols), Math.min(rows, grid.rows)];
  return frame.encoded(cutting, () => centred(grid, width, height), `${width}x${height}`);
}
